"""Numbers for Prometheus that the processes of the web server count; `site_config.monitoring.metrics` publishes them.

Every value of a label comes from a short list: the name of a route, a status, a state. Never a path, a title or an
address, so the number of time series is bounded and no series tells about a person.

A request for bytes of a video costs little processor time, and a counter that several processes share costs some of
it. So such a request only appends to a queue in memory. A thread of the process counts what the queue holds once a
second. Where the server is gunicorn, the counters are in files that all processes read (prometheus-client's
multiprocess mode, `site_config.monitoring.metrics.files`).
"""

import logging
import os
import threading
from collections import deque
from collections.abc import Callable

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

PREFIX = "screening_room_"
FLUSH_SECONDS = 1.0
MEMORY, DATABASE, VIEW = "memory", "database", "view"
"""How a verdict was made: found in memory (warm), by two queries (cold), or by the view with all of Django."""

REGISTRY = CollectorRegistry()
REQUESTS = Counter(f"{PREFIX}requests", "Requests by route and status.", ["route", "status"], registry=REGISTRY)
REQUEST_SECONDS = Histogram(
    f"{PREFIX}request_seconds",
    "Seconds from the request to the head of its response; the body of a stream follows.",
    ["route"],
    buckets=(0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10),
    registry=REGISTRY,
)
VERDICTS = Counter(
    f"{PREFIX}verdicts", "Verdicts of delivery by their source and outcome.", ["source", "outcome"], registry=REGISTRY
)
VERDICT_SECONDS = Histogram(
    f"{PREFIX}verdict_seconds",
    "Seconds that a verdict of delivery took.",
    ["source"],
    buckets=(0.00005, 0.0005, 0.005, 0.05, 0.5, 5),
    registry=REGISTRY,
)
STREAMS_OPEN = Gauge(
    f"{PREFIX}streams_open",
    "Files of videos that the application is sending now.",
    multiprocess_mode="livesum",
    registry=REGISTRY,
)
SENT_BYTES = Counter(f"{PREFIX}sent_bytes", "Bytes of bodies that the application has sent.", registry=REGISTRY)
UNLOCKS = Counter(
    f"{PREFIX}unlock_attempts",
    "Passwords typed at pages, by result: unlocked, wrong, limited, busy and others.",
    ["result"],
    registry=REGISTRY,
)
CACHE_ERRORS = Counter(f"{PREFIX}cache_errors", "Errors of a cache, each of which is a miss.", registry=REGISTRY)
CONNECTIONS = Gauge(
    f"{PREFIX}database_connections",
    "Connections of the pools of this machine's web processes: in_use, idle, or requests that wait for one.",
    ["database", "state"],
    multiprocess_mode="livesum",
    registry=REGISTRY,
)

logger = logging.getLogger(__name__)


class Tally:
    """The queues of this process, until `flush` counts them. Safe for threads; the `note_` functions take no lock."""

    def __init__(self) -> None:
        self.is_on = bool(settings.METRICS_PORT or settings.METRICS_TOKEN)
        self.samplers: list[Callable[[], None]] = []
        """Functions that set a gauge to its present value, before each publication."""
        self.reset()

    def reset(self) -> None:
        """Begin with empty queues, as in a child process after a fork."""
        self._requests: deque[tuple[str, int, float]] = deque()
        self._verdicts: deque[tuple[str, bool, float]] = deque()
        self._sent: deque[int] = deque()
        self._open: set[int] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def note_request(self, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered with `status` after `seconds`; `route` is the name of a URL pattern."""
        if self.is_on:
            self._requests.append((route, status, seconds))
            if self._thread is None:
                self._start()

    def note_verdict(self, source: str, seconds: float, *, is_allowed: bool) -> None:
        """Count a verdict; `source` is MEMORY, DATABASE or VIEW."""
        if self.is_on:
            self._verdicts.append((source, is_allowed, seconds))

    def note_sent(self, sent_bytes: int) -> None:
        """Count bytes of a body."""
        if self.is_on:
            self._sent.append(sent_bytes)

    def begin_stream(self, stream: object) -> None:
        """Count `stream` as open until `end_stream`."""
        if self.is_on:
            self._open.add(id(stream))

    def end_stream(self, stream: object, sent_bytes: int) -> None:
        """Count `stream` as ended, and its bytes; a second call for the same stream changes nothing."""
        if id(stream) in self._open:
            self._open.discard(id(stream))
            self._sent.append(sent_bytes)

    def flush(self) -> None:
        """Count what is queued, and set the gauges."""
        with self._lock:
            self._count()
            STREAMS_OPEN.set(len(self._open))
            for sample in self.samplers:
                sample()

    def _count(self) -> None:
        requests: dict[tuple[str, int], int] = {}
        for _each in range(len(self._requests)):
            route, status, seconds = self._requests.popleft()
            requests[route, status] = requests.get((route, status), 0) + 1
            REQUEST_SECONDS.labels(route).observe(seconds)
        for (route, status), number in requests.items():
            REQUESTS.labels(route, str(status)).inc(number)
        verdicts: dict[tuple[str, bool], int] = {}
        for _each in range(len(self._verdicts)):
            source, is_allowed, seconds = self._verdicts.popleft()
            verdicts[source, is_allowed] = verdicts.get((source, is_allowed), 0) + 1
            VERDICT_SECONDS.labels(source).observe(seconds)
        for (source, is_allowed), number in verdicts.items():
            VERDICTS.labels(source, "allowed" if is_allowed else "refused").inc(number)
        sent_bytes = sum(self._sent.popleft() for _each in range(len(self._sent)))
        if sent_bytes:
            SENT_BYTES.inc(sent_bytes)

    def _start(self) -> None:
        """Start the thread. In the multiprocess mode it is the first of a process, so each has its own after a fork."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="metrics", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(FLUSH_SECONDS):
            try:
                self.flush()
            except Exception:  # a number that is missing must not end the other numbers
                logger.exception("The numbers for Prometheus could not be counted.")


tally = Tally()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=tally.reset)
