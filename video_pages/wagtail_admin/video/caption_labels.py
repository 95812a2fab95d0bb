"""Texts that the scripts of the caption editor show, in the editor's language."""

from django.utils.translation import gettext as _


def labels() -> dict[str, str]:
    """Return the texts by their names in the scripts; {…} stands for what the script knows."""
    return {
        # Warnings and errors of a row
        "overlap": _("Overlaps the next line."),
        "order": _("Begins before the line above."),
        "fast": _("Fast to read, characters a second: {count}."),
        "long_line": _("A long line, characters: {count}."),
        "many_lines": _("Many lines at once: {count}."),
        "no_text": _("No text: viewers do not see it."),
        "beyond_end": _("Begins after the film has ended."),
        "end_before_start": _("The end must come after the beginning."),
        "bad_time": _("Write a time as 1:02.500 or 62.5."),
        # Events
        "saved": _("Saved. Viewers have it now."),
        "saved_hidden": _("Saved. Viewers do not get it: it is hidden."),
        "saving": _("Saving…"),
        "not_saved": _("The server did not answer. Your lines are kept in this browser; save them later."),
        "has_errors": _("Not saved. Lines with errors: {count}. The first one is marked."),
        "empty": _("Not saved: no line has words yet."),
        "nothing": _("Nothing has changed."),
        "changed": _("Not saved yet"),
        "unchanged": _("Saved"),
        "kept": _("Not saved yet; kept in this browser"),
        "not_kept": _("Not saved yet; this browser has no room for a draft"),
        "restored": _("These are your unsaved lines of {time}."),
        "replaced": _("Replaced: {count}"),
        "found_none": _("Not found"),
        "shifted": _("Lines moved: {count}"),
        "shift_too_far": _("A line would begin before the film."),
        "imported": _("Lines read from the file: {count}. Undo brings back the ones before."),
        "cannot_split": _("Put the cursor inside the text, or the film inside the line."),
        "choose_line": _("Choose a line first: click on it."),
        "cannot_join": _("There is no next line."),
        "lines": _("Lines: {count}"),
        "undone": _("Undone"),
        "redone": _("Redone"),
        "bad_seconds": _("Write a number of seconds, as 1.5 or -0.25."),
        "not_read": _("The server did not read the file. Try again."),
        "not_loaded": _("The lines could not be loaded."),
        "conflict": _("Somebody else has changed this track since you wrote these lines."),
    }


def shortcuts() -> list[tuple[str, str, str]]:
    """Return (keys, keys of Apple's keyboards, what they do) of the keys in `caption_keys.js`."""
    return [
        ("Alt P", "⌃⌥P", _("Play or pause")),
        (_("Alt Enter"), "⌃⌥↩", _("Play the line")),
        ("Alt ← →", "⌃⌥← →", _("One second back or forward")),
        ("Alt I", "⌃⌥I", _("Begins here")),
        ("Alt O", "⌃⌥O", _("Ends here")),
        ("Alt K", "⌃⌥K", _("Ends here, and go to the next line")),
        ("Alt ↑ ↓", "⌃⌥↑ ↓", _("Line before or after")),
        ("Alt S", "⌃⌥S", _("Split")),
        ("Alt J", "⌃⌥J", _("Join with next")),
        ("Alt N", "⌃⌥N", _("Insert after")),
        (_("Alt Backspace"), "⌃⌥⌫", _("Delete line")),
        (_("Ctrl Z, Ctrl Y"), "⌘Z, ⇧⌘Z", _("Undo, redo")),
        (_("Ctrl S"), "⌘S", _("Save")),
    ]
