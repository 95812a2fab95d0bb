"""Wagtail's handlers that show links and images in rich text, made safe for any stored text.

Wagtail's own fail for an id that is no number, or that is too large for the database. Such a text may come from an
import or from an earlier release; visitors get its words, and a link without an address. So they do if the page is not
published: its address tells its title.
"""

from collections.abc import Iterator
from typing import Any

from wagtail.images.formats import get_image_formats
from wagtail.images.rich_text import ImageEmbedHandler
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.rich_text.pages import PageLinkHandler

from video_pages.pages.rich_text import has_id


class AnyPageLinkHandler(PageLinkHandler):
    """Links to pages; a link to a page that is not published, or whose id is none, is shown without an address."""

    @classmethod
    def get_many(cls, attrs_list: list[dict[str, str]]) -> list[Any]:  # pages, and None for a link without an address
        pages: list[Any] = super().get_many([attrs if has_id(attrs) else {} for attrs in attrs_list])
        return [page if page is not None and page.live else None for page in pages]

    @classmethod
    def extract_references(cls, attrs: dict[str, str]) -> Iterator[tuple[Any, ...]]:
        return super().extract_references(attrs) if has_id(attrs) else iter(())


class AnyImageHandler(ImageEmbedHandler):
    """Images; one whose id or format is none is shown empty, as a deleted one."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, str]]) -> list[str]:
        formats = {image_format.name for image_format in get_image_formats()}

        def expand(attrs: dict[str, str]) -> str:
            is_known = has_id(attrs) and attrs.get("format") in formats
            return super(AnyImageHandler, cls).expand_db_attributes_many([attrs])[0] if is_known else '<img alt="">'

        return [expand(attrs) for attrs in attrs_list]

    @classmethod
    def extract_references(cls, attrs: dict[str, str]) -> Iterator[tuple[Any, ...]]:
        return super().extract_references(attrs) if has_id(attrs) else iter(())


def register_handlers(features: FeatureRegistry) -> None:
    """Register the handlers in place of Wagtail's; Wagtail's hook."""
    features.register_link_type(AnyPageLinkHandler)
    features.register_embed_type(AnyImageHandler)
