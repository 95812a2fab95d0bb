"""An uploaded SVG file as a tree of elements. Files that could do harm while they are read are refused in words."""

from xml.etree.ElementTree import Element, ParseError
from xml.parsers.expat import ExpatError  # noqa: S407  only the exception

from defusedxml import DefusedXmlException, EntitiesForbidden
from defusedxml.ElementTree import fromstring
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from home.drawings.scanning import TooMuch, scan

SVG = "{http://www.w3.org/2000/svg}"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"

MAX_BYTES = 256 * 1024

MESSAGES = {
    "too_large": _("This SVG is larger than 256 KB. Save it without pictures, in fewer points, or choose a PNG."),
    "entities": _(
        "This SVG defines entities (<!ENTITY …>), which are refused because a few lines of them can fill a "
        "computer’s memory. Save it again as plain SVG, without data of the program that drew it."
    ),
    "not_svg": _("This file is no SVG, or it is damaged. Save the drawing again as plain SVG, not compressed."),
    "too_complicated": _("This SVG is too complicated for a logo. Save it with fewer shapes, or choose a PNG."),
    "no_size": _("This SVG has no size: its viewBox, or its width and height, are missing or no numbers above zero."),
    "odd_size": _("This SVG is more than twelve times as wide as it is high, or as high as it is wide."),
    "empty": _(
        "This SVG has no shapes that can be shown. Pictures inside an SVG do not count; choose a PNG for these."
    ),
}
"""{code: sentence for the editor}."""


def refusal(code: str) -> ValidationError:
    """Return the ValidationError for one of MESSAGES."""
    return ValidationError(MESSAGES[code], code=code)


def read(content: bytes) -> Element:
    """Return the root element of the SVG file `content`. Raises ValidationError with a code of MESSAGES.

    A document type without entities and attributes, as drawing programs write it, is allowed and not read. Nothing
    outside the file is ever read.
    """
    if len(content) > MAX_BYTES:
        raise refusal("too_large")
    try:
        scan(content)
        root: Element = fromstring(content, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except TooMuch:
        raise refusal("too_complicated") from None
    except EntitiesForbidden:
        raise refusal("entities") from None
    # A codec that does not exist, or that fits no text, is a LookupError or a ValueError.
    except (ParseError, ExpatError, DefusedXmlException, ValueError, LookupError):
        raise refusal("not_svg") from None
    if root.tag != f"{SVG}svg":
        raise refusal("not_svg")
    return root
