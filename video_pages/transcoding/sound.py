"""Which tracks of sound a film has for its viewers: one, or one for each language. Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from video_pages.library.languages import language_name, normal_language
from video_pages.transcoding import plan

MAX_SOUNDS = 8
MAX_LABEL_CHARACTERS = 120  # of Rendition.label; a title of the file may take all of them


@dataclass(frozen=True)
class Sound:
    """One track of the source that is heard, with what the player calls it. `language` is a BCP 47 tag or ""."""

    stream: int
    channels: int
    is_copied: bool
    language: str
    label: str
    is_default: bool


def sounds(facts):
    """Return the Sounds of `facts`: none, one, or several of different languages, the default first.

    Cameras write tracks that differ in nothing they say of themselves; of those the first is heard.
    """
    told_apart = {}
    for track in facts.audio_tracks:
        told_apart.setdefault((normal_language(track.language), track.title), track)
    tracks = list(told_apart.values())
    if not all(language or title for language, title in told_apart):
        tracks = [track for track in facts.audio_tracks if track.stream == facts.audio_stream]
    tracks = sorted(tracks, key=lambda track: not track.is_default)[:MAX_SOUNDS]
    names = _distinct_names(tracks)
    return [
        Sound(
            stream=track.stream,
            channels=1 if track.channels == 1 else 2,
            is_copied=plan.audio_can_be_copied(track, facts),
            language=normal_language(track.language),
            label=names[number],
            is_default=number == 0,
        )
        for number, track in enumerate(tracks)
    ]


def _distinct_names(tracks):
    names = []
    for number, track in enumerate(tracks, start=1):
        name = track.title or language_name(normal_language(track.language))
        name = name or _("Sound %(number)d") % {"number": number}
        suffix = f" ({number})" if name[:MAX_LABEL_CHARACTERS] in names else ""
        names.append(name[: MAX_LABEL_CHARACTERS - len(suffix)] + suffix)
    return names
