"""Let one request check a password while requests with the same text at the same guard wait for its outcome.

A crowd that types the same new password at once would otherwise write a guess for each request and delete it again,
only to find that the first hash was enough. After a right outcome the password is recognised, so the requests that
waited write no guess. After a wrong one each continues alone: it takes a place of its own and pays for a hash.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator

from django.views.decorators.debug import sensitive_variables

from video_pages.access import queues
from video_pages.access.guard import Guard
from video_pages.access.recognised_passwords import recognised

WAIT_SECONDS = 25

_Key = tuple[str, bytes]  # the guard's key, the digest of its hash and the text


class Check:
    """The attempt of the request that goes first. Its outcome is True, False, or None if nothing was checked."""

    def __init__(self, key: _Key) -> None:
        self._key = key
        self._is_over = threading.Event()
        self.is_right: bool | None = None

    def wait(self) -> None:
        """Wait until the attempt is over, at most WAIT_SECONDS. Raises HashingBusy if too many requests wait."""
        with queues.waiting_slot():
            queues.release_server_connection()
            self._is_over.wait(WAIT_SECONDS)

    def finish(self) -> None:
        """End the attempt with the outcome that `is_right` has; a second call changes nothing."""
        with _lock:
            if _attempts.get(self._key) is self:
                del _attempts[self._key]
        self._is_over.set()


_attempts: dict[_Key, Check] = {}
_lock = threading.Lock()


@contextlib.contextmanager
@sensitive_variables("text")
def turn(guard: Guard, text: str, *, is_right: Callable[[], bool], may_wait: Callable[[], bool]) -> Iterator[Check]:
    """Wait while another request checks `text`, as typed, at `guard`; yield the Check of this one.

    A text of which `is_right()` returns that it is recognised needs no check, so nothing waits for it.
    The block sets `is_right` of the Check as soon as it has checked `text`, and calls `finish` before it waits for
    anything but its own hash. `may_wait()` is asked before each wait: a client whose guesses are limited must not
    learn, by the time that its answer takes, which text another visitor typed. Raises HashingBusy if too many requests
    wait already.
    """
    attempt, is_first = _join(guard, text, is_right, may_wait)
    try:
        yield attempt
    finally:
        if is_first:
            attempt.finish()


@sensitive_variables("text")
def _join(guard: Guard, text: str, is_right: Callable[[], bool], may_wait: Callable[[], bool]) -> tuple[Check, bool]:
    """Return the Check of this request, and whether others wait for it."""
    key = (guard.key, recognised.digest(guard, text))
    own = Check(key)
    while not is_right():
        with _lock:
            first = _attempts.setdefault(key, own)
        if first is own:
            return own, True
        if not may_wait():
            break
        first.wait()
        if first.is_right is not None:
            break
    return own, False
