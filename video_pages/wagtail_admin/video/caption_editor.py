"""The caption editor: the lines of one text track beside the film. Its scripts read and save the track as WebVTT."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from video_pages.core.log_actions import LogAction
from video_pages.core.whole_numbers import read_whole_number
from video_pages.delivery import webvtt
from video_pages.library import repairs, subtitles, text_documents, text_services
from video_pages.library.languages import language_name
from video_pages.library.subtitles import SubtitleFile
from video_pages.library.text_models import TextTrack
from video_pages.pages.panels import player
from video_pages.wagtail_admin.breadcrumbs import Step
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.video import caption_labels
from video_pages.wagtail_admin.video.captions import list_step
from video_pages.wagtail_admin.video.screens import VideoScreenMixin, get_track

MAX_CHARACTERS_PER_SECOND = 20
MAX_LINE_CHARACTERS = 42
MAX_LINES = 3
"""Above these the editor warns and saves all the same: usual limits of subtitles for adults."""


class UnusableFile(Exception):
    """The request can't be done; the text is for the editor."""


class TrackMixin(VideoScreenMixin):
    """A screen or an address about one text track."""

    @cached_property
    def track(self) -> TextTrack:
        """The track; raises Http404 if the video file has no such track."""
        return get_track(self.video_file, self.kwargs["track_id"])

    def address(self, name: str) -> str:
        """Return the address `name` of this track."""
        return reverse(name, args=(self.page.pk, self.track.pk))


class CaptionEditorView(TrackMixin, TemplateView):
    """The screen; its script reads the lines from DocumentView."""

    http_method_names = ["get", "head"]
    view_name = "video_captions_edit"
    header_icon = "openquote"
    template_name = "video_pages/admin/video/caption_editor.html"

    def get_page_title(self) -> str:
        return _("Lines and times of “%(name)s”") % {"name": self.track.label}

    def get_page_subtitle(self) -> str:
        return self.page.get_admin_display_title()

    def steps(self) -> list[Step]:
        return [*super().steps(), list_step(self.page)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        file, track = self.video_file, self.track
        settings = {
            "labels": caption_labels.labels(),
            "documentUrl": self.address("video_captions_document"),
            "importUrl": self.address("video_captions_import"),
            "draftKey": f"captions-draft:{self.request.user.pk}:{track.pk}",
            "fileName": f"{self.page.slug}.{track.language or track.pk}",
            "filmSeconds": file.duration,
            "frameRate": file.frame_rate or player.FRAMES_PER_SECOND,
            "limits": {
                "charactersPerSecond": MAX_CHARACTERS_PER_SECOND,
                "lineCharacters": MAX_LINE_CHARACTERS,
                "lines": MAX_LINES,
            },
        }
        context.update(
            track=track,
            accept=subtitles.ACCEPT,
            language=language_name(track.language),
            plays=player.plays(file),
            settings=json.dumps(settings),
            shortcuts=caption_labels.shortcuts(),
            change_url=self.address("video_captions_change"),
        )
        return context


class DocumentView(TrackMixin, View):
    """A GET returns the track as WebVTT with its version, as JSON. A POST saves a WebVTT file in the field `file`.

    A POST names the `version` that was read; 409 if the text was changed since, 422 with a message for a file that
    can't be used. `is_hidden` is "1" or "". Without it or without `file`, that stays as it is.
    """

    http_method_names = ["get", "head", "post"]
    view_name = "video_captions_document"

    def get(self, request: EditorRequest, **kwargs: Any) -> HttpResponse:
        track = self.track
        text = text_documents.read(track) or webvtt.cues(track.cues.all())
        return JsonResponse({"document": text, "version": track.version, "isHidden": track.is_hidden})

    def post(self, request: EditorRequest, **kwargs: Any) -> HttpResponse:
        version = read_whole_number(request.POST.get("version"))
        try:
            hidden = request.POST.get("is_hidden")
            has_text = "file" in request.FILES or hidden is None
            found = posted_cues(request, self.track) if has_text else None
            if version is None or (found and not found.document):
                raise UnusableFile(_("This is not what the caption editor sends. Load the page again."))
        except UnusableFile as refusal:
            return JsonResponse({"message": str(refusal)}, status=422)
        is_hidden = None if hidden is None else hidden == "1"
        try:
            track = text_services.save_text(self.track, found, version=version, is_hidden=is_hidden)
        except text_services.ChangedMeanwhile as changed:
            message = _("Somebody else has changed this track since you opened it. Your lines are still here.")
            return JsonResponse({"message": message, "version": changed.version}, status=409)
        self.log(LogAction.CAPTIONS_CHANGED)
        return JsonResponse({"version": track.version, "isHidden": track.is_hidden})


class ImportView(TrackMixin, View):
    """Returns a WebVTT or SRT file in the field `file` as WebVTT, as JSON. It saves nothing."""

    http_method_names = ["post"]
    view_name = "video_captions_import"

    def post(self, request: EditorRequest, **kwargs: Any) -> HttpResponse:
        try:
            found = posted_cues(request, self.track)
        except UnusableFile as refusal:
            return JsonResponse({"message": str(refusal)}, status=422)
        text = found.document or webvtt.cues(found.cues)
        return JsonResponse({"document": text, "warnings": repairs.describe_repairs(found)})


def posted_cues(request: HttpRequest, track: TextTrack) -> SubtitleFile:
    """Return the parsed file in the field `file` of `request`. Raises UnusableFile with the parser's message."""
    upload = request.FILES.get("file")
    if upload is None:
        raise UnusableFile(_("Choose a WebVTT or SRT file."))
    refusal = getattr(upload, "refusal", None)
    if refusal is not None:
        raise UnusableFile(str(refusal.message))
    try:
        return subtitles.read(upload.read(subtitles.MAX_BYTES + 1), language=track.language)
    except subtitles.UnreadableSubtitles as error:
        raise UnusableFile(error.message) from error


def admin_urls() -> list[URLPattern | URLResolver]:
    at = "videos/<int:page_id>/captions/<int:track_id>/"
    return [
        path(f"{at}edit/", CaptionEditorView.as_view(), name="video_captions_edit"),
        # The former address: an editor that was opened before an update saves to it. The name is the same, because the
        # upload policy goes by it. Of two addresses with one name, links have the last.
        path(f"{at}words/", DocumentView.as_view(), name="video_captions_document"),
        path(f"{at}document/", DocumentView.as_view(), name="video_captions_document"),
        path(f"{at}import/", ImportView.as_view(), name="video_captions_import"),
    ]
