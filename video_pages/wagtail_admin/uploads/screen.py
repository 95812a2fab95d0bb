"""The "Upload video" screen: one form that makes a video, and the ways to it."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from video_pages.access.effective_access import AccessMode, effective_access_of, may_change_access
from video_pages.core.whole_numbers import MAX_ID, read_whole_number
from video_pages.ingest.forms import UploadVideoForm
from video_pages.sections.upload_permissions import may_upload
from video_pages.uploads import resumable
from video_pages.wagtail_admin.uploads import summary
from video_pages.wagtail_admin.uploads.first_section import add_section_url, needs_section
from video_pages.wagtail_admin.xhr import wants_json, xhr_answer

VIEW_NAME = "upload_video"
LISTING = "videos:index"
MAX_SHOWN = 50  # unfinished uploads


class UploadVideoView(WagtailAdminTemplateMixin, FormView):
    """Takes a video with everything that belongs to it.

    With JavaScript the file comes before the form, by `tus`. upload_many.js posts the form once for each file: first
    with `check` and the file's name and size, which 204 finds right, and when the file is there with its
    `upload_token`. To scripts errors are JSON. Without JavaScript the file comes with the form.
    """

    form_class = UploadVideoForm
    template_name = "video_pages/admin/upload/upload_video.html"
    page_title = gettext_lazy("Upload video")
    header_icon = "upload"

    @method_decorator(sensitive_post_parameters("password"))
    def dispatch(self, request, *args, **kwargs):
        if not may_upload(request.user):
            if request.method in ("GET", "HEAD") and needs_section(request.user):
                return self.ask_for_section()
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def ask_for_section(self):
        """Answer what to do first on a site that has no section yet."""
        context = WagtailAdminTemplateMixin.get_context_data(self)
        context["section_url"] = add_section_url(self.request.user, then=reverse(VIEW_NAME))
        return TemplateResponse(self.request, "video_pages/admin/upload/no_section.html", context)

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(LISTING), "label": _("Videos")},
            {"url": "", "label": self.page_title},
        ]

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user, "announced": self.announced()}

    def announced(self):
        """Return (name, size in bytes) of the file to come, or None if this request is the upload."""
        if self.request.method != "POST" or "check" not in self.request.POST:
            return None
        return self.request.POST.get("video_file_name", ""), self.announced_size()

    def announced_size(self):
        """Return the size of the file to come in bytes; 0 if none is said, MAX_ID if it is more than that."""
        said = self.request.POST.get("video_file_size", "")
        size = read_whole_number(said)
        if size is None:
            return MAX_ID if said.isdecimal() else 0
        return size

    def form_valid(self, form):
        if form.announced is not None:
            return HttpResponse(status=204)
        try:
            page = form.save()
        except ValidationError as error:  # what changed after the form was found right: another tab took the file
            form.add_error(None, error)
            return self.form_invalid(form)
        if "several" not in self.request.POST:  # the script that posts several has them summed up by `summary`
            self.say_what_happened(page)
        return xhr_answer(self.request, redirect(LISTING), page=page.pk)

    def form_invalid(self, form):
        if wants_json(self.request):
            return JsonResponse({"errors": form.errors.get_json_data()}, status=422)
        messages.error(self.request, _("The video was not uploaded. See the fields below."))
        return super().form_invalid(form)

    def say_what_happened(self, page):
        """Tell the editor that the video is there, and whatever of it is not yet as visitors need it."""
        buttons = [messages.button(reverse("wagtailadmin_pages:edit", args=(page.pk,)), _("Edit"))]
        if page.live:
            buttons.insert(0, messages.button(page.get_url(self.request), _("View live"), new_window=True))
            said = _("“%(title)s” is uploaded and published.")
        elif page.publish_when_ready:
            said = _("“%(title)s” is uploaded. It goes live by itself when it is ready to play.")
        else:
            said = _("“%(title)s” is uploaded and kept as a draft.")
        messages.success(self.request, said % {"title": page.title}, buttons=buttons)
        if not page.video_file.plays_in_browsers:
            messages.warning(
                self.request,
                _(
                    "Browsers can't play this file as it is. It can be watched when it has been processed; "
                    "the list of videos says how far that is."
                ),
            )
        if effective_access_of(page).how == AccessMode.NOBODY:
            self.warn_that_nobody_can_unlock(page)

    def warn_that_nobody_can_unlock(self, page):
        may_change = may_change_access(page, self.request.user)
        said = _("Nobody can unlock “%(title)s” yet: neither it nor a section above it has a password.")
        what_to_do = summary.PRESS_SET_A_PASSWORD if may_change else summary.ASK_FOR_A_PASSWORD
        address = reverse("video_access", args=(page.pk,))
        buttons = [messages.button(address, summary.SET_A_PASSWORD)] if may_change else []
        messages.warning(self.request, f"{said % {'title': page.title}} {what_to_do}", buttons=buttons)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["form"].fields["video_file"].widget.attrs["data-made-url"] = reverse(summary.VIEW_NAME)
        context.update(
            action_url=reverse(VIEW_NAME),
            unfinished=[
                (upload, resumable.offset_of(upload))
                for upload in resumable.unfinished(self.request.user).filter(replaces=None)[:MAX_SHOWN]
            ],
            media=context["form"].media,
            submit_button_label=_("Upload video"),
            submit_button_active_label=_("Uploading…"),
        )
        return context


def may_see_screen(user):
    """True if the screen has something for `user`: its form, or the way to the first section."""
    return may_upload(user) or needs_section(user)


class UploadVideoMenuItem(MenuItem):
    """Shown to those who may; the screen checks for itself."""

    def is_shown(self, request):
        return may_see_screen(request.user)


class UploadVideoPanel(Component):
    """The dashboard's way to the upload screen."""

    name = "upload_video"
    order = 50  # before everything that Wagtail shows
    template_name = "video_pages/admin/upload/dashboard_panel.html"

    def get_context_data(self, parent_context):
        return {"upload_url": reverse(VIEW_NAME)}


def admin_urls():
    return [path("videos/upload/", UploadVideoView.as_view(), name=VIEW_NAME)]


def menu_item():
    return UploadVideoMenuItem(
        gettext_lazy("Upload video"), reverse(VIEW_NAME), name="upload-video", icon_name="upload", order=160
    )


def add_dashboard_panel(request, panels):
    if may_upload(request.user):
        panels.append(UploadVideoPanel())
