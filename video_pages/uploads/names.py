"""What an editor's file is called: kept to be shown, cleaned of what could deceive; never used on the disk."""

import os
import re
import unicodedata

MAX_LENGTH = 255
MAX_EXTENSION = 16
SEPARATORS = re.compile(r"[/\\]")
MAX_TITLE_LENGTH = 255
FALLBACK_TITLE = "Video"
BETWEEN_WORDS = re.compile(r"(?<!\d)[-.+]+|[-.+]+(?!\d)")
"""Signs that stand for a space in a file's name; between digits they are part of a date or a number."""


def clean_filename(name):
    """Return the file name `name` as it may be shown: one line, at most 255 characters, without a folder.

    Control and format signs go (a right-to-left override makes "exe.mp4" of "4pm.exe"), spaces of any kind become
    one. A long name keeps its ending. "" if nothing is left.
    """
    name = unicodedata.normalize("NFC", name)
    # NUL and its like go before folders do: they end a name for some programs and not for others.
    shown = "".join(_shown(sign) for sign in name)
    last = SEPARATORS.split(shown)[-1]
    last = " ".join(last.split())
    if not last.strip(". "):
        return ""
    if len(last) <= MAX_LENGTH:
        return last
    stem, extension = os.path.splitext(last)
    if len(extension) > MAX_EXTENSION:
        return last[:MAX_LENGTH]
    return stem[: MAX_LENGTH - len(extension)] + extension


def clean_title(title):
    """Return a title as it may be shown: one line of at most 255 characters, without control and format signs."""
    shown = "".join(_shown(sign) for sign in unicodedata.normalize("NFC", title))
    return " ".join(shown.split())[:MAX_LENGTH].strip()


def title_from_filename(filename):
    """Return a title made of a file's name: "salt_flats-final.mov" is "Salt flats final".

    Names with spaces were written by people and keep their signs.
    """
    stem = unicodedata.normalize("NFC", os.path.splitext(os.path.basename(filename))[0])
    stem = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in stem).replace("_", " ").strip()
    if " " not in os.path.splitext(os.path.basename(filename))[0].strip():
        stem = BETWEEN_WORDS.sub(" ", stem)
    title = " ".join(stem.split())[:MAX_TITLE_LENGTH].strip()
    return title[:1].upper() + title[1:] or FALLBACK_TITLE


def _shown(sign):
    category = unicodedata.category(sign)
    if category == "Zs" or sign in "\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029":
        return " "
    # Joiners hold families of emoji together, and letters of Persian and Indian scripts.
    if sign in "\u200c\u200d":
        return sign
    return "" if category in ("Cc", "Cf", "Cs", "Co", "Cn") else sign
