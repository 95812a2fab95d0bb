"""Panels of the page editor for the parts of a video: the film with its captions and its poster, and its chapters."""

from typing import Any

from django.forms import Media
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.panels import InlinePanel, Panel

from video_pages.core.scripts import module_script
from video_pages.core.timecodes import format_timecode
from video_pages.pages import beyond_end
from video_pages.pages.panels.player import player_panel_context
from video_pages.pages.panels.sheets import BUTTONS_CSS, VIDEO_CSS
from video_pages.pages.protocols import Video

FILM_CSS = "video_pages/css/admin_film.css"


class ChaptersPanel(InlinePanel):
    """The table of chapters, with a summary of the chapters in the video file."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("chapters", heading=gettext_lazy("Chapters"), label=gettext_lazy("Chapter"), **kwargs)

    def clone_kwargs(self) -> dict[str, Any]:
        given = super().clone_kwargs()
        return {name: value for name, value in given.items() if name not in {"relation_name", "heading", "label"}}

    class BoundPanel(InlinePanel.BoundPanel):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.help_text = chapters_summary(self.instance)

        def js_opts(self) -> dict[str, Any]:
            return {**super().js_opts(), "type": "InlinePanel"}


class PlayerPanel(Panel):
    """Plays the page's video, for its poster and the times of its chapters; links to the captions and the poster."""

    def __init__(self, heading: str = "", icon: str = "", **kwargs: Any) -> None:
        super().__init__(heading=heading or gettext_lazy("The film"), icon=icon or "media", **kwargs)

    class BoundPanel(Panel.BoundPanel):
        template_name = "video_pages/admin/video/film_panel.html"

        @property
        def media(self) -> Media:
            scripts = [
                module_script("video_pages/js/editor_film_panel.js"),
                module_script("video_pages/js/editor_chapters.js"),
            ]
            return Media(css={"all": [BUTTONS_CSS, VIDEO_CSS, FILM_CSS]}, js=scripts)

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            context.update(player_panel_context(self.instance))
            return context


def chapters_summary(page: Video | None) -> str:
    """Return a help text for the table of chapters, with the number of chapters in the file of the video `page`."""
    file = page.video_file if page is not None else None
    late = beyond_end.chapters_beyond(page) if page is not None and file and page.pk else []
    if file and late:
        text = ngettext(
            "The film ends at %(end)s. %(count)d chapter begins after that, and visitors do not see it.",
            "The film ends at %(end)s. %(count)d chapters begin after that, and visitors do not see them.",
            len(late),
        )
        return text % {"end": format_timecode(file.source_seconds), "count": len(late)}
    count = len(file.chapters) if file else 0
    if not count:
        return _("Without any, the film has no chapters. Begin with one at 0:00, so that every moment lies in one.")
    text = ngettext(
        "The video file has %(count)d chapter of its own. It is used while this table is empty.",
        "The video file has %(count)d chapters of its own. They are used while this table is empty.",
        count,
    )
    return text % {"count": count}
