"""A read-only panel of the page editor: the processing of its video file."""

from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.forms import Media
from django.urls import reverse
from wagtail.admin.panels import Panel

from video_pages.access.decide import may_edit
from video_pages.core.scripts import module_script
from video_pages.pages.panels.processing_facts import processing_facts_context
from video_pages.pages.panels.shared_file_warning import warning_of_page
from video_pages.pages.panels.sheets import BUTTONS_CSS, VIDEO_CSS
from video_pages.pages.permissions import may_replace
from video_pages.pages.protocols import Video


class ProcessingPanel(Panel):
    """Describes the state of the page's video file; empty while there is none."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "video_pages/admin/video/processing_panel.html"

        @property
        def media(self) -> Media:
            return Media(
                css={"all": [BUTTONS_CSS, VIDEO_CSS]}, js=[module_script("video_pages/js/processing_panel.js")]
            )

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            context.update(processing_context(self.instance, self.request.user))
            return context


def processing_context(page: Video, user: User | AnonymousUser) -> dict[str, Any]:
    """Return the context of `video/processing_panel.html` for the video `page`, saved or not, and `user`."""
    file = page.video_file
    return {
        **processing_facts_context(file),
        "page": page,
        "actions_of": processed_page(page, user),
        "version_url": _version_url(page, user),
        "shared_warning": warning_of_page(page, user) if file else "",
        "refresh_url": reverse("video_processing", args=(page.pk,)) if page.pk else "",
        "url_template": reverse("video_processing", args=(0,)),
    }


def _version_url(page: Video, user: User | AnonymousUser) -> str:
    """Return the address where `user` uploads a new version of the saved video `page`, or "" if they may not."""
    if not page.pk or page.video_file is None or not may_replace(page.video_file, user):
        return ""
    return f"{reverse('video_new_version', args=(page.source.pk,))}#new-version"


def processed_page(page: Video, user: User | AnonymousUser) -> Video | None:
    """Return the page whose processing `user` may restart or stop from the editor of `page`, or None."""
    if not page.pk:
        return None
    source = page.source
    return source if may_edit(source, user) else None
