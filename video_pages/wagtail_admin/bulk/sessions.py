"""The bulk action that ends access sessions: the ticked ones, or all that the list shows."""

from django.db.models import Max
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.admin.views.bulk_action import BulkAction

from video_pages.access.models import VideoAccessSession, VideoAccessSessionQuerySet
from video_pages.access.revoke import EndSessionsAction
from video_pages.core.whole_numbers import read_whole_number
from video_pages.pages.permissions import sessions_endable_by
from video_pages.wagtail_admin.access.open_sessions import OpenSessionsView
from video_pages.wagtail_admin.bulk.selection import ALL, IDS_FIELD, MOST_NAMED, chosen_ids
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.valid_filters import WholeListMixin

MOST_SHOWN = 50  # in the confirmation; further sessions are counted
LAST_FIELD = "last"  # of the form of a long selection: the greatest id in it


class EndAccess(WholeListMixin, BulkAction):
    """Deletes the rows of sessions of pages whose access the user may change; other ids are ignored. Passwords stay."""

    request: EditorRequest
    models = [VideoAccessSession]
    display_name = gettext_lazy("End access")
    action_type = "end_access"
    aria_label = gettext_lazy("End the access of the selected sessions")

    def list_url_name(self) -> str:
        return OpenSessionsView.index_url_name

    def get(self, request: EditorRequest) -> HttpResponse:
        chosen = self.chosen()
        count = chosen.count()
        is_long = count > MOST_NAMED and self.is_whole_list
        shown = chosen.select_related("video", "section", "granted_by").order_by("-created_at", "-pk")
        context = {
            "ids": ALL if is_long else " ".join(str(pk) for pk in chosen.values_list("pk", flat=True)),
            "ids_field": IDS_FIELD,
            "last": chosen.aggregate(last=Max("pk"))["last"],
            "is_long": is_long,
            "address": self.address(is_long=is_long),
            "count": count,
            "sessions": shown[:MOST_SHOWN],
            "more": max(0, count - MOST_SHOWN),
            "next": self.next_url,
        }
        return TemplateResponse(request, "video_pages/admin/sessions/confirm.html", context)

    def address(self, *, is_long: bool) -> str:
        """Return the query of the form's address. That of a long selection has the search and filters of the list."""
        query = self.request.GET.copy() if is_long else QueryDict(mutable=True)
        query["next"] = self.next_url
        return f"?{query.urlencode()}"

    def post(self, request: EditorRequest) -> HttpResponse:
        ended = EndSessionsAction(self.chosen(), user=request.user).execute()
        if ended:
            done = ngettext("Access is ended for %(count)d browser.", "Access is ended for %(count)d browsers.", ended)
            messages.success(request, done % {"count": ended})
        else:
            messages.warning(request, _("Nothing was left to end."))
        return redirect(self.next_url)

    @property
    def is_whole_list(self) -> bool:
        """True if the request names the list and not its sessions."""
        is_post = self.request.method == "POST"
        return ALL in (self.request.POST.get(IDS_FIELD, "").split() if is_post else self.request.GET.getlist("id"))

    def chosen(self) -> VideoAccessSessionQuerySet:
        """Return the sessions in the request that the user may end.

        "All" in a POST means those that match the search and filters now, without sessions that began after the
        confirmation has counted them: these have a greater id than its field `last` says.
        """
        if not self.is_whole_list:
            return sessions_endable_by(self.request.user).filter(pk__in=chosen_ids(self.request, self.model))
        shown: VideoAccessSessionQuerySet = OpenSessionsView.shown_to(self.request)
        if self.request.method == "POST":
            shown = shown.filter(pk__lte=read_whole_number(self.request.POST.get(LAST_FIELD)) or 0)
        return shown
