"""The parts of films that the viewers of invitations have watched, of each version of a film apart.

It is read from the views, and from InvitationWatch for what views no longer say; `keep_watches` writes it.
"""

import collections
import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from video_pages.analytics import watch_reports
from video_pages.analytics.models import InvitationWatch, VideoView
from video_pages.analytics.watch_reports import RETENTION_BUCKETS

# More parts have no use: a row has one for each version of each film that one viewer has played.
BATCH = 500


@dataclasses.dataclass(frozen=True)
class Watched:
    """The part of one version of a film that one viewer has watched, in all views together.

    `viewer_id` is None if the viewer is not known. `bits` are the played hundredths, see `watch_reports`. `is_measured`
    is False without any report of the player: then it is not known how much was watched.
    """

    invitation_id: int
    viewer_id: int | None
    video_id: int
    version: str
    first_at: dt.datetime
    last_at: dt.datetime
    bits: int = 0
    is_measured: bool = False

    def __add__(self, other: "Watched") -> "Watched":
        return dataclasses.replace(
            self,
            first_at=min(self.first_at, other.first_at),
            last_at=max(self.last_at, other.last_at),
            bits=self.bits | other.bits,
            is_measured=self.is_measured or other.is_measured,
        )

    @property
    def is_completed(self) -> bool:
        """True if the film was watched to its end, see `watch_reports.is_complete`."""
        return watch_reports.is_complete(self.bits)

    @property
    def percent(self) -> int | None:
        """The covered part of the film in percent; None if it is not known."""
        return self.bits.bit_count() * 100 // RETENTION_BUCKETS if self.is_measured else None


def watched_videos(invitation_ids: Iterable[int]) -> list[Watched]:
    """Return a Watched for each viewer, film and version of the invitations, the first begun first. Two queries."""
    ids = list(invitation_ids)
    found: dict[tuple[object, ...], Watched] = {}
    views = VideoView.objects.filter(invitation__in=ids).order_by()
    kept = InvitationWatch.objects.filter(viewer__invitation__in=ids).order_by()
    former: dict[tuple[object, ...], list[Watched]] = collections.defaultdict(list)
    for key, watched in _of_kept(kept):
        former[key[:2]].append(watched)
        found[key] = watched
    for key, watched in _of_views(views):
        begun = _begun_later(watched, former[key[:2]])
        found[key] = found[key] + begun if key in found else begun
    return sorted(found.values(), key=lambda each: each.first_at)


def of_videos(watched: Iterable[Watched]) -> dict[tuple[int, int | None, int], Watched]:
    """Return {(invitation, viewer, video): Watched}: of several versions the one of which most was watched."""
    best: dict[tuple[int, int | None, int], Watched] = {}
    for each in watched:
        key = (each.invitation_id, each.viewer_id, each.video_id)
        if key not in best or _amount(each) > _amount(best[key]):
            best[key] = each
    return best


def watched_percent(invitation_ids: Iterable[int]) -> dict[int, int]:
    """Return {id of an invitation: percent}; one that nobody has played with is absent. Two queries.

    It is the mean over viewers and films: of each film, the hundredths that one viewer has played in all views.
    """
    percents: dict[int, list[int]] = collections.defaultdict(list)
    for (invitation, _viewer, _video), watched in of_videos(watched_videos(invitation_ids)).items():
        percents[invitation].append(watched.percent or 0)
    return {invitation: round(sum(found) / len(found)) for invitation, found in percents.items()}


def keep_watches(views: QuerySet[VideoView]) -> None:
    """Store what viewers of invitations have watched in `views`, which are about to be removed.

    The caller removes them in the same transaction, or has them count another version from now on.
    """
    of_viewers = views.filter(invitation_viewer__isnull=False).order_by()
    found: dict[tuple[object, ...], Watched] = {}
    for key, watched in _of_views(of_viewers):
        found[key] = found[key] + watched if key in found else watched
    if not found:
        return
    viewers = {watched.viewer_id for watched in found.values()}
    for key, watched in _of_kept(InvitationWatch.objects.filter(viewer__in=viewers)):
        if key in found:
            found[key] += watched
    InvitationWatch.objects.bulk_create(
        [
            InvitationWatch(
                viewer_id=each.viewer_id,  # type: ignore[misc]  # not None: see the filter
                video_id=each.video_id,
                version=each.version,
                watched=watch_reports.to_hex(each.bits),
                is_measured=each.is_measured,
                first_at=each.first_at,
                last_at=each.last_at,
            )
            for each in found.values()
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["viewer", "video", "version"],
        update_fields=["watched", "is_measured", "first_at", "last_at"],
    )


Keyed = tuple[tuple[object, ...], Watched]


def _of_views(views: QuerySet[VideoView]) -> Iterator[Keyed]:
    columns = ("pk", "invitation", "invitation_viewer", "video", "version", "started_at", "last_report_at", "watched")
    for pk, invitation, viewer, video, version, started_at, reported_at, watched in views.values_list(*columns):
        is_measured, last_at = reported_at is not None or bool(watched), max(started_at, reported_at or started_at)
        bits = watch_reports.from_hex(watched)
        yield (
            (viewer or -pk, video, version),
            Watched(invitation, viewer, video, version, started_at, last_at, bits, is_measured),
        )


def _of_kept(kept: QuerySet[InvitationWatch]) -> Iterator[Keyed]:
    columns = ("viewer__invitation", "viewer", "video", "version", "first_at", "last_at", "watched", "is_measured")
    for invitation, viewer, video, version, first_at, last_at, watched, is_measured in kept.values_list(*columns):
        bits = watch_reports.from_hex(watched)
        yield (
            (viewer, video, version),
            Watched(invitation, viewer, video, version, first_at, last_at, bits, is_measured),
        )


def _begun_later(watched: Watched, former: Iterable[Watched]) -> Watched:
    """Return `watched` with its own beginning if it has that of a view which had another version, among `former`."""
    ends = [
        other.last_at for other in former if other.first_at == watched.first_at and other.version != watched.version
    ]
    return dataclasses.replace(watched, first_at=min(watched.last_at, max(ends))) if ends else watched


def _amount(watched: Watched) -> tuple[bool, int, dt.datetime]:
    return watched.is_completed, watched.bits.bit_count(), watched.last_at
