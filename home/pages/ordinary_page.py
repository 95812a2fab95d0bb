"""OrdinaryPage: a page about the site, such as its imprint."""

from django.contrib.auth.models import User
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PagePermissionTester

from home.pages.blocks_page import BlocksPage


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

    def permissions_for_user(self, user: User) -> PagePermissionTester:
        # Overridden, so that Wagtail asks the policy of this class for an object of the class Page, too.
        return super().permissions_for_user(user)
