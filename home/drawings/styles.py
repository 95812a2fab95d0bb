"""The style sheets of a drawing: the properties of each element, so that the drawing needs no style sheet.

Selectors of a name, of classes and of an id are known, as drawing programs write them. All others, and rules with an
at sign (`@import`, `@font-face`, `@media`), are left out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import tinycss2

from home.drawings.allowed import STYLED

SELECTOR = re.compile(r"(?P<tag>[A-Za-z][\w-]*|\*)?(?P<rest>(?:[.#][\w-]+)*)", re.ASCII)
MOST_RULES = 500

Weight = tuple[bool, bool, int, int, int, int]


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
    """Return the rules of the style sheets `sheets`, in no order."""
    found: list[Rule] = []
    for rule in _qualified(sheets):
        declared = list(_declared(rule.content))
        for selector in tinycss2.serialize(rule.prelude).split(","):
            match = SELECTOR.fullmatch(selector.strip())
            if match is None or len(found) >= MOST_RULES:
                continue
            parts = re.findall(r"([.#])([\w-]+)", match["rest"])
            classes = frozenset(name for sign, name in parts if sign == ".")
            ids = [name for sign, name in parts if sign == "#"]
            if len(set(ids)) > 1:
                continue
            tag = match["tag"] or ""
            for name, value, is_important in declared:
                weight = (is_important, False, len(ids), len(classes), int(tag not in ("", "*")), len(found))
                found.append(Rule(tag, ids[0] if ids else "", classes, weight, name, value))
    return found


def properties(tag: str, attributes: Mapping[str, str], rules: Iterable[Rule]) -> dict[str, str]:
    """Return {name: value} of the properties that `rules` and its own `style` give to an element."""
    classes = set(attributes.get("class", "").split())
    element_id = attributes.get("id", "")
    found = [(rule.weight, rule.name, rule.value) for rule in rules if rule.selects(tag, element_id, classes)]
    for number, (name, value, is_important) in enumerate(_declared(attributes.get("style", ""))):
        found.append(((is_important, True, 0, 0, 0, number), name, value))
    return {name: value for _weight, name, value in sorted(found)}


def _qualified(sheets: Iterable[str]) -> Iterator[tinycss2.ast.QualifiedRule]:
    for sheet in sheets:
        for rule in tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True):
            if rule.type == "qualified-rule":
                yield rule


def _declared(content: str | Iterable[tinycss2.ast.Node]) -> Iterator[tuple[str, str, bool]]:
    """Yield (name, value, is important) of the properties in `content` that a drawing may have."""
    nodes = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    for node in nodes:
        if node.type == "declaration" and node.lower_name in STYLED:
            value = tinycss2.serialize(node.value).strip()
            if STYLED[node.lower_name].fullmatch(value):
                yield node.lower_name, value, node.important
