"""Publish and unpublish the pages whose dates have come, each for itself.

Wagtail's own command does the same in one loop: a page that cannot be published, such as one whose slug another page
has taken, ends it for all with a later date, at each try.
"""

import dataclasses
import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from wagtail.models import DraftStateMixin, Page, Revision

from video_pages.core import clock
from video_pages.worker.models import PeriodicRun

TASK = "publish_scheduled"
"""The name of the periodic task that calls `run_schedule`."""
LATE = dt.timedelta(minutes=5)
"""After its date by this much, a page that the task has tried is one that cannot be published."""
MINUTE = dt.timedelta(minutes=1)

logger = logging.getLogger(__name__)
_logged: set[tuple[str, str]] = set()
"""(row, reason) of what the last run of this process left as it was: it is tried each minute, and logged once."""


@dataclasses.dataclass(frozen=True)
class _Left:
    """A page or other object that stays as it is, and why."""

    found: Any
    error: Exception

    @property
    def key(self) -> tuple[str, str]:
        return f"{type(self.found).__name__} {getattr(self.found, 'pk', None)}", repr(self.error)


class ScheduleError(Exception):
    """Pages could not be published or unpublished for a reason that no editor can mend; all others were."""


def run_schedule(now: dt.datetime) -> None:
    """Unpublish what ends before `now`, then publish the revisions whose dates are before it.

    If the clock of this machine, by which Wagtail decides, is behind `now` (aware), it counts. Raises ScheduleError
    when all have been tried, if there was an error other than that of an invalid page.
    """
    tried, now = [], min(now, clock.of_this_machine())
    for model in _models():
        ended = model.objects.filter(live=True, expire_at__lt=now).order_by("expire_at")
        tried += [_alone(each, _unpublish) for each in _each(ended)]
    due = Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at")
    tried += [_alone(each, _publish) for each in _each(due)]
    left = [each for each in tried if each is not None]
    _logged.clear()
    _logged.update(each.key for each in left)
    strange = [each for each in left if not isinstance(each.error, ValidationError)]
    if strange:
        raise ScheduleError("; ".join(f"{each.found}: {type(each.error).__name__}: {each.error}" for each in strange))


def late_revisions(now: dt.datetime) -> QuerySet[Revision]:
    """Return the revisions of pages that should have been published before `now`, and could not be.

    A page whose date came while no worker ran is none of them until the task has tried it.
    """
    tried_at = OuterRef("approved_go_live_at") + MINUTE
    ended = Q(last_started_at__gt=tried_at, worker="") | Q(last_finished_at__gt=tried_at)
    has_tried = Exists(PeriodicRun.objects.filter(ended, name=TASK))
    return Revision.page_revisions.filter(has_tried, approved_go_live_at__lt=now - LATE)


def _models() -> list[Any]:
    others = [model for model in apps.get_models() if issubclass(model, DraftStateMixin)]
    return [Page, *(model for model in others if not issubclass(model, Page))]


def _each(rows: QuerySet[Any]) -> list[QuerySet[Any]]:
    """Return a queryset for each of `rows`, with their condition: one that has changed meanwhile is left alone."""
    return [rows.filter(pk=pk) for pk in rows.values_list("pk", flat=True)]


def _alone(row: QuerySet[Any], work: Callable[[Any], None]) -> _Left | None:
    """Do `work` on the one of `row` in a transaction of its own; return what stays as it is, or None.

    It is logged unless the last run left it for the same reason.
    """
    found = None
    try:
        with transaction.atomic():
            found = row.first()
            if found is not None:
                work(found)
    except Exception as error:
        left = _Left(found, error)
        if left.key not in _logged and isinstance(error, ValidationError):
            logger.warning("%s stays as it is, though its date has come: %s", found, " ".join(error.messages))
        elif left.key not in _logged:
            logger.exception("%s stays as it is, though its date has come.", found)
        return left
    return None


def _unpublish(page: Any) -> None:
    page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


def _publish(revision: Revision) -> None:
    revision.publish(log_action="wagtail.publish.scheduled")
