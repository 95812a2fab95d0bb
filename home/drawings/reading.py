"""An uploaded SVG file as a tree of elements. Files that could do harm while they are read are refused in words."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, EntitiesForbidden
from defusedxml.ElementTree import fromstring
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SVG = "{http://www.w3.org/2000/svg}"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"

MAX_BYTES = 256 * 1024
MOST_ELEMENTS = 5000
MOST_LEVELS = 60

MESSAGES = {
    "too_large": _("This SVG is larger than 256 KB. Save it without pictures, in fewer points, or choose a PNG."),
    "entities": _(
        "This SVG defines entities (<!ENTITY …>), which are refused because a few lines of them can fill a "
        "computer’s memory. Save it again as plain SVG, without data of the program that drew it."
    ),
    "not_svg": _("This file is no SVG, or it is damaged. Save the drawing again as plain SVG, not compressed."),
    "too_complicated": _("This SVG is too complicated for a logo. Save it with fewer shapes, or choose a PNG."),
}


def refusal(code: str) -> ValidationError:
    """Return the ValidationError for one of MESSAGES."""
    return ValidationError(MESSAGES[code], code=code)


def read(content: bytes) -> Element:
    """Return the root element of the SVG file `content`. Raises ValidationError with a code of MESSAGES.

    A document type without entities, as drawing programs write it, is allowed and not read. Nothing outside the file is
    ever read.
    """
    if len(content) > MAX_BYTES:
        raise refusal("too_large")
    try:
        root: Element = fromstring(content, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except EntitiesForbidden:
        raise refusal("entities") from None
    except (ParseError, DefusedXmlException, ValueError, LookupError):  # a codec that does not exist or fits no text
        raise refusal("not_svg") from None
    if root.tag != f"{SVG}svg":
        raise refusal("not_svg")
    for number, (_element, level) in enumerate(walk(root)):
        if number >= MOST_ELEMENTS or level > MOST_LEVELS:
            raise refusal("too_complicated")
    return root


def walk(root: Element) -> Iterator[tuple[Element, int]]:
    """Yield (element, its level) of `root`, level 0, and all below it, without recursion."""
    waiting = [(root, 0)]
    while waiting:
        element, level = waiting.pop()
        yield element, level
        waiting += [(child, level + 1) for child in element]
