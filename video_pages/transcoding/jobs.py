"""Submit, cancel and sweep jobs, and their places in the queue; other packages use the names of this module."""

import datetime as dt
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from video_pages.core import clock
from video_pages.core.request_id import NONE, current_request_id
from video_pages.library.models import VideoFile
from video_pages.transcoding import claims, lost, part_rows, tasks
from video_pages.transcoding.claims import JobLost, claim, claim_next, finish, renew
from video_pages.transcoding.endings import has_source
from video_pages.transcoding.models import Failure, LadderPart, ProcessingJob, Stage, State
from video_pages.transcoding.processing import run, run_claimed

__all__ = [
    "JobLost",
    "cancel",
    "claim",
    "claim_next",
    "finish",
    "is_refused",
    "is_underway",
    "job_of",
    "renew",
    "place_in_queue",
    "places_in_queue",
    "run",
    "run_claimed",
    "submit",
    "submit_forgotten",
    "submit_returned",
    "sweep",
    "take_back_silent",
    "record_library_state",
    "time_left",
]

REDELIVER_AFTER = dt.timedelta(seconds=30)
"""Time after which a message may be sent again, if the broker holds too few. Delivering twice does no harm."""
SILENT_AFTER = dt.timedelta(seconds=15)
"""A worker renews its leases every three seconds. One that has not for this time may be dead (`take_back_silent`)."""
FORGOTTEN_AFTER = dt.timedelta(minutes=5)
"""Age at which a file without a job is submitted by `submit_forgotten`."""

ESTIMATE_AFTER = dt.timedelta(seconds=10)
"""How long a job must run before its pace predicts its end."""
ESTIMATE_FROM_PERCENT = 5
"""The progress that is needed for the same."""


def job_of(video_file: VideoFile | None) -> ProcessingJob | None:
    """Return the job of `video_file`, of its present source or of an earlier one; None if it has none."""
    return getattr(video_file, "job", None)


def is_refused(video_file: VideoFile) -> bool:
    """Return whether processing has refused `video_file`: browsers do not get what the server can't use."""
    job = job_of(video_file)
    return job is not None and job.state == State.REFUSED and not video_file.package


def is_underway(video_file: VideoFile) -> bool:
    """Return whether a job for the present source of `video_file` waits or runs."""
    job = job_of(video_file)
    return job is not None and not job.is_finished and job.source_version == video_file.source_version


def submit(video_file: VideoFile, *, now: dt.datetime | None = None) -> ProcessingJob:
    """Queue the present source of `video_file` for processing after the commit; return its ProcessingJob.

    The job of an earlier source starts again, and a worker that holds it loses its claim. A broker that can't be
    reached raises nothing: `sweep` delivers later.
    """
    now, request_id = now or clock.now(), current_request_id()
    with transaction.atomic():
        job, created = ProcessingJob.objects.update_or_create(
            video_file=video_file,
            defaults={
                "source_version": video_file.source_version,
                "state": State.QUEUED,
                "stage": Stage.PLAYABLE,
                "turn": ProcessingJob.objects.next_turn(Stage.PLAYABLE, video_file.collection_id),
                "step": "",
                "progress": 0,
                "attempt": 0,
                "lost": 0,
                "lease_until": None,
                "worker": "",
                "reason": "",
                "failure": "",
                "created_at": now,
                "started_at": None,
                "finished_at": None,
                "not_before": None,
                "delivered_at": now,
                "request_id": "" if request_id == NONE else request_id,
            },
        )
        if not created:
            part_rows.drop(job)
        transaction.on_commit(lambda: claims.announce(job.pk, Stage.PLAYABLE), robust=True)
    return job


def cancel(video_file: VideoFile, *, by: str, now: dt.datetime | None = None) -> bool:
    """Stop the unfinished job of `video_file`; return False if there is none. `by` is the name of a user.

    The package that is live stays so, and `submit` starts again.
    """
    job = ProcessingJob.objects.filter(video_file=video_file).select_related("video_file").first()
    return job is not None and claims.stop(job, reason=_("Stopped by %(name)s.") % {"name": by}, now=now)


def record_library_state(*, is_usable: bool) -> None:
    """Have the editors of waiting films read that the library can't be used now, or no longer read it."""
    known = _texts_of_library() if is_usable else [""]
    waiting = ProcessingJob.objects.filter(state=State.QUEUED, reason__in=known)
    if waiting.exists():  # asked each second: nothing is written without need
        waiting.update(reason="" if is_usable else _text_of_library())


def _text_of_library() -> str:
    return _("The storage of the films can't be used at the moment. This film waits until it is back.")


@cache
def _texts_of_library() -> list[str]:
    """Return the text in every language: another worker may have had another LANGUAGE_CODE."""
    found = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.add(_text_of_library())
    return sorted(found)


