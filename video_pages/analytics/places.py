"""The place to which a browser with open access has come: the film that it played last, and its furthest second."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from django.db.models import QuerySet

from video_pages.analytics import watch_reports
from video_pages.analytics.models import VideoView
from video_pages.analytics.viewers import ACCESS_VIEW

COLUMNS = (
    *("started_at", "access_ref", "invitation_viewer", "watched"),
    *("video__title", "video__path", "video__video_file__duration"),
)


class AccessRow(Protocol):
    """The columns of an access row that lead to its views."""

    pk: Any
    created_at: Any
    video_id: Any
    section_id: Any
    viewer_id: Any


@dataclasses.dataclass(frozen=True)
class WatchedPlace:
    """The film `title`, whose page has the tree path `path`, and the end of its furthest played part in seconds.

    `seconds` is None if the player has reported nothing.
    """

    title: str
    path: str
    seconds: float | None


def places_of(rows: Sequence[AccessRow]) -> dict[Any, WatchedPlace]:
    """Return {pk of an access row: the place of its last view}; a row without a view is absent. One query at most."""
    row_of: dict[Any, Any] = {}
    for row in rows:
        row_of[f"{ACCESS_VIEW}{row.pk}"] = row.pk
        if row.viewer_id:
            row_of[row.viewer_id] = row.pk
    queries = list(_queries(rows))
    if not queries:
        return {}
    found: dict[Any, WatchedPlace] = {}
    views = queries[0].union(*queries[1:]) if len(queries) > 1 else queries[0]
    for _begun, ref, viewer, watched, title, path, duration in sorted(views, key=lambda view: view[0]):
        row_pk = row_of.get(ref, row_of.get(viewer))
        if row_pk is not None:
            found[row_pk] = WatchedPlace(title, path, furthest_second(watched, duration or 0))
    return found


def furthest_second(watched: str, duration_seconds: float) -> float | None:
    """Return the end of the last played hundredth of a film in seconds; None if none was played.

    `watched` is that of a view; see `watch_reports`.
    """
    bits = watch_reports.from_hex(watched)
    if not bits:
        return None
    # The lowest bit is the last hundredth.
    unplayed_at_end = (bits & -bits).bit_length() - 1
    return duration_seconds * (watch_reports.RETENTION_BUCKETS - unplayed_at_end) / watch_reports.RETENTION_BUCKETS


def _queries(rows: Sequence[AccessRow]) -> Iterable[QuerySet[VideoView, tuple[Any, ...]]]:
    """Yield querysets of the views of `rows`, each by an index: of a viewer, of a video, of the access."""
    views = VideoView.objects.order_by().values_list(*COLUMNS)
    viewers = [row.viewer_id for row in rows if row.viewer_id]
    if viewers:
        yield views.filter(invitation_viewer__in=viewers)
    others = [row for row in rows if not row.viewer_id]
    of_videos = [row for row in others if row.video_id]
    if of_videos:
        refs = [f"{ACCESS_VIEW}{row.pk}" for row in of_videos]
        yield views.filter(video__in={row.video_id for row in of_videos}, access_ref__in=refs)
    of_sections = [row for row in others if row.section_id]
    if of_sections:
        yield views.filter(access_ref__in=[f"{ACCESS_VIEW}{row.pk}" for row in of_sections])
