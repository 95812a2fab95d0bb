"""The outcome of one invitation: its viewers, how much of each film they have watched, and the refusals."""

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Max, Sum

from video_pages.access.invitations.models import Invitation, InvitationRefusal, InvitationViewer
from video_pages.analytics import charts
from video_pages.analytics.invitations import Watched, of_videos, watched_videos
from video_pages.analytics.watch_reports import RETENTION_BUCKETS
from video_pages.pages.models import VideoPage

MOST_VIEWERS_SHOWN = 200


@dataclasses.dataclass(frozen=True)
class VideoLine:
    """One film that a viewer has played, and how much of it."""

    title: str
    watched: Watched


@dataclasses.dataclass(frozen=True)
class ViewerLine:
    """A viewer, the films that they have played, and how often they were refused: [(reason, times)]."""

    viewer: InvitationViewer
    films: Sequence[VideoLine]
    refusals: Sequence[tuple[str, int]]


@dataclasses.dataclass(frozen=True)
class VideoSummary:
    """A film over all viewers of an invitation. `percent` is their mean, None if no player has reported."""

    title: str
    viewers: int
    finished: int
    percent: int | None
    shares: list[float]
    duration_seconds: float

    @property
    def rows(self) -> list[tuple[float, int, float]]:
        """The same curve as a table; see `charts.curve_rows`."""
        return charts.curve_rows(self.shares, self.duration_seconds)

    @property
    def retention(self) -> Any:
        """The curve of `charts` over the hundredths of the film."""
        return charts.curve(self.shares)


@dataclasses.dataclass(frozen=True)
class RefusalCount:
    """Refusals of an invitation for one reason, over all viewers."""

    reason: str
    times: int
    last_at: dt.datetime


def outcome_of(invitation: Invitation) -> dict[str, Any]:
    """Return the context of `invitations/outcome.html`. Seven queries, for any number of viewers and films."""
    watched = list(of_videos(watched_videos([invitation.pk])).values())
    videos = _videos_of(watched)
    titles = {pk: video.get_admin_display_title() for pk, video in videos.items()}
    viewers = list(invitation.viewers.order_by("opened_at", "pk")[:MOST_VIEWERS_SHOWN])
    of_viewer: dict[int | None, list[Watched]] = defaultdict(list)
    for each in watched:
        of_viewer[each.viewer_id].append(each)
    refused = _refusals_by_viewer(viewers)
    return {
        "viewers": [
            ViewerLine(
                viewer, [VideoLine(titles[each.video_id], each) for each in of_viewer[viewer.pk]], refused[viewer.pk]
            )
            for viewer in viewers
        ],
        "opened": invitation.viewers.count(),
        "finishers": len({each.viewer_id for each in watched if each.is_completed}),
        "films": _summaries(watched, videos),
        "refusals": refusals_of(invitation),
    }


def _videos_of(watched: Iterable[Watched]) -> dict[int, VideoPage]:
    """Return {id: VideoPage} with their files of the films in `watched`; one query."""
    found: dict[int, VideoPage] = VideoPage.objects.select_related("video_file").in_bulk(
        {each.video_id for each in watched}
    )
    return found


def mean_percent(watched: Iterable[Watched]) -> int | None:
    """Return the mean of the known percentages; None if none is known."""
    known = [each.percent for each in watched if each.percent is not None]
    return round(sum(known) / len(known)) if known else None


def refusals_of(invitation: Invitation) -> list[RefusalCount]:
    """Return how often `invitation` has refused, for each reason; one query."""
    rows = invitation.refusals.order_by().values_list("reason").annotate(Sum("times"), Max("last_at"))
    return [RefusalCount(_label(reason), times, last_at) for reason, times, last_at in sorted(rows)]


def _refusals_by_viewer(viewers: Sequence[InvitationViewer]) -> dict[int, list[tuple[str, int]]]:
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    rows = InvitationRefusal.objects.filter(viewer__in=[viewer.pk for viewer in viewers]).order_by("pk")
    for viewer, reason, times in rows.values_list("viewer", "reason", "times"):
        found[viewer].append((_label(reason), times))
    return found


def _summaries(watched: Iterable[Watched], videos: Mapping[int, VideoPage]) -> list[VideoSummary]:
    by_video: dict[int, list[Watched]] = defaultdict(list)
    for each in watched:
        by_video[each.video_id].append(each)
    summaries = [
        VideoSummary(
            videos[video].get_admin_display_title(),
            len(found),
            sum(each.is_completed for each in found),
            mean_percent(found),
            _shares([each.bits for each in found if each.is_measured]),
            videos[video].duration_seconds,
        )
        for video, found in by_video.items()
    ]
    return sorted(summaries, key=lambda summary: summary.title.casefold())


def _shares(played: Sequence[int]) -> list[float]:
    """Return for each hundredth of a film the share of viewers who have played it; `played` are their bits."""
    if not any(played):
        return []
    places = range(RETENTION_BUCKETS - 1, -1, -1)  # the highest bit is the first hundredth
    return [sum(bits >> place & 1 for bits in played) / len(played) for place in places]


def _label(reason: str) -> str:
    return str(InvitationRefusal.Reason(reason).label)
