"""A long ladder is split: the worker that holds the job makes parts of it, and so do other workers.

The worker of the job stays until all parts are there, and puts them into the package. If it dies, other workers go on
with their parts, and its successor finds those that are finished.
"""

import time
from collections.abc import Callable, Mapping, Sequence

from django.conf import settings

from video_pages.library.packages import MadeRendition
from video_pages.transcoding import claims, endings, part_rows, part_work, parts, sandbox
from video_pages.transcoding.audio_choices import AudioChoice
from video_pages.transcoding.facts import Facts
from video_pages.transcoding.lease_renewal import RENEW_SECONDS
from video_pages.transcoding.models import LadderPart, ProcessingJob, State
from video_pages.transcoding.package_builder import PackageBuilder
from video_pages.transcoding.plan import Rung
from video_pages.transcoding.workspace import Workspace

WAIT_SECONDS = 0.5


def is_split(facts: Facts, rungs: Sequence[Rung]) -> bool:
    """Return whether the ladder of `rungs` for a video with `facts` is made in parts on this machine."""
    is_long = facts.duration_seconds >= settings.LADDER_SPLIT_FROM_SECONDS
    return bool(settings.LADDER_SPLIT) and len(rungs) > 1 and is_long


def folders_to_keep(job: ProcessingJob) -> set[str]:
    """Return the packages that hold parts of `job`; without LADDER_SPLIT, drop those of an earlier attempt."""
    if not settings.LADDER_SPLIT:
        part_rows.drop(job)
    return part_rows.folders_of(job)


def encode_ladder(
    builder: PackageBuilder,
    space: Workspace,
    rungs: Sequence[Rung],
    audio: Sequence[AudioChoice],
    *,
    lists_audio: bool = True,
    on_share: Callable[[float], None] | None = None,
) -> list[MadeRendition]:
    """Have all `rungs` made in parts, by this worker and others; return the renditions as `encode.encode_ladder` does.

    `on_share(share)` is called with the share (0 to 1) that is done. Raises JobLost, endings.PartFailed,
    endings.PartsWait and sandbox.Interrupted.
    """
    job, renewal = builder.job, builder.renewal
    wanted = parts.orders(builder.facts, rungs, audio, lists_audio=lists_audio)
    renewal.persist(lambda: parts.plan_parts(job, wanted, now=renewal.now()))
    renewal.persist(lambda: parts.forget_missing(job))
    watch = _Watch(builder, {order.name: order.pixels for order in wanted}, on_share)
    while not watch.is_complete():
        part = renewal.persist(lambda: parts.claim_next(worker=claims.worker_of(job), of=job, now=renewal.now()))
        if part is not None:
            part_work.run(part, space, audio, get_now=renewal.now, on_tick=watch)
            renewal.persist(lambda: renewal.confirm(renewal.now()))
        else:
            watch.require_hope()
            time.sleep(WAIT_SECONDS)
            watch()
        sandbox.require_going()
    return [made for part in watch.parts() for made in parts.made_of(part, space)]


class _Watch:
    """Sums the progress of the parts into that of the job, and renews its lease; called several times a second.

    `pixels`: for the name of each part, what it costs against the others. Raises JobLost.
    """

    def __init__(
        self, builder: PackageBuilder, pixels: Mapping[str, int], on_share: Callable[[float], None] | None
    ) -> None:
        self._job, self._renewal, self._pixels = builder.job, builder.renewal, pixels
        self._on_share, self._next = on_share, 0.0

    def __call__(self) -> None:
        if self._on_share and time.monotonic() >= self._next:
            self._next = time.monotonic() + RENEW_SECONDS
            self._on_share(self._share())
        self._renewal()

    def parts(self) -> list[LadderPart]:
        """Return the parts as the table has them now."""
        wanted = LadderPart.objects.filter(job=self._job, name__in=self._pixels).select_related("job__video_file")
        return self._renewal.persist(lambda: list(wanted.order_by("number")))

    def is_complete(self) -> bool:
        """Return whether all parts are made. Raises PartFailed for one that never will be."""
        found = self.parts()
        for part in found:
            if part.state in (State.FAILED, State.REFUSED):
                raise endings.PartFailed(part)
        return len(found) == len(self._pixels) and all(part.state == State.READY for part in found)

    def require_hope(self) -> None:
        """Raise PartsWait if every part that is to be made waits for its next attempt: then the job waits, too."""
        now = self._renewal.now()
        unfinished = [part for part in self.parts() if part.state != State.READY]
        due = [part.not_before for part in unfinished if part.not_before and part.not_before > now]
        if unfinished and len(due) == len(unfinished):
            raise endings.PartsWait(unfinished[0].reason, min(due) - now)

    def _share(self) -> float:
        done = sum(self._pixels[part.name] * part.progress / 100 for part in self.parts())
        return done / sum(self._pixels.values())
