"""The base class of the screens of one video: the page, its video file, permissions and breadcrumbs."""

from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.log_actions import log

from video_pages.access.decide import may_edit
from video_pages.access.responses import keep_out_of_caches
from video_pages.core.log_actions import LogAction
from video_pages.library.models import VideoFile
from video_pages.library.text_models import TextTrack
from video_pages.pages.models import VideoPage
from video_pages.pages.permissions import may_use
from video_pages.wagtail_admin.breadcrumbs import Step, StepsMixin, editor_of, videos


def video_of(page_id: int, user: User | AnonymousUser) -> tuple[VideoPage, VideoFile | None]:
    """Return (source of the page `page_id`, video file of its latest draft) for an editor.

    The file is None while none is chosen. Raises Http404 if there is no such video, PermissionDenied if `user` may not
    edit the source or may not use the file.
    """
    source = get_object_or_404(VideoPage, pk=page_id).source
    if not may_edit(source, user):
        raise PermissionDenied
    file = source.get_latest_revision_as_object().video_file
    if file is not None and not may_use(file, user):
        raise PermissionDenied
    return source, file


class VideoScreenMixin(StepsMixin):
    """A screen about the video file of one video; an alias redirects to its source."""

    video_file: VideoFile
    view_name = ""  # the name of the screen's address

    def dispatch(self, request: HttpRequest, *args: Any, page_id: int, **kwargs: Any) -> HttpResponseBase:
        self.page, video_file = video_of(page_id, request.user)
        if self.page.pk != page_id:
            return redirect(self.view_name, **{**kwargs, "page_id": self.page.pk})
        if video_file is None:
            messages.warning(request, _("“%(title)s” has no video file yet. Choose one first.") % {"title": self.page})
            return redirect("wagtailadmin_pages:edit", self.page.pk)
        self.video_file = video_file
        self.check_rights()
        return keep_out_of_caches(super().dispatch(request, *args, page_id=page_id, **kwargs))

    def check_rights(self) -> None:
        """Raise PermissionDenied if the screen requires more than to edit the page and to use its file."""

    def steps(self) -> list[Step]:
        return [videos(), editor_of(self.page)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        edit_url = reverse("wagtailadmin_pages:edit", args=(self.page.pk,))
        context.update(page=self.page, file=self.video_file, other_pages=self.other_pages(), edit_url=edit_url)
        return context

    def other_pages(self) -> int:
        """Return how many other pages show the video file, and so show each change."""
        return self.video_file.pages.filter(alias_of=None).exclude(pk=self.page.pk).count()

    def log(self, action: LogAction) -> None:
        """Log `action` in the history of the page."""
        log(instance=self.page, action=action, user=self.request.user)


def get_track(video_file: VideoFile, pk: int) -> TextTrack:
    """Return the text track `pk` of `video_file`. Raises Http404 if it has no such track."""
    return get_object_or_404(video_file.text_tracks, pk=pk)
