"""The class of pages that owners make of blocks, and the answer to a visit of one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import Page

from home.blocks.stream import PageBlocks
from video_pages.access.responses import keep_out_of_caches, mark_for_all_strangers
from video_pages.pages.compat import ReservedSlugsMixin
from video_pages.pages.panels.protected_form import ProtectedPageForm
from video_pages.pages.protected import NoSharedPasswordMixin


class BlocksPage(ReservedSlugsMixin, NoSharedPasswordMixin, Page):
    """A page of blocks. Its cards depend on what this browser has unlocked, so no cache but the browser's keeps it."""

    body = StreamField(PageBlocks(), verbose_name=_("blocks"), blank=True, default=list, db_default=[])

    base_form_class = ProtectedPageForm

    class Meta:
        abstract = True

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return mark_for_all_strangers(keep_out_of_caches(super().serve(request, *args, **kwargs)))
