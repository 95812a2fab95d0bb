"""Describe for an editor what the parser repaired in a subtitle file."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from video_pages.core.typography import join_list, join_sentences
from video_pages.library.subtitles import SubtitleFile
from video_pages.library.text_models import TextTrack

MAX_NAMED_LINES = 20


def describe_repairs(found: SubtitleFile, *, name: str = "", has_lines: bool = True) -> list[str]:
    """Return the sentences about the repairs in `found`; [] for none.

    `name` is that of the track, where a page shows several. With `has_lines` the editor has the file, and the sentences
    give line numbers.
    """
    sentences = []
    if found.repaired_lines:
        sentences.append(_describe_times(found.repaired_lines, has_lines))
    if found.is_guessed:
        sentences.append(_guessed())
    if not name:
        return sentences
    return [_("“%(name)s”: %(what)s") % {"name": name, "what": sentence} for sentence in sentences]


def describe_track(track: TextTrack) -> list[str]:
    """Return the sentences about the repairs in the cues of `track`; [] for none."""
    sentences = [_describe_times(range(track.repaired_times), has_lines=False)] if track.repaired_times else []
    return [*sentences, _guessed()] if track.has_guessed_letters else sentences


def _describe_times(lines: Sequence[int], has_lines: bool) -> str:
    sentence = ngettext(
        "The time in %(count)d line was not written as it should be, and was repaired.",
        "The times in %(count)d lines were not written as they should be, and were repaired.",
        len(lines),
    ) % {"count": len(lines)}
    if not has_lines:
        return sentence
    named = join_list(lines[:MAX_NAMED_LINES]) + (" …" if len(lines) > MAX_NAMED_LINES else "")
    where = ngettext("See line %(lines)s of the file.", "See lines %(lines)s of the file.", len(lines))
    return join_sentences([sentence, where % {"lines": named}])


def _guessed() -> str:
    return _("Letters in it are not written as UTF-8 and were guessed: see whether they are right.")
