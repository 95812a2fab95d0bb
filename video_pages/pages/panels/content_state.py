"""Check the JSON that Draftail posts for a rich text, before Wagtail converts it.

Wagtail and draftjs_exporter trust this JSON: anything else than what the editor writes is an error of theirs, and the
request an answer 500. Here it becomes UnreadableContentState.
"""

import json
import re
from typing import Any, TypeVar

from video_pages.core.whole_numbers import read_whole_number

UNREADABLE = "\0"
"""The value of a form field whose JSON could not be read. Every text field of Django refuses this character."""
MAX_DEPTH = 20
"""Of lists inside lists: more than editors make, and little enough for converters, which call themselves for each."""
MAX_STYLES = 20
"""Different styles in one block. Each of them is an element around the text, inside the others."""

Kind = TypeVar("Kind")

_ID = re.compile(r"[1-9][0-9]*")


class UnreadableContentState(Exception):
    """The text is not the JSON of a rich text."""


def read_content_state(text: str) -> dict[str, Any] | None:
    """Return the content state that the JSON `text` holds; None for `null`, an empty text.

    Raises UnreadableContentState for what Wagtail could not convert, or could not show afterwards.
    """
    try:
        state = json.loads(text)
    except (ValueError, RecursionError):  # also a number of more than 4,300 digits
        raise UnreadableContentState from None
    if state is None:
        return None
    entities = _of_type(dict, _of_type(dict, state).get("entityMap", {}))
    for entity in entities.values():
        _check_entity(entity)
    for block in _of_type(list, state.get("blocks", [])):
        _check_block(block, entities)
    return state


def _check_entity(entity: Any) -> None:
    kind = _of_type(str, _of_type(dict, entity).get("type"))
    data = _of_type(dict, entity.get("data"))
    _require(kind != "LINK" or data.get("id") is not None or data.get("url") is not None)
    if data.get("url") is not None:
        _of_type(str, data["url"])
    if data.get("id") is not None:
        # As Wagtail writes it: another spelling of a number is another id to some readers.
        written = str(data["id"]) if _is_whole(data["id"]) else _of_type(str, data["id"])
        _require(_ID.fullmatch(written) is not None and read_whole_number(written) is not None)


def _check_block(block: Any, entities: dict[str, Any]) -> None:
    _of_type(str, _of_type(dict, block).get("type"))
    _of_type(str, block.get("text", ""))
    _of_type(str, block.get("key") or "")
    _require(_is_whole(block.get("depth", 0)) and block.get("depth", 0) <= MAX_DEPTH)
    for name in ("inlineStyleRanges", "entityRanges"):
        for place in _of_type(list, block.get(name, [])):
            _of_type(dict, place)
            _require(_is_whole(place.get("offset")) and _is_whole(place.get("length")))
    styles = {_of_type(str, place.get("style")) for place in block.get("inlineStyleRanges", [])}
    _require(len(styles) <= MAX_STYLES)
    for style in styles:
        _check_apart([place for place in block["inlineStyleRanges"] if place["style"] == style])
    links = block.get("entityRanges", [])
    for place in links:
        _require((_is_whole(place.get("key")) or isinstance(place.get("key"), str)) and str(place["key"]) in entities)
    _check_apart(links)


def _check_apart(places: list[dict[str, Any]]) -> None:
    """Refuse ranges of which one begins before another ends: a text has a style, or a link, only once."""
    end = 0
    places.sort(key=lambda place: (place["offset"], place["length"]))
    for place in places:
        _require(place["offset"] >= end)
        end = place["offset"] + place["length"]


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _of_type(kind: type[Kind], value: Any) -> Kind:
    if not isinstance(value, kind):
        raise UnreadableContentState
    return value


def _require(holds: bool) -> None:
    if not holds:
        raise UnreadableContentState
