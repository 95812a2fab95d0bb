"""Wagtail's screens that copy a page or convert an alias; `video.copying` has the actions of the admin API."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from wagtail.admin.views.pages.convert_alias import ConvertAliasView
from wagtail.admin.views.pages.copy import CopyView
from wagtail.models import Page

from video_pages.pages.converting import kept_private, restrict_copies
from video_pages.wagtail_admin.requests import EditorRequest


class PrivateConvertAliasView(ConvertAliasView):
    """The screen that converts an alias; the page stays private."""

    request: EditorRequest

    def post(self, request: EditorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with kept_private(self.page, request.user):
            response: HttpResponse = super().post(request, *args, **kwargs)
        return response


class PrivateCopyView(CopyView):
    """The screen that copies a page; nothing is published before `copied` has made it private."""

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
        return response


def copied(request: EditorRequest, page: Page, copy: Page) -> None:
    """Make each copy as private as its original; Wagtail's hook after a copy by its screen."""
    restrict_copies(page, copy, request.user)
