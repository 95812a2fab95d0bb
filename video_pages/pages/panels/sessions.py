"""The open access sessions that open a page, in the page editor, for editors who may end them."""

from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Count, Q
from django.forms import Media
from django.urls import reverse
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import Panel
from wagtail.models import Page

from video_pages.access.effective_access import AccessMode, sessions_opening
from video_pages.access.guard import SECTION, VIDEO
from video_pages.core.scripts import module_script
from video_pages.pages.panels.sheets import ACCESS_CSS
from video_pages.pages.permissions import sessions_endable_by
from video_pages.pages.protocols import Section, Video
from video_pages.pages.session_places import add_places
from video_pages.pages.visible_titles import visible_access_of

SHOWN = 10  # sessions; a link leads to the list of all
FILTERS = {VIDEO: "video", SECTION: "password_of"}  # the filters of the list of open sessions that select one guard


class SessionsPanel(Panel):
    """Lists the newest sessions that open the page, each with a button to end it."""

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


def sessions_context(page: Video | Section, user: User | AnonymousUser) -> dict[str, Any]:
    """Return the context of `sessions/now.html` for the saved video or section `page` and the editor `user`."""
    access = visible_access_of(page, user)
    guard, source = access.guard, access.source
    context: dict[str, Any] = {"page": page, "access": access, "mode": str(access.mode), "sessions": []}
    context["panel_url"] = reverse("video_sessions", args=(page.pk,))
    if access.mode == AccessMode.OPEN:
        return context
    guard_page = source if guard is None or guard.page_id == source.pk else Page.objects.get(pk=guard.page_id)
    rows = sessions_opening(access)
    may_end = rows & sessions_endable_by(user)
    kind = guard.kind if guard else source.guard_kind
    # An invitation may be of a section between the page and its guard, and the list shows the rows of one page.
    of_guard = Count("pk", filter=Q(**{f"{kind}_id": guard_page.pk}))
    count, numbers = rows.count(), may_end.aggregate(endable=Count("pk"), listed=of_guard)
    sessions = list(may_end.select_related("granted_by", "section").order_by("-created_at", "-pk")[:SHOWN])
    add_places(sessions)
    context.update(
        guard_page=guard_page,
        count=count,
        listed=numbers["listed"],
        others=count - numbers["endable"],
        sessions=sessions,
        all_url=f"{reverse('open_sessions:index')}?{FILTERS[kind]}={guard_page.pk}",
    )
    return context
