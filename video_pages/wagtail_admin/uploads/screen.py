"""The "Upload video" screen: one form that makes a video, its menu item and its panel on the dashboard."""

from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from video_pages.access.effective_access import AccessMode, effective_access_of, may_change_access
from video_pages.core.typography import join_sentences
from video_pages.core.whole_numbers import MAX_ID, read_whole_number
from video_pages.ingest.forms import UploadVideoForm
from video_pages.library.languages import normalize_language
from video_pages.pages.models import VideoPage
from video_pages.sections.permissions import may_upload, needs_section, parents_for_section
from video_pages.uploads import resumable
from video_pages.wagtail_admin.access.message_to_send import message_to_send
from video_pages.wagtail_admin.breadcrumbs import Step, StepsMixin, videos
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.uploads import summary
from video_pages.wagtail_admin.uploads.direct import allowing_bucket
from video_pages.wagtail_admin.uploads.first_section import add_section_url
from video_pages.wagtail_admin.uploads.new_section import NewSectionForm
from video_pages.wagtail_admin.video.caption_forms import language_choices, likely_languages
from video_pages.wagtail_admin.xhr import wants_json, xhr_answer

VIEW_NAME = "upload_video"
LISTING = "videos:index"
MAX_SHOWN = 50  # unfinished uploads


class UploadVideoView(StepsMixin, FormView):
    """Receives the form of a new video, with its file or the token of its upload.

    With JavaScript, the file is uploaded before the form, by `tus`. `upload_screen.js` posts the form twice for each
    file: first with `check` and the file's name and size, answered 204 if valid; after the upload, with its
    `upload_token`. Scripts get errors as JSON; after a video with a password, they get the message to send to its
    viewers, which the server can't give again. Without JavaScript, the form contains the file.
    """

    request: EditorRequest
    form_class = UploadVideoForm
    template_name = "video_pages/admin/uploads/upload_video.html"
    page_title = gettext_lazy("Upload video")
    header_icon = "upload"

    @method_decorator([allowing_bucket, sensitive_post_parameters("password")])
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_upload(request.user):
            if request.method in ("GET", "HEAD") and needs_section(request.user):
                return self.ask_for_section()
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def ask_for_section(self) -> HttpResponse:
        """Return a page that links to the form of the first section."""
        context = StepsMixin.get_context_data(self)
        context["section_url"] = add_section_url(self.request.user, then=reverse(VIEW_NAME))
        return TemplateResponse(self.request, "video_pages/admin/uploads/no_section.html", context)

    def steps(self) -> list[Step]:
        return [videos()]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user, "announced": self.announced()}

    def announced(self) -> tuple[str, int] | None:
        """Return (name, size in bytes) of the announced file, or None if this request is no check."""
        if self.request.method != "POST" or "check" not in self.request.POST:
            return None
        return self.request.POST.get("video_file_name", ""), self.announced_size()

    def announced_size(self) -> int:
        """Return the size of the announced file in bytes: 0 if it is missing or invalid, MAX_ID if it is larger."""
        text = self.request.POST.get("video_file_size", "")
        size = read_whole_number(text)
        if size is None:
            return MAX_ID if text.isdecimal() else 0
        return size

    @method_decorator(sensitive_variables("password", "message"))
    def form_valid(self, form: UploadVideoForm) -> HttpResponse:
        if form.announced is not None:
            return HttpResponse(status=204)
        try:
            page = form.save()
        except ValidationError as error:  # changed since the validation: another tab has used the file
            form.add_error(None, error)
            return self.form_invalid(form)
        if "several" not in self.request.POST:  # after several forms, the script opens `summary`
            self.add_messages(page)
        password = form.cleaned_data["password"]
        message = message_to_send(page, password, self.request) if password else ""
        return xhr_answer(self.request, redirect(LISTING), page=page.pk, message=message)

    def form_invalid(self, form: UploadVideoForm) -> HttpResponse:
        if wants_json(self.request):
            return JsonResponse({"errors": form.errors.get_json_data()}, status=422)
        messages.error(self.request, _("The video was not uploaded. See the fields below."))
        return super().form_invalid(form)

    def add_messages(self, page: VideoPage) -> None:
        """Add the message that the video is uploaded, and warnings if visitors can't watch it yet."""
        buttons = [messages.button(reverse("wagtailadmin_pages:edit", args=(page.pk,)), _("Edit"))]
        if page.live:
            buttons.insert(0, messages.button(page.get_url(self.request), _("View live"), new_window=True))
            message = _("“%(title)s” is uploaded and published.")
        elif page.publish_when_ready:
            message = _("“%(title)s” is uploaded. It goes live by itself when it is ready to play.")
        else:
            message = _("“%(title)s” is uploaded and kept as a draft.")
        messages.success(self.request, message % {"title": page.title}, buttons=buttons)
        if page.video_file is not None and not page.video_file.plays_in_browsers:
            messages.warning(
                self.request,
                _(
                    "Browsers can't play this file as it is. It can be watched when it has been processed; "
                    "the list of videos says how far that is."
                ),
            )
        if effective_access_of(page).mode == AccessMode.NOBODY:
            self.warn_that_nobody_can_unlock(page)

    def warn_that_nobody_can_unlock(self, page: VideoPage) -> None:
        """Add the warning that no password opens `page`, with a link to the access dialog."""
        may_change = may_change_access(page, self.request.user)
        warning = _("Nobody can unlock “%(title)s” yet: neither it nor a section above it has a password.")
        advice = summary.PRESS_SET_A_PASSWORD if may_change else summary.ASK_FOR_A_PASSWORD
        address = reverse("video_access", args=(page.pk,))
        buttons = [messages.button(address, summary.SET_A_PASSWORD)] if may_change else []
        messages.warning(self.request, join_sentences([warning % {"title": page.title}, advice]), buttons=buttons)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["form"].fields["video_file"].widget.attrs["data-made-url"] = reverse(summary.VIEW_NAME)
        context.update(
            action_url=reverse(VIEW_NAME),
            unfinished=[
                (upload, resumable.offset_of(upload))
                for upload in resumable.unfinished(self.request.user).filter(replaces=None)[:MAX_SHOWN]
            ],
            media=context["form"].media,
            caption_languages=language_choices(*likely_languages(self.request))[1:],  # in two groups
            caption_language=normalize_language(get_language()),
            new_section=self.new_section_form(),
            submit_button_label=_("Upload video"),
            submit_button_active_label=_("Uploading…"),
        )
        return context

    def new_section_form(self) -> NewSectionForm | None:
        """Return the form of the dialog "New section", or None for a user who may make none."""
        user = self.request.user
        return NewSectionForm(user=user) if parents_for_section(user).exists() else None


