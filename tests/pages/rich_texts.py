"""Rich texts for tests: the JSON that Draftail posts, and strategies for hostile ones."""

import json

from hypothesis import strategies as st

from tests import fuzz

IDS = ("abc", "9" * 22, "-1", "0", "", " 7", "1.5", "\u0665", "x" * 300, 1.5, True, [1], {"a": 1}, 10**30)
"""Ids of pages that no page can have, as JSON may hold them."""


def state_of(*, entity=None, block=None, ranges=None, styles=()):
    """Return the JSON of a text of one block, "linked", which is a link by default."""
    link = {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "https://example.org/"}}
    places = [{"offset": 0, "length": 6, "key": 0}] if ranges is None else ranges
    text = {"key": "a", "text": "linked", "type": "unstyled", "depth": 0, "inlineStyleRanges": list(styles)}
    blocks = [{**text, "entityRanges": places, **(block or {})}]
    return json.dumps({"blocks": blocks, "entityMap": {"0": link if entity is None else entity}})


def link_to(pk):
    """Return the JSON of a text that links to the page `pk`."""
    return state_of(entity={"type": "LINK", "mutability": "MUTABLE", "data": {"id": pk}})


BOLD = {"offset": 0, "length": 3, "style": "BOLD"}
UNREADABLE = {
    "nothing": "",
    "a list": "[]",
    "a number": "1",
    "a string": '"x"',
    "no JSON": "<p>words</p>",
    "many brackets": "[" * 5000,
    "many digits": "9" * 5000,
    "blocks that are a number": '{"blocks": 1}',
    "a block that is a number": '{"blocks": [1]}',
    "a block without a type": '{"blocks": [{"text": "x"}]}',
    "no map of entities": '{"blocks": [], "entityMap": []}',
    "an unknown entity": state_of(ranges=[{"offset": 0, "length": 6, "key": 7}]),
    "a negative place": state_of(ranges=[{"offset": -1, "length": 6, "key": 0}]),
    "links inside links": state_of(ranges=[{"offset": 0, "length": 4, "key": 0}, {"offset": 2, "length": 4, "key": 0}]),
    "an entity that is a text": state_of(entity="LINK"),
    "an entity without data": state_of(entity={"type": "LINK"}),
    "a link to nothing": state_of(entity={"type": "LINK", "data": {}}),
    "an address that is a number": state_of(entity={"type": "LINK", "data": {"url": 1}}),
    "bold inside bold": state_of(styles=[BOLD] * 2000),
    "many styles": state_of(styles=[{**BOLD, "style": str(number)} for number in range(2000)]),
    "deep lists": state_of(block={"type": "unordered-list-item", "depth": 3000}),
    "a depth that is a text": state_of(block={"depth": "1"}),
    "half a character": state_of(block={"text": "\ud800"}),
    "half a character in an address": state_of(entity={"type": "LINK", "data": {"url": "\ud800"}}),
    "a null character": state_of(block={"text": "a\0b"}),
    **{f"the page {str(pk)[:12]!r}": link_to(pk) for pk in IDS},
}
"""Texts that a form refuses, by what is wrong with them."""

STORED = [
    *(f'<p><a linktype="page" id="{pk}">words</a></p>' for pk in ("abc", "9" * 22, "9" * 5000, "-1", "", "\u0665")),
    '<p><a linktype="page">words</a></p>',
    "<p><a linktype='page' id='abc'>words</a></p>",
    '<p><a linktype="unknown" id="1">words</a></p>',
    '<embed embedtype="image" id="abc" format="left" alt=""/><p>words</p>',
    '<embed embedtype="image" id="1" format="unknown"/><p>words</p>',
    '<embed embedtype="image"/><embed embedtype="x"/><p>words</p>',
    "<li>words</li>",
    "<p><b>words</p></b>",
    "</p></b></a>words",
    "words < and > &",
]
"""Texts as they may be stored, with the word "words": of an import, of a script, of an earlier release."""


def states():
    """Strategy: the JSON of rich texts, right and wrong."""
    odd = st.one_of(st.none(), st.text(max_size=3), st.sampled_from([-1, 10**20, True, 0.5]))
    small = st.one_of(*[st.integers(0, 9)] * 30, odd)  # mostly right: a text with one wrong number is refused whole
    kinds = ["unstyled", "header-three", "unordered-list-item", "ordered-list-item", "atomic", "x", "fallback"]
    place = {"offset": small, "length": small}
    style = st.sampled_from(["BOLD", "ITALIC", "CODE", "x", ""])
    block = st.fixed_dictionaries(
        {"type": st.sampled_from(kinds)},
        optional={
            "text": fuzz.texts() | st.text(max_size=8),
            "key": st.text(max_size=3),
            "depth": small,
            "data": fuzz.json_values(),
            "inlineStyleRanges": st.lists(st.fixed_dictionaries({**place, "style": style}), max_size=4),
            "entityRanges": st.lists(st.fixed_dictionaries({**place, "key": st.integers(0, 2)}), max_size=3),
        },
    )
    data = st.dictionaries(st.sampled_from(["id", "url", "children", "entity", "x"]), small | fuzz.texts())
    entity = st.fixed_dictionaries(
        {"type": st.sampled_from(["LINK", "IMAGE", "EMBED", "HORIZONTAL_RULE", "x"]), "data": data},
        optional={"mutability": small},
    )
    entities = st.fixed_dictionaries({"0": entity, "1": entity}, optional={"2": entity})
    whole = st.fixed_dictionaries({"blocks": st.lists(block, max_size=4), "entityMap": entities})
    return st.one_of(whole, fuzz.json_values(), block).map(json.dumps) | fuzz.texts()


def stored_texts():
    """Strategy: HTML as it may be stored."""
    names = st.sampled_from(["p", "b", "i", "a", "ul", "li", "h3", "br", "embed", "table", "script"])
    values = st.sampled_from(["page", "image", "1", "left", "unknown", "media"]) | fuzz.texts()
    attributes = st.dictionaries(st.sampled_from(["linktype", "embedtype", "id", "href", "format", "alt"]), values)

    def tag(name, pairs, end):
        return f"<{name}{''.join(f' {key}={chr(34)}{value}{chr(34)}' for key, value in pairs.items())}{end}>"

    tags = st.builds(tag, names, attributes, st.sampled_from(["", "/"]))
    return st.lists(st.one_of(tags, names.map(lambda name: f"</{name}>"), fuzz.texts()), max_size=8).map("".join)
