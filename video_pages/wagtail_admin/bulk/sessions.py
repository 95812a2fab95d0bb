"""The bulk action that ends access sessions: the ticked ones, or all that the list shows."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.admin.views.bulk_action import BulkAction

from video_pages.access.models import VideoAccessSession, VideoAccessSessionQuerySet
from video_pages.access.responses import keep_out_of_caches
from video_pages.access.revoke import EndSessionsAction
from video_pages.pages.permissions import sessions_endable_by
from video_pages.wagtail_admin.access.open_sessions import OpenSessionsView
from video_pages.wagtail_admin.bulk.selection import ALL, IDS_FIELD, chosen_ids
from video_pages.wagtail_admin.requests import EditorRequest

MOST_NAMED = 50  # in the confirmation; further sessions are counted


class EndAccess(BulkAction):
    """Deletes the rows of sessions of pages whose access the user may change; other ids are ignored. Passwords stay."""

    request: EditorRequest
    models = [VideoAccessSession]
    display_name = gettext_lazy("End access")
    action_type = "end_access"
    aria_label = gettext_lazy("End the access of the selected sessions")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return keep_out_of_caches(super().dispatch(request, *args, **kwargs))

    def get(self, request: EditorRequest) -> HttpResponse:
        rows = list(self.chosen().select_related("video", "section", "granted_by").order_by("-created_at", "-pk"))
        context = {
            "ids": " ".join(str(row.pk) for row in rows),
            "ids_field": IDS_FIELD,
            "count": len(rows),
            "sessions": rows[:MOST_NAMED],
            "more": max(0, len(rows) - MOST_NAMED),
            "next": self.next_url,
        }
        return TemplateResponse(request, "video_pages/admin/sessions/confirm.html", context)

    def post(self, request: EditorRequest) -> HttpResponse:
        ended = EndSessionsAction(self.chosen(), user=request.user).execute()
        if ended:
            done = ngettext("Access is ended for %(count)d browser.", "Access is ended for %(count)d browsers.", ended)
            messages.success(request, done % {"count": ended})
        else:
            messages.warning(request, _("Nothing was left to end."))
        return redirect(self.next_url)

    def chosen(self) -> VideoAccessSessionQuerySet:
        """Return the sessions in the request that the user may end."""
        if self.request.method != "POST" and ALL in self.request.GET.getlist("id"):
            shown: VideoAccessSessionQuerySet = OpenSessionsView.shown_to(self.request)
            return shown
        return sessions_endable_by(self.request.user).filter(pk__in=chosen_ids(self.request, self.model))
