"""What an editor is told of a subtitle file that was not as it should be, and was read all the same."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

NAMED_LINES = 20


def describe_repairs(found, *, name="", has_lines=True):
    """Return the sentences about what was repaired in the SubtitleFile `found`; [] for nothing.

    `name` is that of the track, where several may be spoken of. With `has_lines` the editor has the file and is told
    the numbers of its lines.
    """
    said = []
    if found.repaired_lines:
        said.append(_times(found.repaired_lines, has_lines))
    if found.is_guessed:
        said.append(_("Letters in it are not written as UTF-8 and were guessed: see whether they are right."))
    return [_("“%(name)s”: %(what)s") % {"name": name, "what": what} for what in said] if name else said


def _times(lines, has_lines):
    words = ngettext(
        "The time in %(count)d line was not written as it should be, and was repaired.",
        "The times in %(count)d lines were not written as they should be, and were repaired.",
        len(lines),
    ) % {"count": len(lines)}
    if not has_lines:
        return words
    named = ", ".join(map(str, lines[:NAMED_LINES])) + (" …" if len(lines) > NAMED_LINES else "")
    where = ngettext("See line %(lines)s of the file.", "See lines %(lines)s of the file.", len(lines))
    return f"{words} {where % {'lines': named}}"
