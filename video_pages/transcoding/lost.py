"""Claims that have ended without a result: the worker has died, or the database took none of what it wrote.

Such an attempt is none of a job's MAX_ATTEMPTS. It is counted apart, because the file may be what ends the workers.
"""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext as _

from video_pages.transcoding import claims, part_rows
from video_pages.transcoding.models import (
    LONGEST_LOST_DELAY,
    LOST_WITHOUT_DELAY,
    MAX_LOST,
    Held,
    LadderPart,
    ProcessingJob,
    State,
)


def delay_after(lost: int) -> dt.timedelta:
    """Return the time to wait after `lost` such attempts in a row: none at first, in the end an hour."""
    if lost <= LOST_WITHOUT_DELAY:
        return dt.timedelta(0)
    return min(LONGEST_LOST_DELAY, dt.timedelta(minutes=1) * 2 ** (lost - LOST_WITHOUT_DELAY - 1))


def give_back(job: Held, *, delay: dt.timedelta, now: dt.datetime) -> State:
    """Requeue `job`, or end it, as `take_back` does, but after `delay` at least; return its state. Raises JobLost."""
    lost = job.lost + 1
    if lost >= MAX_LOST:
        claims.finish(job, State.FAILED, reason=_lost_message(), now=now, lost=lost)
        return State.FAILED
    not_before = now + max(delay, delay_after(lost))
    claims.drop(job, state=State.QUEUED, lost=lost, attempt=job.attempt - 1, not_before=not_before, delivered_at=None)
    return State.QUEUED


def take_back(holder: Held, *, now: dt.datetime) -> bool:
    """Requeue a job whose worker has died, or end it after MAX_LOST such attempts in a row; True if it was done.

    `holder` is the row as it was read: a lease that has been renewed since, or another claim, changes nothing.
    """
    held = type(holder)._default_manager.filter(
        pk=holder.pk, state=State.PROCESSING, worker=holder.worker, lease_until=holder.lease_until
    )
    lost = holder.lost + 1
    common = {**holder.CLEARED, "lost": lost, "attempt": max(0, holder.attempt - 1)}
    if lost < MAX_LOST:
        delay = delay_after(lost)
        not_before = now + delay if delay else None
        return bool(held.update(state=State.QUEUED, delivered_at=None, not_before=not_before, **common))
    ended = {"state": State.FAILED, "reason": _lost_message(), "finished_at": now, "not_before": None}
    with transaction.atomic():
        changed = held.update(**ended, **common)
        if changed and isinstance(holder, ProcessingJob):
            part_rows.drop(holder)
            claims.send_finished(holder.video_file, State.FAILED)
    return bool(changed)


def _lost_message() -> str:
    return _("Processing this file stopped without an answer, several times over.")


def take_back_expired(*, now: dt.datetime) -> None:
    """Take back the jobs and parts whose lease has expired."""
    for holder in unrenewed_since(now):
        take_back(holder, now=now)


def unrenewed_since(lease_until: dt.datetime) -> Iterator[Held]:
    """Yield the running jobs and parts whose lease ends before `lease_until`."""
    for model in (ProcessingJob, LadderPart):
        yield from model._default_manager.filter(state=State.PROCESSING, lease_until__lt=lease_until)