def place_in_queue(job: ProcessingJob, *, now: dt.datetime | None = None) -> int | None:
    """Return the place of the waiting `job` in the queue, 1 for the next; None if it does not wait there."""
    return places_in_queue([job], now=now).get(job.pk)


def places_in_queue(jobs: Iterable[ProcessingJob], *, now: dt.datetime | None = None) -> dict[int, int]:
    """Return {job id: place} of those among `jobs` that wait; one query, and none if no job waits.

    Jobs that wait for their next attempt have no place: they start at a time of their own.
    """
    wanted = {job.pk for job in jobs if job.state == State.QUEUED}
    if not wanted:
        return {}
    places: dict[int, int] = {}
    queue = ProcessingJob.objects.in_turn(now or clock.now()).values_list("pk", flat=True)
    for place, job_id in enumerate(queue.iterator(), start=1):
        if job_id in wanted:
            places[job_id] = place
            if len(places) == len(wanted):
                break
    return places


def time_left(job: ProcessingJob, now: dt.datetime) -> dt.timedelta | None:
    """Return the remaining time of the running `job` at its pace so far; None while it can't be estimated."""
    if job.state != State.PROCESSING or job.started_at is None or not ESTIMATE_FROM_PERCENT <= job.progress < 100:
        return None
    passed = now - job.started_at
    return passed * (100 - job.progress) / job.progress if passed >= ESTIMATE_AFTER else None


def sweep(*, now: dt.datetime | None = None) -> int:
    """Requeue the jobs of dead workers, and send the messages that the broker lacks; return how many were sent.

    These are messages that were lost, could not be sent, or are about jobs whose next attempt is due. Without a broker
    there is nothing to send: workers read the table of jobs.
    """
    now = now or clock.now()
    lost.take_back_expired(now=now)
    return sum(_deliver_missing(stage, now) for stage in Stage)


def take_back_silent(is_dead: Callable[[str], bool], *, now: dt.datetime | None = None) -> int:
    """Take back the jobs whose lease was not renewed for SILENT_AFTER and whose worker `is_dead`; return how many.

    `is_dead(name)` asks a witness other than the database, because after an outage of the database no lease has been
    renewed. `name` is that of the worker, without the part that names the claim.
    """
    now = now or clock.now()
    silent = list(lost.unrenewed_since(now + claims.LEASE - SILENT_AFTER))
    return sum(lost.take_back(job, now=now) for job in silent if is_dead(claims.worker_of(job)))


def _deliver_missing(stage: Stage, now: dt.datetime) -> int:
    """Send the messages that the broker lacks for the waiting jobs of `stage`; return how many."""
    undelivered = Q(delivered_at=None) | Q(delivered_at__lte=now - REDELIVER_AFTER)
    waiting: list[QuerySet[Any]] = [ProcessingJob.objects.claimable(now).filter(stage=stage)]
    if stage == Stage.LADDER and settings.LADDER_SPLIT:
        waiting.append(LadderPart.objects.claimable(now))
    unsent = [rows.filter(undelivered) for rows in waiting]
    if not tasks.needs_messages() or not any(rows.exists() for rows in unsent):
        return 0
    missing = sum(rows.count() for rows in waiting) - (tasks.messages_in(stage) or 0)
    delivered = 0
    for rows in unsent:
        for row in rows.order_by("created_at", "pk")[: max(0, missing - delivered)]:
            # Conditional, so that of several sweeping workers one delivers.
            if rows.filter(pk=row.pk).update(delivered_at=now):
                if not claims.announce(row.pk if isinstance(row, ProcessingJob) else row.job_id, stage):
                    return delivered
                delivered += 1
    return delivered


def submit_forgotten(*, now: dt.datetime | None = None) -> int:
    """Submit the files that have no job for their source, such as rows of a backup; return how many."""
    now = now or clock.now()
    without = Q(job=None) & Q(created_at__lte=now - FORGOTTEN_AFTER)
    outdated = Q(job__isnull=False) & ~Q(job__source_version=F("source_version"))
    forgotten = list(VideoFile.objects.filter(without | outdated).exclude(file=""))
    for video_file in forgotten:
        submit(video_file, now=now)
    return len(forgotten)


def submit_returned(*, now: dt.datetime | None = None) -> int:
    """Submit again the files that were missing from the library and exist again; return how many."""
    failed = ProcessingJob.objects.filter(state=State.FAILED, failure=Failure.MISSING_SOURCE)
    returned = [job.video_file for job in failed.select_related("video_file") if has_source(job.video_file)]
    for video_file in returned:
        submit(video_file, now=now)
    return len(returned)
