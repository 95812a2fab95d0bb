"""A read-only panel of the page editor: the access to the page."""

from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Count, Q
from django.forms import Media
from django.urls import reverse
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import Panel
from wagtail.models import Page

from video_pages.access.downloads import download_rule
from video_pages.access.effective_access import (
    AccessMode,
    may_change_access,
    sessions_opening,
    videos_opened,
)
from video_pages.access.guard import SECTION, Guard
from video_pages.access.listings import listing_of
from video_pages.access.site_settings import AccessSettings
from video_pages.core.humanize import format_period
from video_pages.core.page_protocols import LockablePage
from video_pages.core.scripts import module_script
from video_pages.pages.panels.sheets import ACCESS_CSS, BUTTONS_CSS
from video_pages.pages.protocols import Section, Video
from video_pages.pages.visible_titles import visible_access_of


class AccessPanel(Panel):
    """Describes what opens this page now and why, and opens the dialog that changes it."""

    def __init__(self, heading: str = "", icon: str = "", **kwargs: Any) -> None:
        super().__init__(heading=heading or gettext_lazy("Access"), icon=icon or "lock", **kwargs)

    class BoundPanel(Panel.BoundPanel):
        template_name = "video_pages/admin/access/panel.html"

        @property
        def media(self) -> Media:
            return Media(css={"all": [BUTTONS_CSS, ACCESS_CSS]}, js=[module_script("video_pages/js/access_dialog.js")])

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            # The page as the database has it: the editor's own copy is a draft, perhaps an old one.
            page = type(self.instance).objects.filter(pk=self.instance.pk).first()
            context = super().get_context_data(parent_context)
            context["url_template"] = reverse("video_access", args=(0,))
            if page is not None:
                context.update(access_context(page, self.request.user))
            return context


def access_context(page: Video | Section, user: User | AnonymousUser) -> dict[str, Any]:
    """Return the context of `access/summary.html` for the saved video or section `page` and the editor `user`."""
    access = visible_access_of(page, user)
    source, guard = access.source, access.guard
    guard_page = source
    if guard and guard.page_id != source.pk:
        guard_page = Page.objects.get(pk=guard.page_id).specific
    own = Count("pk", filter=Q(**{f"{source.guard_kind}_id": source.pk}))
    sessions = sessions_opening(access).aggregate(every=Count("pk"), own=own)
    opens, below = None, None
    if source.guard_kind == SECTION and access.mode == AccessMode.OWN:
        opens, below = videos_opened(source)
    return {
        "opens": opens,
        "videos_below": below,
        "page": page,
        "source": source,
        "is_alias": bool(page.alias_of_id),
        "is_section": source.guard_kind == SECTION,
        "access": access,
        "listing": listing_of(source),
        "downloads": download_rule(source),
        "mode": str(access.mode),
        "guard_page": guard_page,
        "guard_title": guard.title if guard else "",
        "access_length": _access_length(source, guard),
        "access_until": guard.access_until if guard else None,
        "is_over": access.is_over,
        "sessions": sessions["every"],
        "own_sessions": sessions["own"],
        "sessions_of_sections": sessions["every"] - sessions["own"],
        "is_restricted": source.get_view_restrictions().exists(),
        "may_change": may_change_access(source, user),
        "access_url": reverse("video_access", args=(source.pk,)),
    }


def site_minutes(page: Page) -> int:
    """Return how long access lasts on the site that `page` belongs to, in minutes."""
    site = page.get_site()
    settings = AccessSettings.for_site(site) if site else AccessSettings()
    return settings.access_minutes


def _access_length(source: LockablePage, guard: Guard | None) -> tuple[str, bool] | None:
    """Return (length as text, True if the guard has its own), or None while no password opens `source`."""
    if guard is None:
        return None
    return format_period(guard.access_minutes or site_minutes(source)), guard.access_minutes is not None
