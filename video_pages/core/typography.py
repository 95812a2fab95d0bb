"""Join sentences, labels and lists as the language of the screen writes them.

Japanese has no blank after a full stop, a colon and a comma: these signs have room of their own.
"""

import re
from collections.abc import Iterable

from django.utils.translation import pgettext

_ROOM_AFTER = re.compile(r"(?<=[。！？：、])((?:</?[a-z][^<>]*>)*)\s+")


def close_up(text: str) -> str:
    """Return `text`, plain or HTML, without the blanks that follow a full-width stop, colon or comma."""
    return _ROOM_AFTER.sub(r"\1", text)


def join_sentences(sentences: Iterable[object]) -> str:
    """Return whole sentences as one text."""
    return close_up(" ".join(map(str, sentences)))


def join_list(items: Iterable[object]) -> str:
    """Return "Ann, Ben"."""
    return pgettext("between the items of a list", ", ").join(map(str, items))


def colon() -> str:
    """Return what stands between a label and its value."""
    return pgettext("between a label and its value", ": ")
