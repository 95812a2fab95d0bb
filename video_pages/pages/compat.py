"""Private APIs of Wagtail that this package uses, for slugs and tree paths; tests/pages/test_compat.py checks each.

RESERVED_SLUGS are addresses of the site itself: a page with such a slug directly below a site's root could not be
reached. Wagtail has no public hook by which a page refuses a slug.
"""

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

HOME_DEPTH = 2
"""The depth of a home page: all videos and sections are below one, and those of another language are beside it."""
RESERVED_SLUGS = frozenset(
    [
        "stream",
        "stream-gate",
        "embed",
        "oembed",
        "w",
        "api",
        "healthz",
        "readyz",
        "admin",
        "static",
        "media",
        "search",
        "look",
        "language",
    ]
)

if TYPE_CHECKING:
    from wagtail.models import Page as PageMixin
else:
    PageMixin = object  # the classes that inherit from the mixin are pages


def is_slug_available(kind: type[Page], slug: str, parent: Page, page: Page | None = None) -> bool:
    """Return whether a page of the class `kind` may have `slug` below `parent`; `page` itself does not count."""
    return bool(kind._slug_is_available(slug, parent, page))


class ReservedSlugsMixin(PageMixin):
    """A page that never gets a slug which is an address of the site itself."""

    @staticmethod
    def _slug_is_available(slug: str, parent_page: Page | None, page: Page | None = None) -> bool:
        """Return whether no page and no address of the site itself has `slug`; Wagtail calls this for each slug."""
        return not _is_reserved(slug, parent_page) and Page._slug_is_available(slug, parent_page, page)

    def _check_slug_is_unique(self) -> None:
        if _is_reserved(self.slug, self.get_parent()):
            message = _("This is an address of the site itself. Choose another slug.")
            raise ValidationError({"slug": message}, code="reserved_slug")
        super()._check_slug_is_unique()

    def can_move_to(self, parent: Page) -> bool:
        """Return whether the page may be moved below `parent`."""
        return not _is_reserved(self.slug, parent) and super().can_move_to(parent)


def _is_reserved(slug: str, parent_page: Page | None) -> bool:
    if parent_page is None or (slug not in RESERVED_SLUGS and slug not in settings.PAGE_LANGUAGES):
        return False
    # A home page in a further language is the root of no site, and its addresses are beside those of the site, too.
    return bool(parent_page.is_site_root() or (settings.PAGE_LANGUAGES and parent_page.depth == HOME_DEPTH))


def child_path(parent: Page, place: int) -> str:
    """Return the tree path of the child number `place`, from 1, of `parent`."""
    path: str = Page._get_path(parent.path, parent.depth + 1, place)
    return path
