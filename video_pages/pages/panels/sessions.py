"""Who has access now, in the page editor: the sessions that the page's guard has given, to those who may end them."""

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
from video_pages.pages.panels.access import ACCESS_CSS

SHOWN = 10  # sessions; the list of all is one step away
FILTERS = {VIDEO: "video", SECTION: "password_of"}  # of the list of open sessions: what one guard has opened


class SessionsPanel(Panel):
    """Lists the newest sessions of the page's guard, each with a way to end it."""

    def __init__(self, heading="", icon="", **kwargs):
        super().__init__(heading=heading or gettext_lazy("Who has access now"), icon=icon or "group", **kwargs)

    class BoundPanel(Panel.BoundPanel):
        template_name = "video_pages/admin/sessions/panel.html"

        def is_shown(self):
            return super().is_shown() and bool(self.instance.pk)

        @property
        def media(self):
            return Media(css={"all": [ACCESS_CSS]}, js=["video_pages/js/sessions-panel.js"])

        def get_context_data(self, parent_context=None):
            context = super().get_context_data(parent_context)
            # The page as it is in the database: the editor's own copy is a draft.
            page = type(self.instance).objects.filter(pk=self.instance.pk).first()
            if page is not None:
                context.update(sessions_context(page, self.request.user))
            return context


def sessions_context(page, user):
    """Return what `sessions/now.html` shows of the saved video or section `page` to the editor `user`."""
    opening = effective_access_of(page)
    guard = opening.guard
    context = {"page": page, "opening": opening, "how": str(opening.how), "sessions": []}
    context["panel_url"] = reverse("video_sessions", args=(page.pk,))
    if guard is None or opening.how == AccessMode.OPEN:
        return context
    guard_page = opening.source
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
