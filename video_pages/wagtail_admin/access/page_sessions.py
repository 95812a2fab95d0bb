"""The open sessions of one page, in its editor: the content of the panel, and an address that ends one of them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from video_pages.access.decide import may_edit
from video_pages.access.effective_access import effective_access_of, sessions_opening
from video_pages.access.responses import keep_out_of_caches
from video_pages.access.revoke import EndSessionsAction
from video_pages.core.whole_numbers import read_whole_number
from video_pages.pages.panels.sessions import sessions_context
from video_pages.pages.permissions import sessions_endable_by
from video_pages.wagtail_admin.protected_pages import get_protected_page
from video_pages.wagtail_admin.requests import EditorRequest


class PageSessionsView(View):
    """The content of the sessions panel of the page editor; a POST ends one session first."""

    request: EditorRequest
    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, page_id: int) -> HttpResponseBase:
        self.page = get_protected_page(page_id)
        if not may_edit(self.page.source, request.user):
            raise PermissionDenied
        return keep_out_of_caches(super().dispatch(request, page_id))

    def get(self, request: EditorRequest, page_id: int) -> HttpResponse:
        return self.answer()

    def post(self, request: EditorRequest, page_id: int) -> HttpResponse:
        rows = sessions_opening(effective_access_of(self.page)) & sessions_endable_by(request.user)
        row = rows.filter(pk=read_whole_number(request.POST.get("session")) or 0).first()
        if row is None:
            return self.answer(ended=_("There is nothing to end: this access is over already, or you may not end it."))
        ended = EndSessionsAction(rows.filter(pk=row.pk), user=request.user).execute()
        done = ngettext("Access is ended for %(count)d browser.", "Access is ended for %(count)d browsers.", ended)
        return self.answer(ended=done % {"count": ended})

    def answer(self, **extra: Any) -> HttpResponse:
        context = {**sessions_context(self.page, self.request.user), **extra}
        return TemplateResponse(self.request, "video_pages/admin/sessions/now.html", context)


def admin_urls() -> list[URLPattern | URLResolver]:
    return [path("access/<int:page_id>/sessions/", PageSessionsView.as_view(), name="video_sessions")]
