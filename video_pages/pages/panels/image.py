"""The panel “Picture” of the page editor: the poster behind the password and the thumbnail for everyone."""

from typing import Any

from django.forms import Media
from django.urls import reverse
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel

from video_pages.core.scripts import module_script
from video_pages.pages.panels.sheets import BUTTONS_CSS, VIDEO_CSS
from video_pages.uploads.thumbnails import ACCEPT


class PosterPanel(Panel):
    """Shows the poster of the page's video; uploads another one, or shows it to everyone as the thumbnail."""

    def __init__(self, heading: str = "", icon: str = "", **kwargs: Any) -> None:
        super().__init__(heading=heading or gettext_lazy("Behind the password"), icon=icon or "lock", **kwargs)

    class BoundPanel(Panel.BoundPanel):
        template_name = "video_pages/admin/video/poster_panel.html"

        @property
        def media(self) -> Media:
            script = module_script("video_pages/js/editor_poster_panel.js")
            return Media(css={"all": [BUTTONS_CSS, VIDEO_CSS]}, js=[script])

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            page, file = self.instance, self.instance.video_file
            if page.pk and file:
                at = (page.source.pk,)
                context.update(
                    file=file,
                    accept=ACCEPT,
                    poster_url=reverse("video_poster", args=at),
                    picture_url=reverse("video_poster_picture", args=(*at, "poster")),
                    public_url=reverse("video_poster_public", args=at),
                )
            return context


class ImagePanel(MultiFieldPanel):
    """The poster and the thumbnail: who sees which of them stands beside it."""

    def __init__(self, children: Any = (), **kwargs: Any) -> None:
        own = [PosterPanel(), FieldPanel("thumbnail", heading=gettext_lazy("For everyone"))]
        super().__init__(children or own, **{"heading": gettext_lazy("Picture"), **kwargs})
