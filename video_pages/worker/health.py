"""/healthz: is the site well? Says which part is not, and nothing an outsider could use.

/healthz/live   this process answers; nothing is asked
/healthz/ready  requests can be served: what a balancer asks before it sends visitors here
/healthz        every part, the worker and the cache included
"""

import time

from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from video_pages.worker import probes
from video_pages.worker.probes import DOWN, OK

READY = (probes.DATABASE, probes.LIBRARY)
ALL = (probes.LIBRARY, probes.STORAGE, probes.WORKER, probes.CACHE)


@require_safe
@never_cache
def live(request):
    """Answer 200: whoever restarts what hangs asks this, so that a database that is away restarts nothing."""
    return JsonResponse({"status": OK})


@require_safe
@never_cache
def ready(request):
    """Answer 200 if the database can be asked and the library is the one that it knows, else 503.

    Not for the worker, the cache or a full disk: without them visitors still watch.
    """
    return _answer(READY)


@require_safe
@never_cache
def healthz(request):
    """Answer 200 if web, database, library, storage, worker and cache are well, else 503.

    The answer is JSON with a word for each part: `ok`, `down`, `full` for a storage without room, `missing` or
    `foreign` for a library without its identity file or with another's, `unknown` for a worker while there is no
    database to ask. `periodic` maps each piece of periodic work to the time its last run ended (ISO 8601), or null.
    """
    return _answer(ALL, web=OK)


def _answer(asked, **report):
    deadline = time.monotonic() + probes.LIMIT_SECONDS
    for probe, run in [(probe, probe.begin()) for probe in asked]:
        report.update(probe.answer(run, deadline))
    is_well = all(word == OK for part, word in report.items() if part != "periodic")
    return JsonResponse({"status": OK if is_well else DOWN, **report}, status=200 if is_well else 503)
