"""/healthz: the health of each part of the site, without details that an outsider could use.

/healthz/live   this process answers; no part is checked
/healthz/ready  requests can be served: for load balancers
/healthz        every part, with the worker and the cache
"""

import time
from collections.abc import Collection, Iterable

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from video_pages.library.identity import LibraryState
from video_pages.library.storage import protected_storage
from video_pages.worker import probes
from video_pages.worker.probes import DOWN, OK

READY = (probes.DATABASE, probes.LIBRARY)
ALL = (probes.LIBRARY, probes.STORAGE, probes.WORKER, probes.CACHE)


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """Answer 200: a supervisor restarts a process that does not answer, and not one whose database is down."""
    return JsonResponse({"status": OK})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 if the database answers and the library belongs to it, else 503.

    The worker, the cache and a full disk are not checked: without them visitors still watch. A bucket that does not
    answer is the same for every server: pages open, and taking this one out of the balance would help nobody.
    """
    tolerated = {DOWN, LibraryState.AWAY.value} if protected_storage().is_remote else set()
    return _report(READY, tolerated=tolerated)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 if web, database, library, storage, worker and cache are healthy, else 503.

    The answer is JSON with the status of each part: `ok`, `down`, `full` for a storage without room, `missing` or
    `foreign` for a library without its identity file or with that of another database, `unknown` for a worker while
    the database does not answer. `periodic` maps each periodic task to the time at which its last run ended (ISO 8601),
    or null.
    """
    return _report(ALL, web=OK)


def _report(checked: Iterable[probes.Probe], *, tolerated: Collection[str] = (), **statuses: object) -> JsonResponse:
    """Return the answer with the result of each of the `checked` probes, which run at the same time.

    `tolerated` are states of the library that count as healthy.
    """
    deadline = time.monotonic() + probes.LIMIT_SECONDS
    for probe, run in [(probe, probe.start()) for probe in checked]:
        statuses.update(probe.result(run, deadline))
    is_healthy = all(
        status == OK or (part == "library" and status in tolerated)
        for part, status in statuses.items()
        if part != "periodic"
    )
    return JsonResponse({"status": OK if is_healthy else DOWN, **statuses}, status=200 if is_healthy else 503)
