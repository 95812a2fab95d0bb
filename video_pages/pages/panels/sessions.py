"""The open access sessions of a page's guard, in the page editor, for editors who may end them."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser, User
from django.forms import Media
from django.urls import reverse
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import Panel
from wagtail.models import Page

from video_pages.access.effective_access import (
    AccessMode,
    all_sessions_open,
    effective_access_of,
    may_change_access,
)
from video_pages.access.guard import SECTION, VIDEO
from video_pages.core.scripts import module_script
from video_pages.pages.panels.access import ACCESS_CSS

if TYPE_CHECKING:
    from video_pages.pages.models import VideoIndexPage, VideoPage

SHOWN = 10  # sessions; a link leads to the list of all
FILTERS = {VIDEO: "video", SECTION: "password_of"}  # the filters of the list of open sessions that select one guard


class SessionsPanel(Panel):
    """Lists the newest sessions of the page's guard, each with a button to end it."""

    def __init__(self, heading: str = "", icon: str = "", **kwargs: Any) -> None:
        super().__init__(heading=heading or gettext_lazy("Who has access now"), icon=icon or "group", **kwargs)

    class BoundPanel(Panel.BoundPanel):
        template_name = "video_pages/admin/sessions/panel.html"

        def is_shown(self) -> bool:
            return super().is_shown() and bool(self.instance.pk)

        @property
        def media(self) -> Media:
            return Media(css={"all": [ACCESS_CSS]}, js=[module_script("video_pages/js/sessions_panel.js")])

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            # The page as the database has it: the editor's own copy is a draft.
            page = type(self.instance).objects.filter(pk=self.instance.pk).first()
            if page is not None:
                context.update(sessions_context(page, self.request.user))
            return context


def sessions_context(page: "VideoPage | VideoIndexPage", user: User | AnonymousUser) -> dict[str, Any]:
    """Return the context of `sessions/now.html` for the saved video or section `page` and the editor `user`."""
    access = effective_access_of(page)
    guard = access.guard
    context: dict[str, Any] = {"page": page, "access": access, "how": str(access.how), "sessions": []}
    context["panel_url"] = reverse("video_sessions", args=(page.pk,))
    if guard is None or access.how == AccessMode.OPEN:
        return context
    guard_page = access.source
    if guard.page_id != guard_page.pk:
        guard_page = Page.objects.get(pk=guard.page_id).specific
    rows = all_sessions_open().filter(**{f"{guard.kind}_id": guard.page_id})
    may_end = may_change_access(guard_page, user)
    context.update(
        guard_page=guard_page,
        count=rows.count(),
        may_end=may_end,
        sessions=list(rows.order_by("-created_at", "-pk")[:SHOWN]) if may_end else [],
        all_url=f"{reverse('open_sessions:index')}?{FILTERS[guard.kind]}={guard.page_id}",
    )
    return context
