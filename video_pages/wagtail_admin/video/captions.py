"""The screens “Captions and subtitles”: list the text tracks of a video; add, change, delete and download one.

Text tracks belong to the video file and not to a page. A change is live at once on every page that shows the file.
"""

from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView, TemplateView, View
from django.views.generic.edit import DeletionMixin
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton

from video_pages.core.log_actions import LogAction
from video_pages.delivery import webvtt
from video_pages.library import repairs, text_services
from video_pages.library.languages import language_name
from video_pages.library.subtitles import SubtitleFile
from video_pages.library.text_models import TextTrack
from video_pages.pages.models import VideoPage
from video_pages.wagtail_admin.breadcrumbs import Step
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.video.caption_forms import TrackForm, likely_languages
from video_pages.wagtail_admin.video.screens import VideoScreenMixin, get_track

LIST = "video_captions"
TITLE = gettext_lazy("Captions and subtitles")


class CaptionsView(VideoScreenMixin, TemplateView):
    """The list of the text tracks of a video."""

    view_name = LIST
    page_title = TITLE
    header_icon = "openquote"
    template_name = "video_pages/admin/video/captions.html"

    def get_page_subtitle(self) -> str:
        return self.page.get_admin_display_title()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        tracks = self.video_file.text_tracks.annotate(cue_count=Count("cues"))
        context["tracks"] = [(track, language_name(track.language), repairs.describe_track(track)) for track in tracks]
        context["add_url"] = reverse("video_captions_add", args=(self.page.pk,))
        return context

    @property
    def header_buttons(self) -> list[HeaderButton]:
        url = reverse("video_captions_add", args=(self.page.pk,))
        return [HeaderButton(_("Add a track"), url=url, icon_name="plus")]


class TrackFormView(VideoScreenMixin, FormView):
    """Adds a text track from a file, or changes one."""

    form_class = TrackForm
    header_icon = "openquote"
    template_name = "video_pages/admin/video/track_form.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.track_id = kwargs.get("track_id")
        self.view_name = "video_captions_add" if self.track_id is None else "video_captions_change"
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        track = self.track
        return _("Add a track") if track is None else track.label

    def get_page_subtitle(self) -> str:
        return self.page.get_admin_display_title()

    @property
    def track(self) -> TextTrack | None:
        """The track that this screen changes; None if it adds one."""
        return None if self.track_id is None else get_track(self.video_file, self.track_id)

    def steps(self) -> list[Step]:
        return [*super().steps(), list_step(self.page)]

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        kwargs.pop("initial")
        return {**kwargs, "track": self.track, "likely": likely_languages(self.request)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().post(request, *args, **kwargs)
        except (TextTrack.DoesNotExist, Http404):
            if self.track_id is None or TextTrack.objects.filter(pk=self.track_id).exists():  # of another video
                raise
            messages.error(request, _("This track was deleted meanwhile."))
            return redirect(LIST, self.page.pk)

    def form_valid(self, form: TrackForm) -> HttpResponse:
        if form.track is None:
            found = form.found or SubtitleFile([])
            track = text_services.add_track(self.video_file, found, form.properties())
            message = ngettext(
                "“%(name)s” is added, with %(count)d subtitle.",
                "“%(name)s” is added, with %(count)d subtitles.",
                len(found.cues),
            ) % {"name": track.label, "count": len(found.cues)}
            if form.begins_empty:
                self.log(LogAction.CAPTIONS_CHANGED)
                return redirect("video_captions_edit", self.page.pk, track.pk)
        else:
            track = text_services.change_track(
                form.track, form.properties(), form.found, changed=form.changed_properties
            )
            message = _("“%(name)s” is changed.") % {"name": track.label}
        self.log(LogAction.CAPTIONS_CHANGED)
        messages.success(self.request, message)
        for sentence in repairs.describe_repairs(form.found) if form.found else ():
            messages.warning(self.request, sentence)
        return redirect(LIST, self.page.pk)

    def form_invalid(self, form: TrackForm) -> HttpResponse:
        messages.error(self.request, _("Nothing was saved. See the fields below."))
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context.update(
            action_url=self.request.path,
            repairs=repairs.describe_track(self.track) if self.track else [],
            form_is_multipart=True,
            submit_button_label=_("Add the track") if self.track_id is None else _("Save"),
            submit_button_active_label=_("Saving…"),
        )
        return context


class DeleteTrackView(VideoScreenMixin, DeletionMixin, TemplateView):
    """Deletes a text track after a confirmation."""

    view_name = "video_captions_delete"
    page_title = gettext_lazy("Delete the track")
    header_icon = "bin"
    template_name = "video_pages/admin/video/track_delete.html"

    def get_page_subtitle(self) -> str:
        return self.page.get_admin_display_title()

    def steps(self) -> list[Step]:
        return [*super().steps(), list_step(self.page)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["track"] = get_track(self.video_file, self.kwargs["track_id"])
        context["list_url"] = reverse(LIST, args=(self.page.pk,))
        return context

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        track = get_track(self.video_file, self.kwargs["track_id"])
        text_services.delete_track(track)
        self.log(LogAction.CAPTIONS_CHANGED)
        messages.success(request, _("“%(name)s” is deleted.") % {"name": track.label})
        return redirect(LIST, self.page.pk)


class DownloadTrackView(VideoScreenMixin, View):
    """Returns a text track as a WebVTT file, as players get it."""

    http_method_names = ["get", "head"]
    view_name = "video_captions_download"

    def get(self, request: EditorRequest, **kwargs: Any) -> HttpResponse:
        track = get_track(self.video_file, self.kwargs["track_id"])
        response = HttpResponse(webvtt.cues(track.cues.all()), content_type="text/vtt; charset=utf-8")
        name = f"{self.page.slug}.{track.language or track.pk}.vtt"
        response.headers["Content-Disposition"] = content_disposition_header(True, name)
        return response


def list_step(page: VideoPage) -> Step:
    """Return the breadcrumb of the list of text tracks of `page`."""
    return {"url": reverse(LIST, args=(page.pk,)), "label": str(TITLE)}


def admin_urls() -> list[URLPattern | URLResolver]:
    at = "videos/<int:page_id>/captions/"
    return [
        path(at, CaptionsView.as_view(), name=LIST),
        path(f"{at}add/", TrackFormView.as_view(), name="video_captions_add"),
        path(f"{at}<int:track_id>/", TrackFormView.as_view(), name="video_captions_change"),
        path(f"{at}<int:track_id>/delete/", DeleteTrackView.as_view(), name="video_captions_delete"),
        path(f"{at}<int:track_id>/download/", DownloadTrackView.as_view(), name="video_captions_download"),
    ]
