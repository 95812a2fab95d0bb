"""What the screens for a film's captions and its poster share: whose they are, who may, and where they lead."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from video_pages.access.decide import may_edit
from video_pages.access.responses import keep_out_of_caches
from video_pages.core.log_actions import LogAction
from video_pages.pages.models import VideoPage
from video_pages.pages.permissions import may_use


def video_of(page_id, user):
    """Return (source page, video file) that the page `page_id` and its latest draft show, to an editor.

    Raises Http404 for what is no video, and PermissionDenied for who may not edit its source or use the file. The
    file is None while none is chosen.
    """
    source = get_object_or_404(VideoPage, pk=page_id).source
    if not may_edit(source, user):
        raise PermissionDenied
    file = source.get_latest_revision_as_object().video_file
    if file is not None and not may_use(file, user):
        raise PermissionDenied
    return source, file


class VideoScreenMixin(WagtailAdminTemplateMixin):
    """A screen for the film of one video page; that of an alias is its source's."""

    view_name = ""  # of the screen itself
    needs_file = True

    def dispatch(self, request, *args, page_id, **kwargs):
        self.page, self.video_file = video_of(page_id, request.user)
        if self.page.pk != page_id:
            return redirect(self.view_name, **{**kwargs, "page_id": self.page.pk})
        if self.video_file is None:
            messages.warning(request, _("“%(title)s” has no video file yet. Choose one first.") % {"title": self.page})
            return redirect("wagtailadmin_pages:edit", self.page.pk)
        self.check_rights()
        return keep_out_of_caches(super().dispatch(request, *args, page_id=page_id, **kwargs))

    def check_rights(self):
        """Raise PermissionDenied if the user, who may edit the page and use its film, may not do this."""

    def get_breadcrumbs_items(self):
        edit_url = reverse("wagtailadmin_pages:edit", args=(self.page.pk,))
        return [
            *self.breadcrumbs_items,
            {"url": reverse("videos:index"), "label": _("Videos")},
            {"url": edit_url, "label": self.page.get_admin_display_title()},
            *self.steps(),
            {"url": "", "label": self.get_page_title()},
        ]

    def steps(self):
        """The screens between the page's editor and this one."""
        return []

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context.update(page=self.page, file=self.video_file, other_pages=self.other_pages())
        return context

    def other_pages(self):
        """How many other pages show the film: what is changed here changes there as well."""
        return self.video_file.pages.filter(alias_of=None).exclude(pk=self.page.pk).count()

    def log(self, action: LogAction) -> None:
        log(instance=self.page, action=action, user=self.request.user)


def get_track(video_file, pk):
    """Return the text track `pk` of `video_file`; raises Http404 for another film's."""
    if video_file is None:
        raise Http404
    return get_object_or_404(video_file.text_tracks, pk=pk)
