"""The film in the page editor: the content of its panel, and the frame that becomes the poster."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _
from django.views.generic import View

from video_pages.access.decide import may_edit
from video_pages.access.responses import keep_out_of_caches
from video_pages.core.log_actions import LogAction
from video_pages.core.whole_numbers import read_whole_number
from video_pages.pages.models import VideoPage
from video_pages.pages.panels.player import player_panel_context
from video_pages.pages.permissions import may_use
from video_pages.transcoding import chosen_frames
from video_pages.transcoding.frame_models import ChosenFrame
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.video.screens import VideoScreenMixin

State = ChosenFrame.State


def film_panel(request: EditorRequest, page_id: int) -> HttpResponse:
    """Return the content of the film's panel for the latest draft of a video that the user may edit."""
    page = get_object_or_404(VideoPage, pk=page_id)
    draft = page.get_latest_revision_as_object()
    if not may_edit(page.source, request.user) or (draft.video_file and not may_use(draft.video_file, request.user)):
        raise PermissionDenied
    template = "video_pages/admin/video/film_panel_content.html"
    return keep_out_of_caches(TemplateResponse(request, template, player_panel_context(draft)))


class ChosenFrameView(VideoScreenMixin, View):
    """A POST asks for the frame at a position, `at_ms`, as the poster; a GET says how far that is. Both answer JSON."""

    http_method_names = ["get", "head", "post"]
    view_name = "video_chosen_frame"

    def post(self, request: EditorRequest, **kwargs: Any) -> HttpResponse:
        at_ms = read_whole_number(request.POST.get("at_ms"))
        try:
            if at_ms is None:
                raise chosen_frames.NoSuchPosition
            chosen_frames.choose(self.video_file, at_ms / 1000)
        except chosen_frames.NoSuchPosition:
            return refusal(_("The film has no frame there."))
        except chosen_frames.NotPlaying:
            return refusal(_("A new version of the film is being processed. Choose the frame when it plays here."))
        self.log(LogAction.POSTER_CHANGED)
        return JsonResponse({"state": State.WAITING}, status=202)

    def get(self, request: EditorRequest, **kwargs: Any) -> HttpResponse:
        chosen = ChosenFrame.objects.filter(video_file=self.video_file).first()
        if chosen is None:
            raise Http404
        answer = {"state": chosen.state}
        if chosen.state == State.FAILED:
            answer["message"] = _("The frame could not be drawn, so the poster is as it was. Try another frame.")
        return JsonResponse(answer)


def refusal(message: str) -> JsonResponse:
    """Return a response with `message` for the script of the panel."""
    return JsonResponse({"state": State.FAILED, "message": message}, status=422)


def admin_urls() -> list[URLPattern | URLResolver]:
    return [
        path("videos/<int:page_id>/film/", film_panel, name="video_film_panel"),
        path("videos/<int:page_id>/poster/this-frame/", ChosenFrameView.as_view(), name="video_chosen_frame"),
    ]
