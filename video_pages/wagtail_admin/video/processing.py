"""Process a video again, stop its processing, or keep it from going live by itself: what an editor may ask of a job.

Each has an address that answers GET with a question and POST by doing it: a whole page, or for the scripts of the
page editor and of the listing the panel as it is afterwards. For an alias its source is meant.
"""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View
from wagtail.admin import messages
from wagtail.log_actions import log

from video_pages.access.decide import may_edit
from video_pages.core.log_actions import LogAction
from video_pages.ingest import publishing
from video_pages.pages.models import VideoPage
from video_pages.pages.panels.access import processing_context
from video_pages.pages.permissions import may_use
from video_pages.transcoding import jobs
from video_pages.wagtail_admin.access.dialog import get_gated_page
from video_pages.wagtail_admin.xhr import is_xhr


class ProcessingActionView(View):
    """Asks, and does it. The page must be one whose source the editor may edit, and so must the film be."""

    http_method_names = ["get", "head", "post"]
    template_name = "video_pages/admin/processing_confirm.html"
    needs_file = True

    def dispatch(self, request, page_id):
        page = get_gated_page(page_id)
        if not isinstance(page, VideoPage):
            raise Http404
        self.page = page.source
        if not may_edit(self.page, request.user):
            raise PermissionDenied
        # What the editor sees, a draft or not: another film may have been chosen and not published yet.
        self.draft = self.page.get_latest_revision_as_object()
        self.video_file = self.draft.video_file
        if self.needs_file and self.video_file is None:
            raise Http404
        if self.needs_file and not may_use(self.video_file, request.user):
            raise PermissionDenied
        return super().dispatch(request, page_id)

    def get(self, request, page_id):
        context = {
            "page": self.page,
            "heading": self.heading(),
            "question": self.question(),
            "yes": self.yes(),
            "next": request.GET.get("next", ""),
            "back_url": self.back(request.GET.get("next", "")),
        }
        return TemplateResponse(request, self.template_name, context)

    def post(self, request, page_id):
        is_done = self.act()
        if is_xhr(request):
            # Read anew: what was asked before the deed still knows the job as it was.
            page = VideoPage.objects.get(pk=self.page.pk)
            context = processing_context(page.get_latest_revision_as_object(), request.user)
            return TemplateResponse(request, "video_pages/admin/processing_facts.html", context)
        if is_done:
            messages.success(request, self.done() % {"title": self.page.get_admin_display_title()})
        else:
            messages.warning(request, self.too_late() % {"title": self.page.get_admin_display_title()})
        return redirect(self.back(request.POST.get("next", "")))

    def back(self, address):
        """Return where the editor came from, if it is an address of this site; else the page editor."""
        if address and url_has_allowed_host_and_scheme(address, {self.request.get_host()}, self.request.is_secure()):
            return address
        return reverse("wagtailadmin_pages:edit", args=(self.page.pk,))


class ProcessAgainView(ProcessingActionView):
    """Hands the film in again; what visitors have stays until the new one is made."""

    def act(self):
        if jobs.is_underway(self.video_file):
            return False
        jobs.submit(self.video_file)
        log(instance=self.page, action=LogAction.PROCESS_AGAIN, user=self.request.user)
        return True

    def heading(self):
        return _("Process again")

    def question(self):
        return _("Everything is made anew from the uploaded file. What visitors have now stays until that is done.")

    def yes(self):
        return _("Process again")

    def done(self):
        return _("“%(title)s” waits to be processed again.")

    def too_late(self):
        return _("“%(title)s” is waiting or being processed already.")


class StopProcessingView(ProcessingActionView):
    """Stops the job."""

    def act(self):
        user = self.request.user
        is_stopped = jobs.cancel(self.video_file, by=user.get_full_name() or user.get_username())
        if is_stopped:
            log(instance=self.page, action=LogAction.STOP_PROCESSING, user=user)
        return is_stopped

    def heading(self):
        return _("Stop processing")

    def question(self):
        return _("What has been made so far stays as it is. The film can be processed again later, from its beginning.")

    def yes(self):
        return _("Stop processing")

    def done(self):
        return _("Processing of “%(title)s” is stopped.")

    def too_late(self):
        return _("Processing of “%(title)s” had ended already.")


class KeepAsDraftView(ProcessingActionView):
    """Takes back that the page goes live by itself."""

    needs_file = False

    def act(self):
        return publishing.keep_as_draft(self.page, user=self.request.user)

    def heading(self):
        return _("Keep as draft")

    def question(self):
        return _("The page no longer goes live by itself when its film is ready.")

    def yes(self):
        return _("Keep as draft")

    def done(self):
        return _("“%(title)s” stays a draft until somebody publishes it.")

    def too_late(self):
        return _("“%(title)s” was not waiting to go live by itself.")


def admin_urls():
    return [
        path("videos/<int:page_id>/process-again/", ProcessAgainView.as_view(), name="video_process_again"),
        path("videos/<int:page_id>/stop-processing/", StopProcessingView.as_view(), name="video_stop_processing"),
        path("videos/<int:page_id>/keep-as-draft/", KeepAsDraftView.as_view(), name="video_keep_as_draft"),
    ]
