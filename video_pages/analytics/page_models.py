"""The managers of page models, taken from foreign keys: this package must not import `pages`."""

from typing import Any, Literal

from video_pages.analytics.models import DailyStatistics


def page_manager(kind: Literal["video", "section"]) -> Any:
    """Return the manager of VideoPage or VideoIndexPage."""
    model: Any = DailyStatistics._meta.get_field(kind).related_model
    return model.objects