def may_see_screen(user: User | AnonymousUser) -> bool:
    """True if the screen shows `user` its form, or the link to the form of the first section."""
    return may_upload(user) or needs_section(user)


class UploadVideoMenuItem(MenuItem):
    """The menu item, for users who may use the screen; the screen checks the permission itself."""

    def is_shown(self, request: EditorRequest) -> bool:
        return may_see_screen(request.user)


class UploadVideoPanel(Component):
    """The link to the upload screen on the dashboard."""

    name = "upload_video"
    order = 50  # before Wagtail's panels
    template_name = "video_pages/admin/dashboard/upload_panel.html"

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        return {"upload_url": reverse(VIEW_NAME)}


def admin_urls() -> list[URLPattern | URLResolver]:
    return [path("videos/upload/", UploadVideoView.as_view(), name=VIEW_NAME)]


def menu_item() -> UploadVideoMenuItem:
    """Return the menu item for Wagtail's hook."""
    return UploadVideoMenuItem(
        gettext_lazy("Upload video"), reverse(VIEW_NAME), name="upload-video", icon_name="upload", order=160
    )


def add_dashboard_panel(request: EditorRequest, panels: list[Component]) -> None:
    """Add the panel for users who may upload; Wagtail's hook."""
    if may_upload(request.user):
        panels.append(UploadVideoPanel())
