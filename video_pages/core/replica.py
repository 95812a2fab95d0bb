"""Statistics may be read from a replica of PostgreSQL (DATABASE_REPLICA_URL), and nothing else may.

`Router` sends a model to the replica only if it is one of MODELS and only inside a function with `from_replica`. So no
verdict, password, session or page can be read there, whatever the code around it does. The primary is used instead

- inside a transaction, which may have written what is read;
- if the replica does not have everything that the primary had when the question began: it is asked again after
  RETRY_SECONDS;
- if the replica does not answer: the function runs again on the primary.

What is read is therefore at most FRESH_SECONDS older than it would be on the primary.
"""

import functools
import logging
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections
from django.db.models import Model

ALIAS = "replica"
MODELS = frozenset(
    f"video_pages.{name}"
    for name in ("dailystatistics", "dailysitestatistics", "dailyreach", "rolledday", "videoview", "accessevent")
)
FRESH_SECONDS = 1.0
CATCH_UP_SECONDS = 0.2
"""For so long a question waits for a replica that is a moment behind."""
RETRY_SECONDS = 10.0

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

_is_reading: ContextVar[bool] = ContextVar("is_reading_from_replica", default=False)
logger = logging.getLogger(__name__)


class Router:
    """A database router of Django."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return ALIAS if _is_reading.get() and model._meta.label_lower in MODELS else None

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == ALIAS else None


class _Replica:
    """The state of the replica, as this process knows it: if it may be read now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        self._asked = self._refused = -RETRY_SECONDS
        self._was_usable = True

    def is_usable(self) -> bool:
        """Return whether the replica has what the primary had FRESH_SECONDS ago or later."""
        now = time.monotonic()
        with self._lock:
            if now - self._asked < FRESH_SECONDS:
                return True
            if now - self._refused < RETRY_SECONDS:
                return False
        try:
            has_all = _has_caught_up()
        except (DatabaseError, InterfaceError) as error:
            self.refuse(f"it does not answer ({type(error).__name__})")
            return False
        if not has_all:
            self.refuse("it is behind, or no replica")
            return False
        with self._lock:
            self._asked, is_news, self._was_usable = now, not self._was_usable, True
        if is_news:
            logger.warning("Statistics are read from the replica again.")
        return True

    def refuse(self, reason: str) -> None:
        """Use the primary for RETRY_SECONDS; log the beginning of an outage."""
        with self._lock:
            self._asked, self._refused = -RETRY_SECONDS, time.monotonic()
            is_news, self._was_usable = self._was_usable, False
        if is_news:
            logger.warning("The replica is not used: %s. Statistics are read from the primary.", reason)


replica = _Replica()


def from_replica(read: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Decorate a function that reads statistics and returns values, not querysets, so that it reads from the replica.

    It may run twice.
    """

    @functools.wraps(read)
    def wrapped(*arguments: Parameters.args, **keywords: Parameters.kwargs) -> Result:
        if ALIAS not in connections.settings or _is_reading.get():
            return read(*arguments, **keywords)
        if connections[DEFAULT_DB_ALIAS].in_atomic_block or not replica.is_usable():
            return read(*arguments, **keywords)
        token = _is_reading.set(True)
        try:
            return read(*arguments, **keywords)
        except (DatabaseError, InterfaceError) as error:
            # Also a query that the replica cancelled, because it had to apply a change of the same rows.
            replica.refuse(f"a query failed ({type(error).__name__})")
        finally:
            _is_reading.reset(token)
        return read(*arguments, **keywords)

    return wrapped


def _has_caught_up() -> bool:
    """Return whether the replica has applied all that the primary had written at the moment of the call."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()::text")
        (position,) = cursor.fetchone()
    deadline = time.monotonic() + CATCH_UP_SECONDS
    while True:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(
                "SELECT pg_is_in_recovery() AND pg_wal_lsn_diff(pg_last_wal_replay_lsn(), %s::pg_lsn) >= 0", [position]
            )
            (has_all,) = cursor.fetchone()
        if has_all or time.monotonic() >= deadline:
            return bool(has_all)
        time.sleep(0.02)
