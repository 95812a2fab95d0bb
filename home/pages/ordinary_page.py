"""OrdinaryPage: a page about the site, such as its imprint."""

from django.contrib.auth.models import User
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PagePermissionTester

from home.pages.blocks_page import BlocksPage
from video_pages.core.all_languages import for_reader, in_all_languages, reader_language

FIRST_TITLES = IMPRINT, PRIVACY, ACCESSIBILITY = _("Imprint"), _("Privacy"), _("Accessibility")
"""Of the pages with which a site begins; see `first_pages`."""


def title_for_reader(title: str) -> str:
    """Return the title of a page about the site: in the reader's language, if the owner has left it as it was made."""
    found = (words for first in FIRST_TITLES if (words := for_reader(title, first)) != title)
    return next(found, title)


def is_first_title(title: str) -> bool:
    """Return whether `title_for_reader` translates `title`: one of FIRST_TITLES, in any language."""
    return any(title in in_all_languages(first) for first in FIRST_TITLES)


class OrdinaryPage(BlocksPage):
    """A page of texts and pictures about the site. Only owners of the site edit it, see `rights`."""

    in_footer = models.BooleanField(
        _("show in the line at the bottom"),
        default=False,
        db_default=False,
        help_text=_("Every page then has a link to this page at its bottom, once it is published."),
    )

    content_panels = [*Page.content_panels, FieldPanel("body")]
    promote_panels = [*Page.promote_panels, FieldPanel("in_footer")]
    parent_page_types = ["home.HomePage", "home.OrdinaryPage"]
    subpage_types = ["home.OrdinaryPage"]
    page_description = _("A page about the site: imprint, privacy, contact. It has no password.")

    class Meta:
        verbose_name = _("page about the site")
        verbose_name_plural = _("pages about the site")

    @property
    def title_for_reader(self) -> str:
        """The title; see the function of this name."""
        return title_for_reader(self.title)

    @property
    def title_language(self) -> str:
        """The language of `title_for_reader` if it is another one than that of the screen, else ""."""
        return reader_language(self.title, *FIRST_TITLES)

    def permissions_for_user(self, user: User) -> PagePermissionTester:
        # Overridden, so that Wagtail asks the policy of this class for an object of the class Page, too.
        return super().permissions_for_user(user)
