"""Wagtail's screens that copy a page or convert an alias; `video.copying` has the actions of the admin API."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from wagtail.admin.views.pages.convert_alias import ConvertAliasView
from wagtail.admin.views.pages.copy import CopyView
from wagtail.models import Page

from video_pages.pages.converting import kept_private, restrict_like, restrictions_below
from video_pages.wagtail_admin.requests import EditorRequest


class PrivateConvertAliasView(ConvertAliasView):
    """The screen that converts an alias; the page stays private."""

    request: EditorRequest

    def post(self, request: EditorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with kept_private(self.page, request.user):
            response: HttpResponse = super().post(request, *args, **kwargs)
        return response


class PrivateCopyView(CopyView):
    """The screen that copies a page; each copy is as private as its original."""

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            before = restrictions_below(self.page)
            response: HttpResponse = super().form_valid(form)
            copies = Page.objects.child_of(Page.objects.get(pk=self.parent_page.pk))
            restrict_like(before, copies.get(slug=form.cleaned_data["new_slug"]), self.request.user)
        return response
