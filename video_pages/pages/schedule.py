"""Publish and unpublish the pages whose dates have come, each for itself.

Wagtail's own command does the same in one loop: a page that cannot be published, such as one whose slug another page
has taken, ends it for all with a later date, at each try.
"""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from wagtail.models import DraftStateMixin, Page, Revision

from video_pages.core import clock

LATE = dt.timedelta(minutes=5)
"""After its date by this much, a page that is not published is one that cannot be: the task runs each minute."""

logger = logging.getLogger(__name__)


class ScheduleError(Exception):
    """Pages could not be published or unpublished for a reason that no editor can mend; all others were."""


def run_schedule(now: dt.datetime) -> None:
    """Unpublish what ends before `now`, then publish the revisions whose dates are before it.

    If the clock of this machine, by which Wagtail decides, is behind `now` (aware), it counts. Raises ScheduleError
    when all have been tried, if there was an error other than that of an invalid page.
    """
    errors, now = [], min(now, clock.of_this_machine())
    for model in _models():
        ended = model.objects.filter(live=True, expire_at__lt=now).order_by("expire_at")
        errors += [_alone(each, _unpublish) for each in _each(ended)]
    due = Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at")
    errors += [_alone(each, _publish) for each in _each(due)]
    names = [error for error in errors if error]
    if names:
        raise ScheduleError("; ".join(names))


def late_revisions(now: dt.datetime) -> QuerySet[Revision]:
    """Return the revisions of pages that should have been published before `now`, and could not be."""
    return Revision.page_revisions.filter(approved_go_live_at__lt=now - LATE)


def _models() -> list[Any]:
    others = [model for model in apps.get_models() if issubclass(model, DraftStateMixin)]
    return [Page, *(model for model in others if not issubclass(model, Page))]


def _each(rows: QuerySet[Any]) -> list[QuerySet[Any]]:
    """Return a queryset for each of `rows`, with their condition: one that has changed meanwhile is left alone."""
    return [rows.filter(pk=pk) for pk in rows.values_list("pk", flat=True)]


def _alone(row: QuerySet[Any], work: Callable[[Any], None]) -> str:
    """Do `work` on the one of `row` in a transaction of its own; return the error that no editor can mend, or ""."""
    found = None
    try:
        with transaction.atomic():
            found = row.first()
            if found is not None:
                work(found)
    except ValidationError as error:
        logger.warning("%s stays as it is, though its date has come: %s", found, " ".join(error.messages))
    except Exception as error:
        logger.exception("%s stays as it is, though its date has come.", found)
        return f"{found}: {type(error).__name__}: {error}"
    return ""


def _unpublish(page: Any) -> None:
    page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


def _publish(revision: Revision) -> None:
    revision.publish(log_action="wagtail.publish.scheduled")
