"""Wagtail's screen that converts an alias to a page; `video.copying` has the action of the admin API."""

from typing import Any

from django.http import HttpResponse
from wagtail.admin.views.pages.convert_alias import ConvertAliasView

from video_pages.pages.converting import kept_private
from video_pages.wagtail_admin.requests import EditorRequest


class PrivateConvertAliasView(ConvertAliasView):
    """The screen that converts an alias; the page stays private."""

    request: EditorRequest

    def post(self, request: EditorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with kept_private(self.page, request.user):
            response: HttpResponse = super().post(request, *args, **kwargs)
        return response
