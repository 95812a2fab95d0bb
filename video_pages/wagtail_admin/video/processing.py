"""Actions on the processing of a video: process it again, stop it, or cancel that the page goes live by itself.

Each action has an address. GET returns a confirmation; POST runs the action and redirects, or returns the new content
of the panel to the scripts of the page editor and the listing. For an alias, the action applies to its source.
"""

from abc import abstractmethod

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View
from wagtail.admin import messages

from video_pages.access.decide import may_edit
from video_pages.ingest.processing import ProcessAgainAction, StopProcessingAction
from video_pages.ingest.publishing import KeepAsDraftAction
from video_pages.library.models import VideoFile
from video_pages.pages.models import VideoPage
from video_pages.pages.panels.processing import processing_context
from video_pages.pages.permissions import may_use
from video_pages.wagtail_admin.protected_pages import get_protected_page
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.xhr import is_xhr


class ProcessingActionView(View):
    """The base class: confirmation and action. The user must be able to edit the source of the page and use its file.

    Subclasses implement `act` and the texts.
    """

    request: EditorRequest
    http_method_names = ["get", "head", "post"]
    template_name = "video_pages/admin/video/processing_confirm.html"
    needs_file = True

    def dispatch(self, request: HttpRequest, page_id: int) -> HttpResponseBase:
        page = get_protected_page(page_id)
        if not isinstance(page, VideoPage):
            raise Http404
        self.page = page.source
        if not may_edit(self.page, request.user):
            raise PermissionDenied
        # The latest draft, as the page editor shows it: it may have another video file than the live page.
        self.draft = self.page.get_latest_revision_as_object()
        if self.needs_file:
            if self.draft.video_file is None:
                raise Http404
            if not may_use(self.draft.video_file, request.user):
                raise PermissionDenied
            self.video_file: VideoFile = self.draft.video_file
        return super().dispatch(request, page_id)

    def get(self, request: EditorRequest, page_id: int) -> HttpResponse:
        context = {
            "page": self.page,
            "heading": self.heading(),
            "question": self.question(),
            "yes": self.yes(),
            "next": request.GET.get("next", ""),
            "back_url": self.back(request.GET.get("next", "")),
        }
        return TemplateResponse(request, self.template_name, context)

    def post(self, request: EditorRequest, page_id: int) -> HttpResponse:
        is_done = self.act()
        if is_xhr(request):
            # Read again: the page that was read before the action has the old state of the job.
            page = VideoPage.objects.get(pk=self.page.pk)
            context = processing_context(page.get_latest_revision_as_object(), request.user)
            return TemplateResponse(request, "video_pages/admin/video/processing_facts.html", context)
        if is_done:
            messages.success(request, self.done() % {"title": self.page.get_admin_display_title()})
        else:
            messages.warning(request, self.too_late() % {"title": self.page.get_admin_display_title()})
        return redirect(self.back(request.POST.get("next", "")))

    def back(self, address: str) -> str:
        """Return `address`, where the editor came from, if it is one of this site; else that of the page editor."""
        if address and url_has_allowed_host_and_scheme(address, {self.request.get_host()}, self.request.is_secure()):
            return address
        return reverse("wagtailadmin_pages:edit", args=(self.page.pk,))

    @abstractmethod
    def act(self) -> bool:
        """Run the action; return False if it is too late for it."""

    @abstractmethod
    def heading(self) -> str:
        """Return the heading of the confirmation."""

    @abstractmethod
    def question(self) -> str:
        """Return the sentence that describes the action."""

    @abstractmethod
    def yes(self) -> str:
        """Return the label of the button that confirms."""

    @abstractmethod
    def done(self) -> str:
        """Return the message after the action, with a place for the title."""

    @abstractmethod
    def too_late(self) -> str:
        """Return the message if it was too late, with a place for the title."""


class ProcessAgainView(ProcessingActionView):
    """Submits the video file again. Visitors watch the current version until the new one is ready."""

    def act(self) -> bool:
        return ProcessAgainAction(self.page, self.video_file, user=self.request.user).execute()

    def heading(self) -> str:
        return _("Process again")

    def question(self) -> str:
        return _("Everything is made anew from the uploaded file. What visitors have now stays until that is done.")

    def yes(self) -> str:
        return _("Process again")

    def done(self) -> str:
        return _("“%(title)s” waits to be processed again.")

    def too_late(self) -> str:
        return _("“%(title)s” is waiting or being processed already.")


class StopProcessingView(ProcessingActionView):
    """Cancels the job."""

    def act(self) -> bool:
        return StopProcessingAction(self.page, self.video_file, user=self.request.user).execute()

    def heading(self) -> str:
        return _("Stop processing")

    def question(self) -> str:
        return _("Files that have been made stay as they are. The film can be processed again later.")

    def yes(self) -> str:
        return _("Stop processing")

    def done(self) -> str:
        return _("Processing of “%(title)s” is stopped.")

    def too_late(self) -> str:
        return _("Processing of “%(title)s” had ended already.")


class KeepAsDraftView(ProcessingActionView):
    """Cancels that the page goes live by itself after processing."""

    needs_file = False

    def act(self) -> bool:
        return KeepAsDraftAction(self.page, user=self.request.user).execute()

    def heading(self) -> str:
        return _("Keep as draft")

    def question(self) -> str:
        return _("The page no longer goes live by itself when its film is ready.")

    def yes(self) -> str:
        return _("Keep as draft")

    def done(self) -> str:
        return _("“%(title)s” stays a draft until somebody publishes it.")

    def too_late(self) -> str:
        return _("“%(title)s” was not waiting to go live by itself.")


def processing_panel(request: EditorRequest, page_id: int) -> HttpResponse:
    """Return the content of the processing panel for the latest draft of a video that the user may edit."""
    page = get_protected_page(page_id)
    if not isinstance(page, VideoPage):
        raise Http404
    if not may_edit(page.source, request.user):
        raise PermissionDenied
    context = processing_context(page.get_latest_revision_as_object(), request.user)
    return TemplateResponse(request, "video_pages/admin/video/processing_facts.html", context)


def admin_urls() -> list[URLPattern | URLResolver]:
    return [
        path("access/<int:page_id>/processing/", processing_panel, name="video_processing"),
        path("videos/<int:page_id>/process-again/", ProcessAgainView.as_view(), name="video_process_again"),
        path("videos/<int:page_id>/stop-processing/", StopProcessingView.as_view(), name="video_stop_processing"),
        path("videos/<int:page_id>/keep-as-draft/", KeepAsDraftView.as_view(), name="video_keep_as_draft"),
    ]
