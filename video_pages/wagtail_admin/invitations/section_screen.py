"""The base class of the screens about the invitations of one section."""

from abc import abstractmethod
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.generic import TemplateView

from video_pages.access.responses import keep_out_of_caches
from video_pages.pages.models import VideoIndexPage
from video_pages.wagtail_admin.breadcrumbs import Step, StepsMixin, editor_of, invitations
from video_pages.wagtail_admin.protected_pages import get_protected_page
from video_pages.wagtail_admin.requests import EditorRequest


class SectionScreen(StepsMixin, TemplateView):
    """Finds `section`; 404 for a page of another kind, 403 for a user who may not see the screen."""

    request: EditorRequest
    header_icon = "mail"
    section: VideoIndexPage

    @abstractmethod
    def may_see(self, section: VideoIndexPage) -> bool:
        """Return whether the user may see the screen of `section`."""

    def dispatch(self, request: HttpRequest, *args: Any, page_id: int, **kwargs: Any) -> HttpResponseBase:
        section = get_protected_page(page_id).source
        if not isinstance(section, VideoIndexPage):
            raise Http404
        if not self.may_see(section):
            raise PermissionDenied
        self.section = section
        return keep_out_of_caches(super().dispatch(request, *args, **kwargs))

    def steps(self) -> list[Step]:
        return [invitations(), editor_of(self.section)]
