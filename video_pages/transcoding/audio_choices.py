"""The audio choices of a video for its viewers: one, or several to choose from. Pure.

Tracks with the same language and title are distinguished by number. Mono tracks among them are the channels of one
choice, as cameras and editing suites write them: two by two left and right, six a surround mix. Silent tracks are left
out unless all are silent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from video_pages.library.languages import language_name, normalize_language
from video_pages.transcoding import plan
from video_pages.transcoding.facts import AudioTrack, Facts

MAX_AUDIO_CHOICES = 8
MAX_LABEL_CHARACTERS = 120  # of Rendition.label; a title of the file may take all of them
SURROUND = 6

Tracks = tuple[AudioTrack, ...]


@dataclass(frozen=True)
class AudioChoice:
    """One choice, with its label in the player. `language` is a BCP 47 tag or "".

    `tracks` are the source's: one, or the mono tracks that are its channels. `file` is the audio as AAC, made by
    `audio_tracks`; None if the source's own track is copied.
    """

    tracks: Tracks
    channels: int
    is_copied: bool
    language: str
    label: str
    is_default: bool
    file: Path | None = None


def audio_choices(facts: Facts) -> list[AudioChoice]:
    """Return the AudioChoices of `facts`: none, one, or several, the default first."""
    readable = [track for track in facts.audio_tracks if track.is_readable]
    groups = [group for tracks in _by_name(readable) for group in _into_groups(tracks)]
    chosen = [audible for group in groups if (audible := _audible(group))] or groups[:1]
    chosen = sorted(chosen, key=lambda tracks: not any(track.is_default for track in tracks))[:MAX_AUDIO_CHOICES]
    labels = _distinct_labels([tracks[0] for tracks in chosen])
    return [
        AudioChoice(
            tracks=tracks,
            channels=1 if len(tracks) == 1 and tracks[0].channels == 1 else 2,
            is_copied=len(tracks) == 1 and plan.audio_can_be_copied(tracks[0], facts),
            language=normalize_language(tracks[0].language),
            label=labels[number],
            is_default=number == 0,
        )
        for number, tracks in enumerate(chosen)
    ]


def left_out_message(facts: Facts) -> str:
    """Return the message for editors about audio tracks that can't be read, "" if all can."""
    unreadable = [track for track in facts.audio_tracks if not track.is_readable]
    if not unreadable:
        return ""
    if len(unreadable) == len(facts.audio_tracks):
        return _("The sound of this file can't be read here, so the film is shown without it.")
    message = ngettext(
        "%(count)d sound track of this file can't be read here and is left out.",
        "%(count)d sound tracks of this file can't be read here and are left out.",
        len(unreadable),
    )
    return message % {"count": len(unreadable)}


def _audible(group: Tracks) -> Tracks:
    """Return the tracks of `group` that are not silent; a surround mix is kept whole unless all are silent."""
    audible = tuple(track for track in group if not track.is_silent)
    return group if audible and len(group) == SURROUND else audible


def _by_name(tracks: Sequence[AudioTrack]) -> list[list[AudioTrack]]:
    """Return lists of the `tracks` with the same language and title, in the order of the file."""
    names: dict[tuple[str, str], list[AudioTrack]] = {}
    for track in tracks:
        names.setdefault((normalize_language(track.language), track.title), []).append(track)
    return list(names.values())


def _into_groups(tracks: Sequence[AudioTrack]) -> list[Tracks]:
    """Return the groups of `tracks`, which have the same language and title, that are one choice each."""
    mono = [track for track in tracks if track.channels == 1]
    used = max((number for number, track in enumerate(mono, start=1) if not track.is_silent), default=0)
    width = SURROUND if used == SURROUND else 2
    groups: list[Tracks] = [(track,) for track in tracks if track.channels != 1]
    groups += [
        tuple(track for _place, track in places)
        for _number, places in groupby(enumerate(mono), key=lambda place: place[0] // width)
    ]
    return sorted(groups, key=lambda group: group[0].stream)


def _distinct_labels(tracks: Sequence[AudioTrack]) -> list[str]:
    labels: list[str] = []
    for number, track in enumerate(tracks, start=1):
        label = track.title or language_name(normalize_language(track.language))
        label = label or _("Sound %(number)d") % {"number": number}
        suffix = f" ({number})" if label[:MAX_LABEL_CHARACTERS] in labels else ""
        labels.append(label[: MAX_LABEL_CHARACTERS - len(suffix)] + suffix)
    return labels
