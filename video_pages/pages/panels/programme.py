"""Panels of the page editor for a section that is a programme: its intervals, and its films with their numbers."""

from typing import Any

from django.utils.translation import gettext_lazy
from wagtail.admin.panels import InlinePanel, Panel

from video_pages.access.guard import VIDEO, page_model
from video_pages.pages.list_pages import in_order
from video_pages.pages.programme import MOST_VIDEOS, intervals_of
from video_pages.pages.protocols import Section


class IntervalsPanel(InlinePanel):
    """The table of intervals."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("intervals", heading=gettext_lazy("Intervals"), label=gettext_lazy("Interval"), **kwargs)

    def clone_kwargs(self) -> dict[str, Any]:
        given = super().clone_kwargs()
        return {name: value for name, value in given.items() if name not in {"relation_name", "heading", "label"}}

    class BoundPanel(InlinePanel.BoundPanel):
        def js_opts(self) -> dict[str, Any]:
            return {**super().js_opts(), "type": "InlinePanel"}


class ProgrammePanel(Panel):
    """Lists the published films with their numbers and the total length, once the section is a programme."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "video_pages/admin/sections/programme_panel.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk) and self.instance.is_programme

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            context.update(programme_context(self.instance))
            return context


def programme_context(section: Section) -> dict[str, Any]:
    """Return the context of `sections/programme_panel.html`: `films`, as many as a programme shows; two queries.

    `total_seconds` contains the intervals; `with_own` is the number of films that have a password of their own.
    """
    listed = page_model(VIDEO).objects.filter(list_entry__section=section.pk)
    videos = list(in_order(listed, section.order).select_related("video_file")[: MOST_VIDEOS + 1])
    intervals = {number: each for number, each in intervals_of(section.pk).items() if number < len(videos)}
    pauses = sum(each.seconds for each in intervals.values())
    return {
        "films": [(video, intervals.get(number)) for number, video in enumerate(videos, start=1)],
        "total_seconds": sum(video.duration_seconds for video in videos) + pauses,
        "with_own": sum(bool(video.password_hash) for video in videos),
        "is_too_long": len(videos) > MOST_VIDEOS,
        "most": MOST_VIDEOS,
    }
