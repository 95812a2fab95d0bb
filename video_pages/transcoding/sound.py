"""Which sounds a film has for its viewers: one, or several to choose from. Pure.

Tracks that say the same of themselves (language and title) are told apart by number. Mono tracks among them are the
channels of one sound, as cameras and editing suites write them: two by two left and right, six a surround mix. Where
anything is heard at all, silent tracks are left out.
"""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from video_pages.library.languages import language_name, normalize_language
from video_pages.transcoding import plan
from video_pages.transcoding.facts import AudioTrack

MAX_AUDIO_CHOICES = 8
MAX_LABEL_CHARACTERS = 120  # of Rendition.label; a title of the file may take all of them
SURROUND = 6


@dataclass(frozen=True)
class AudioChoice:
    """One sound that is heard, with what the player calls it. `language` is a BCP 47 tag or "".

    `tracks` are the source's: one, or the mono tracks that are its channels. `file` is the sound as AAC, made by
    `audio_tracks`; None if the source's own track is copied.
    """

    tracks: tuple[AudioTrack, ...]
    channels: int
    is_copied: bool
    language: str
    label: str
    is_default: bool
    file: Path | None = None


def audio_choices(facts):
    """Return the Sounds of `facts`: none, one, or several, the default first."""
    readable = [track for track in facts.audio_tracks if track.is_readable]
    groups = [group for tracks in _by_name(readable) for group in _into_choices(tracks)]
    chosen = [heard for group in groups if (heard := _audible(group))] or groups[:1]
    chosen = sorted(chosen, key=lambda tracks: not any(track.is_default for track in tracks))[:MAX_AUDIO_CHOICES]
    names = _distinct_names([tracks[0] for tracks in chosen])
    return [
        AudioChoice(
            tracks=tracks,
            channels=1 if len(tracks) == 1 and tracks[0].channels == 1 else 2,
            is_copied=len(tracks) == 1 and plan.audio_can_be_copied(tracks[0], facts),
            language=normalize_language(tracks[0].language),
            label=names[number],
            is_default=number == 0,
        )
        for number, tracks in enumerate(chosen)
    ]


def left_out_message(facts):
    """Return what an editor is told of sound tracks that can't be read here, "" if all can."""
    lost = [track for track in facts.audio_tracks if not track.is_readable]
    if not lost:
        return ""
    if len(lost) == len(facts.audio_tracks):
        return _("The sound of this file can't be read here, so the film is shown without it.")
    words = ngettext(
        "%(count)d sound track of this file can't be read here and is left out.",
        "%(count)d sound tracks of this file can't be read here and are left out.",
        len(lost),
    )
    return words % {"count": len(lost)}


def _audible(group):
    """Return what is heard of `group`: of left and right only one, of a surround mix all or nothing."""
    heard = tuple(track for track in group if not track.is_silent)
    return group if heard and len(group) == SURROUND else heard


def _by_name(tracks):
    """Return lists of the `tracks` that say the same of themselves, in the order of the file."""
    names = {}
    for track in tracks:
        names.setdefault((normalize_language(track.language), track.title), []).append(track)
    return list(names.values())


def _into_choices(tracks):
    """Return tuples of the tracks that are one sound each, of `tracks` that say the same of themselves."""
    mono = [track for track in tracks if track.channels == 1]
    used = max((number for number, track in enumerate(mono, start=1) if not track.is_silent), default=0)
    width = SURROUND if used == SURROUND else 2
    groups = [(track,) for track in tracks if track.channels != 1]
    groups += [
        tuple(track for _place, track in places)
        for _number, places in groupby(enumerate(mono), key=lambda place: place[0] // width)
    ]
    return sorted(groups, key=lambda group: group[0].stream)


def _distinct_names(tracks):
    names = []
    for number, track in enumerate(tracks, start=1):
        name = track.title or language_name(normalize_language(track.language))
        name = name or _("Sound %(number)d") % {"number": number}
        suffix = f" ({number})" if name[:MAX_LABEL_CHARACTERS] in names else ""
        names.append(name[: MAX_LABEL_CHARACTERS - len(suffix)] + suffix)
    return names
