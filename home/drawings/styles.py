"""The style sheets of a drawing: the properties of each element, so that the drawing needs no style sheet.

Selectors of a name, of classes and of an id are known, as drawing programs write them. All others, and rules with an
at sign (`@import`, `@font-face`, `@media`), are left out.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

import tinycss2

from home.drawings.allowed import STYLED
from home.drawings.reading import refusal

SELECTOR = re.compile(r"(?P<tag>[A-Za-z][\w-]*+|\*)?+(?P<rest>(?:[.#][\w-]++)*+)", re.ASCII)
MOST_RULES = 500
"""The most properties of all selectors: each is compared with each element of the drawing."""

Weight = tuple[bool, int, int, int, int]


class Rule(NamedTuple):
    """One selector with its properties. `weight` orders rules: the last of those with a property sets it."""

    tag: str
    id: str
    classes: frozenset[str]
    weight: Weight
    name: str
    value: str

    def selects(self, tag: str, element_id: str, classes: set[str]) -> bool:
        """Return whether an element with this name, id and these classes is selected."""
        return self.tag in ("", "*", tag) and self.id in ("", element_id) and self.classes <= classes


def rules_of(sheets: Iterable[str]) -> list[Rule]:
    """Return the rules of the style sheets `sheets`, by their weight.

    Raises ValidationError if there are more than MOST_RULES.
    """
    found: list[Rule] = []
    for rule in _qualified(sheets):
        declared = list(_declared(rule.content)) if _is_flat(rule.prelude) else []
        if not declared:
            continue
        for selector in tinycss2.serialize(rule.prelude).split(","):
            match = SELECTOR.fullmatch(selector.strip())
            if match is None:
                continue
            parts = re.findall(r"([.#])([\w-]+)", match["rest"])
            classes = frozenset(name for sign, name in parts if sign == ".")
            ids = [name for sign, name in parts if sign == "#"]
            if len(set(ids)) > 1:
                continue
            tag = match["tag"] or ""
            if len(found) + len(declared) > MOST_RULES:
                raise refusal("too_complicated")
            for name, value, is_important in declared:
                weight = (is_important, len(ids), len(classes), int(tag not in ("", "*")), len(found))
                found.append(Rule(tag, ids[0] if ids else "", classes, weight, name, value))
    return sorted(found, key=lambda rule: rule.weight)


def properties(tag: str, attributes: Mapping[str, str], rules: Iterable[Rule]) -> dict[str, str]:
    """Return {name: value} of the properties that `rules`, by their weight, and its own `style` give to an element."""
    classes = set(attributes.get("class", "").split())
    element_id = attributes.get("id", "")
    normal: dict[str, str] = {}
    important: dict[str, str] = {}
    for rule in rules:
        if rule.selects(tag, element_id, classes):
            (important if rule.weight[0] else normal)[rule.name] = rule.value
    for name, value, is_important in _declared(attributes.get("style", "")):
        (important if is_important else normal)[name] = value
    return normal | important


def _qualified(sheets: Iterable[str]) -> Iterator[tinycss2.ast.QualifiedRule]:
    for sheet in sheets:
        for rule in _parsed(tinycss2.parse_stylesheet, sheet):
            if rule.type == "qualified-rule":
                yield rule


def _declared(content: str | Iterable[tinycss2.ast.Node]) -> Iterator[tuple[str, str, bool]]:
    """Yield (name, value, is important) of the properties in `content` that a drawing may have."""
    for node in _parsed(tinycss2.parse_blocks_contents, content):
        if node.type == "declaration" and node.lower_name in STYLED and _is_flat(node.value, 1):
            value = tinycss2.serialize(node.value).strip()
            if STYLED[node.lower_name].fullmatch(value):
                yield node.lower_name, value, node.important


def _parsed(parse: Callable[..., list[tinycss2.ast.Node]], content: object) -> list[tinycss2.ast.Node]:
    """Return the nodes that `parse` finds in `content`. Raises ValidationError for a number of thousands of digits."""
    try:
        return parse(content, skip_comments=True, skip_whitespace=True)
    except ValueError:
        raise refusal("too_complicated") from None


def _is_flat(nodes: Iterable[tinycss2.ast.Node], levels: int = 0) -> bool:
    """Return whether `nodes` have no brackets, and functions in no more than `levels` levels.

    No form of a value and no selector has more of them, and `tinycss2.serialize` fails on thousands.
    """
    return all(
        levels > 0 and _is_flat(node.arguments, levels - 1) if node.type == "function" else not hasattr(node, "content")
        for node in nodes
    )
