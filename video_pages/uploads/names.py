"""Clean the names of editors' files for display, and make titles from them. They are never used on the disk."""

import os
import re
import unicodedata

MAX_LENGTH = 255
MAX_EXTENSION = 16
SEPARATORS = re.compile(r"[/\\]")
MAX_TITLE_LENGTH = 255
FALLBACK_TITLE = "Video"
BETWEEN_WORDS = re.compile(r"(?<!\d)[-.+]+|[-.+]+(?!\d)")
"""Characters that replace a space in a file's name; between digits they are part of a date or a number."""


def clean_filename(name: str) -> str:
    """Return the file name `name` for display: one line, at most 255 characters, without a folder.

    Control and format characters are removed (a right-to-left override shows "4pm.exe" as "exe.mp4"), spaces of any
    kind become one. A long name keeps its extension. "" if nothing is left.
    """
    name = unicodedata.normalize("NFC", name)
    # NUL and the like are removed before folders: they end a name for some programs and not for others.
    shown = "".join(_shown(character) for character in name)
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


def clean_title(title: str) -> str:
    """Return `title` for display: one line of at most 255 characters, without control and format characters."""
    shown = "".join(_shown(character) for character in unicodedata.normalize("NFC", title))
    return " ".join(shown.split())[:MAX_LENGTH].strip()


def title_from_filename(filename: str) -> str:
    """Return a title made from a file's name: "salt_flats-final.mov" is "Salt flats final".

    Names with spaces were written by people and keep their punctuation.
    """
    stem = unicodedata.normalize("NFC", os.path.splitext(os.path.basename(filename))[0])
    stem = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in stem)
    stem = stem.replace("_", " ").strip()
    if " " not in os.path.splitext(os.path.basename(filename))[0].strip():
        stem = BETWEEN_WORDS.sub(" ", stem)
    title = " ".join(stem.split())[:MAX_TITLE_LENGTH].strip()
    return title[:1].upper() + title[1:] or FALLBACK_TITLE


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Zs" or character in "\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029":
        return " "
    # Joiners connect parts of emoji, and letters of Persian and Indian scripts.
    if character in "\u200c\u200d":
        return character
    return "" if category in ("Cc", "Cf", "Cs", "Co", "Cn") else character
