"""/healthz: is the site well? Says which part is not, and nothing an outsider could use."""

import os

from django.conf import settings
from django.db import DatabaseError
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from video_pages import clock
from video_pages.worker.models import PeriodicRun, WorkerHeartbeat

OK, DOWN = "ok", "down"


@require_safe
@never_cache
def healthz(request):
    """Answer 200 if web, database, storage and worker are well, else 503; JSON with a word for each part.

    `periodic` maps each piece of periodic work to the time its last run ended (ISO 8601), or null.
    """
    report = {"web": OK, "storage": _storage(), **_database_and_worker(clock.now())}
    is_well = all(value == OK for name, value in report.items() if name != "periodic")
    return JsonResponse({"status": OK if is_well else DOWN, **report}, status=200 if is_well else 503)


def _storage():
    """The library's directory can be read and written."""
    root = settings.PROTECTED_ROOT
    return OK if os.path.isdir(root) and os.access(root, os.R_OK | os.W_OK | os.X_OK) else DOWN


def _database_and_worker(now):
    try:
        is_alive = WorkerHeartbeat.objects.alive(now).exists()
        runs = dict(PeriodicRun.objects.order_by("name").values_list("name", "last_finished_at"))
    except DatabaseError:
        return {"database": DOWN, "worker": "unknown", "periodic": {}}
    periodic = {name: finished.isoformat() if finished else None for name, finished in runs.items()}
    return {"database": OK, "worker": OK if is_alive else DOWN, "periodic": periodic}
