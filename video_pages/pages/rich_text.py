"""Rich text as the database holds it: the pages that it links to.

The tags are found as Wagtail finds them to show a text, so that no link is overlooked that a visitor would get.
"""

import re
from collections.abc import Set

from wagtail.rich_text.rewriters import FIND_A_TAG, extract_attrs

from video_pages.core.whole_numbers import read_form_id

LINK = re.compile(r"<a\b[^>]*>(.*?)</a>", re.DOTALL)
ANY_LINK = re.compile(r"<a\b[^>]*>|</a>")


def linked_pages(html: str) -> set[int]:
    """Return the ids of the pages that a text links to, whether there are such pages or not."""
    links = (extract_attrs(attributes) for attributes in FIND_A_TAG.findall(html))
    ids = {read_form_id(link.get("id", "")) for link in links if link.get("linktype") == "page"}
    return {pk for pk in ids if pk is not None}


def without_links(html: str, pages: Set[int]) -> str:
    """Return a text without its links to `pages` (ids); the words of these links stay."""

    def replacement(link: re.Match[str]) -> str:
        return link[1] if linked_pages(link[0]) & pages else link[0]

    kept = LINK.sub(replacement, html)
    # Unusual markup, such as a link inside a link: drop all links rather than keep one of these.
    return ANY_LINK.sub("", html) if linked_pages(kept) & pages else kept


def without_unreadable_links(html: str) -> str:
    """Return a text in which links to pages by an id that is none have no address."""

    def replacement(link: re.Match[str]) -> str:
        attributes = extract_attrs(link[1])
        is_unreadable = attributes.get("linktype") == "page" and not has_id(attributes)
        return "<a>" if is_unreadable else link[0]

    return FIND_A_TAG.sub(replacement, html)


def has_id(attributes: dict[str, str]) -> bool:
    """True if a tag with these attributes has an id that a row can have."""
    return read_form_id(attributes.get("id", "")) is not None
