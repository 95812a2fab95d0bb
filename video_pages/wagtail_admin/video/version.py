"""The screen “New version”: replace the source of a video, and choose what happens to captions beyond its end."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView
from wagtail.admin import messages

from video_pages.core.log_actions import LogAction
from video_pages.core.typography import join_sentences
from video_pages.pages import beyond_end
from video_pages.pages.beyond_end import BeyondTheEnd
from video_pages.pages.models import VideoPage
from video_pages.pages.panels.processing import processing_context
from video_pages.pages.permissions import may_publish, may_replace
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.uploads.direct import allowing_bucket
from video_pages.wagtail_admin.video.screens import VideoScreenMixin
from video_pages.wagtail_admin.video.version_forms import BeyondTheEndForm, NewVersionForm
from video_pages.wagtail_admin.xhr import xhr_answer

VIEW_NAME, FIT_NAME = "video_new_version", "video_fit"


class VersionScreenMixin(VideoScreenMixin):
    """A screen with two forms. Each has an address of its own, and both addresses show the whole screen."""

    page_title = gettext_lazy("New version")
    header_icon = "upload"
    template_name: str | None = "video_pages/admin/video/new_version.html"

    def check_rights(self) -> None:
        if not may_replace(self.video_file, self.request.user):
            raise PermissionDenied

    @cached_property
    def draft(self) -> VideoPage:
        """The latest revision of the page, as the page editor shows it."""
        return self.page.get_latest_revision_as_object()

    @cached_property
    def beyond(self) -> BeyondTheEnd:
        return beyond_end.beyond_the_end(self.draft)

    def get_page_subtitle(self) -> str:
        return self.page.get_admin_display_title()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        is_fit = isinstance(form, BeyondTheEndForm)
        version_form = NewVersionForm(video_file=self.video_file, user=self.request.user) if is_fit else form
        context.update(
            processing_context(self.draft, self.request.user),
            version_form=version_form,
            fit_form=form if is_fit else BeyondTheEndForm(beyond=self.beyond),
            beyond=self.beyond,
            action_url=reverse(VIEW_NAME, args=(self.page.pk,)),
            fit_url=reverse(FIT_NAME, args=(self.page.pk,)),
            media=version_form.media,
        )
        return context


@method_decorator(allowing_bucket, name="dispatch")
class NewVersionView(VersionScreenMixin, FormView):
    """Receives the file. With JavaScript it is uploaded before the form, by `tus`, and replaces the source at once."""

    view_name = VIEW_NAME
    form_class = NewVersionForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "video_file": self.video_file, "user": self.request.user}

    def form_valid(self, form: NewVersionForm) -> HttpResponse:
        form.save()
        # No message: the panel describes the new version while it is processed.
        return xhr_answer(self.request, redirect(VIEW_NAME, self.page.pk))

    def form_invalid(self, form: NewVersionForm) -> HttpResponse:
        messages.error(self.request, _("The film was not replaced. See below."))
        return super().form_invalid(form)


class FitView(VersionScreenMixin, FormView):
    """Applies the choices for chapters and captions beyond the end of the video."""

    request: EditorRequest
    http_method_names = ["post"]
    view_name = FIT_NAME
    form_class = BeyondTheEndForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "beyond": self.beyond}

    def form_valid(self, form: BeyondTheEndForm) -> HttpResponse:
        lock = self.page.get_lock()
        if lock is not None and lock.for_user(self.request.user):
            messages.error(self.request, lock.get_message(self.request.user))
            return redirect(VIEW_NAME, self.page.pk)
        chapters, tracks = form.save(
            self.page, user=self.request.user, publish=may_publish(self.page, self.request.user)
        )
        if tracks:
            self.log(LogAction.CAPTIONS_CHANGED)
        messages.success(self.request, _done(len(chapters), len(tracks)))
        return redirect(VIEW_NAME, self.page.pk)

    def form_invalid(self, form: BeyondTheEndForm) -> HttpResponse:
        messages.error(
            self.request, _("Nothing was changed. The chapters or captions are not those of before: choose again.")
        )
        return redirect(VIEW_NAME, self.page.pk)


def _done(chapters: int, tracks: int) -> str:
    sentences = []
    if chapters:
        sentences.append(
            ngettext("%(count)d chapter is removed.", "%(count)d chapters are removed.", chapters) % {"count": chapters}
        )
    if tracks:
        sentences.append(
            ngettext("%(count)d track is changed.", "%(count)d tracks are changed.", tracks) % {"count": tracks}
        )
    return join_sentences(sentences) or _("All is kept.")


def admin_urls() -> list[URLPattern | URLResolver]:
    at = "videos/<int:page_id>/new-version/"
    return [
        path(at, NewVersionView.as_view(), name=VIEW_NAME),
        path(f"{at}fit/", FitView.as_view(), name=FIT_NAME),
    ]
