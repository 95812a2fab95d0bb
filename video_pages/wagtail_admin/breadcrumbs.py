"""The breadcrumbs of our screens: the steps that lead to a screen, then its title."""

from typing import TypeAlias

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.models import Page

Step: TypeAlias = dict[str, str]
"""A breadcrumb: its `url` and its `label`."""


def editor_of(page: Page) -> Step:
    """Return the step to the editor of `page`."""
    return {"url": reverse("wagtailadmin_pages:edit", args=(page.pk,)), "label": page.get_admin_display_title()}


def pages_below(page: Page) -> Step:
    """Return the step to Wagtail's list of the pages below `page`."""
    return {"url": reverse("wagtailadmin_explore", args=(page.pk,)), "label": page.get_admin_display_title()}


def videos() -> Step:
    """Return the step to the list of videos."""
    return {"url": reverse("videos:index"), "label": _("Videos")}


def invitations() -> Step:
    """Return the step to the list of invitations."""
    return {"url": reverse("invitations:index"), "label": _("Invitations")}


class StepsMixin(WagtailAdminTemplateMixin):
    """A screen of the admin whose breadcrumbs are Wagtail's first one, `steps()` and the title of the screen."""

    def steps(self) -> list[Step]:
        """Return the steps between the first breadcrumb and this screen."""
        return []

    def get_breadcrumbs_items(self) -> list[Step]:
        return [*self.breadcrumbs_items, *self.steps(), {"url": "", "label": str(self.get_page_title())}]
