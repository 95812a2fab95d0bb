"""The runs that a worker makes: one when somebody has asked for it in the admin, and one each night if set so."""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone

from video_pages.core import clock
from video_pages.self_test.base import NotThisSite, usual_base
from video_pages.self_test.models import KEPT_RUNS, SelfTestRun
from video_pages.self_test.running import Result, run_self_test

MOST_ROWS = 3000
"""Rows that a run keeps; all red ones come first."""
NIGHT = range(2, 6)
"""Hours of the site's time zone in which the nightly run begins."""
ABANDONED_AFTER = dt.timedelta(minutes=30)
"""A run that has not ended by then was killed: it takes 10 minutes at most."""

logger = logging.getLogger(__name__)


def ask_for_run(user: User | None = None) -> SelfTestRun:
    """Queue a run for the next worker, or return the one that is queued or runs already."""
    waiting = SelfTestRun.objects.filter(state__in=[SelfTestRun.State.QUEUED, SelfTestRun.State.RUNNING]).first()
    return waiting or SelfTestRun.objects.create(asked_by=user, asked_at=clock.now())


def run_due(*, is_stopping: Callable[[], bool] = lambda: False) -> SelfTestRun | None:
    """Make the run that is queued, or that of the night if it is due; return it. Only one worker makes it."""
    now = clock.now()
    left = Q(state=SelfTestRun.State.RUNNING, started_at__lt=now - ABANDONED_AFTER)
    SelfTestRun.objects.filter(left).update(
        state=SelfTestRun.State.FAILED, finished_at=now, error="The worker was killed while it ran."
    )
    run = SelfTestRun.objects.filter(state=SelfTestRun.State.QUEUED).order_by("pk").first()
    if run is None and is_night_due(now):
        run = ask_for_run()
    if run is None or not _claim(run, now):
        return None
    try:
        columns = _columns(run_self_test(usual_base(), is_stopping=is_stopping))
    except NotThisSite as error:
        columns = {"state": SelfTestRun.State.FAILED, "error": str(error)}
    except Exception as error:
        logger.exception("The self-test failed.")
        columns = {"state": SelfTestRun.State.FAILED, "error": f"{type(error).__name__}: {error}"[:2000]}
    SelfTestRun.objects.filter(pk=run.pk).update(finished_at=clock.now(), **columns)
    _forget_old_runs()
    run.refresh_from_db()
    if run.red:
        logger.error("The self-test found %s answers of %s that a stranger should not get.", run.red, run.checked)
    return run


def is_night_due(now: dt.datetime) -> bool:
    """Return whether the nightly run is switched on, it is night, and none has begun within 12 hours."""
    if not settings.SELF_TEST_NIGHTLY or timezone.localtime(now).hour not in NIGHT:
        return False
    return not SelfTestRun.objects.filter(asked_at__gt=now - dt.timedelta(hours=12)).exists()


def latest_run() -> SelfTestRun | None:
    """Return the run that has ended last, without its rows."""
    return SelfTestRun.objects.over().defer("rows").first()


def _claim(run: SelfTestRun, now: dt.datetime) -> bool:
    queued = SelfTestRun.objects.filter(pk=run.pk, state=SelfTestRun.State.QUEUED)
    return bool(queued.update(state=SelfTestRun.State.RUNNING, started_at=now))


def _columns(result: Result) -> dict[str, Any]:
    in_order = sorted(result.rows, key=lambda row: row.ok)[:MOST_ROWS]
    return {
        "state": SelfTestRun.State.DONE,
        "base_url": result.base_url,
        "sampling": result.sampling,
        "checked": len(result.rows),
        "red": len(result.red),
        "rows": [[row.subject, row.what, row.path, row.expected, row.found, int(row.ok)] for row in in_order],
    }


def _forget_old_runs() -> None:
    kept = SelfTestRun.objects.order_by("-pk").values_list("pk", flat=True)[:KEPT_RUNS]
    SelfTestRun.objects.exclude(pk__in=list(kept)).delete()
