"""The page editor's panel “Frames on other sites”: the HTML to copy, or why there is none."""

from typing import Any

from django.forms import Media
from django.urls import reverse
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import Panel

from video_pages.access.site_settings import AccessSettings
from video_pages.core.scripts import module_script
from video_pages.pages.embed_code import embed_code, frame_size, root_address


class EmbedPanel(Panel):
    """A read-only panel of a video; it says where the list of sites is while no site may show films."""

    def __init__(self, heading: str = "", icon: str = "", **kwargs: Any) -> None:
        super().__init__(heading=heading or gettext_lazy("Frames on other sites"), icon=icon or "code", **kwargs)

    class BoundPanel(Panel.BoundPanel):
        template_name = "video_pages/admin/video/embed_panel.html"

        @property
        def media(self) -> Media:
            return Media(js=[module_script("video_pages/js/embed_panel.js")])

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            page = self.instance
            site = page.get_site() if page.pk else None
            if site is None:
                return context
            context["sites"] = AccessSettings.for_site(site).frame_sites
            if context["sites"]:
                source, root = page.source, root_address(page, self.request)
                context["embed_code"] = embed_code(root, source, title=page.title, size=frame_size(source))
                context["embed_url"] = f"{root}{reverse('embed', args=(source.uuid,))}"
            elif self.request.user.has_perm("video_pages.change_accesssettings"):
                context["settings_url"] = reverse(
                    "wagtailsettings:edit", args=("video_pages", "accesssettings", site.pk)
                )
            return context
