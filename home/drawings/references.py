"""References inside a drawing (`use`, gradients, clip paths, masks, patterns), and how much they draw.

A `use` of a group of ten `use` of such a group draws ten times ten shapes: a few lines can keep a browser busy for
hours. So all that an element draws is added up, through its references, and a drawing with too much is refused.
"""

from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from home.drawings.allowed import PAINT
from home.drawings.reading import refusal

MOST_DRAWN = 20_000
"""The most elements that a drawing may show, each counted as often as it is drawn."""
MOST_STEPS = 200
"""The longest way from an element through its content and references."""


def references(element: Element) -> Iterator[tuple[str, str]]:
    """Yield (attribute, id) of the references of `element` itself."""
    for name, value in element.attrib.items():
        if name == "href":
            yield name, value.removeprefix("#")
        elif (match := PAINT.fullmatch(value)) and match["id"]:
            yield name, match["id"]


def drop_dangling(root: Element) -> None:
    """Remove the references of all elements to ids that the drawing does not have."""
    known = set(by_id(root))
    for element in root.iter():
        for name, target in list(references(element)):
            if target not in known:
                del element.attrib[name]


def by_id(root: Element) -> dict[str, Element]:
    """Return {id: element}; of several with one id, the first counts, as in browsers."""
    found: dict[str, Element] = {}
    for element in root.iter():
        found.setdefault(element.get("id", ""), element)
    found.pop("", None)
    return found


def check_amount(root: Element) -> None:
    """Raise ValidationError if `root` draws more than MOST_DRAWN elements, or if references form a circle."""
    _amount(root, by_id(root), {}, 0)


def _amount(element: Element, known: Mapping[str, Element], counted: dict[Element, int | None], steps: int) -> int:
    """Return the number of elements that `element` draws; in `counted`, None marks those that are being counted."""
    if steps > MOST_STEPS:
        raise refusal("too_complicated")
    if element in counted:
        amount = counted[element]
        if amount is None:
            raise refusal("too_complicated")
        return amount
    counted[element] = None
    parts = [*element, *(known[target] for _name, target in references(element) if target in known)]
    amount = 1
    for part in parts:
        amount += _amount(part, known, counted, steps + 1)
        if amount > MOST_DRAWN:
            raise refusal("too_complicated")
    counted[element] = amount
    return amount
