"""Recognise right passwords that this process has checked within ten minutes, without another hash.

When many requests bring the same password at once, one request computes the hash and the others use its result. An
entry is a keyed digest in memory, under a random key of this process: it is not on a disk and cannot be compared
between processes. An entry is valid while the guard has the hash that was checked, and for ten minutes; the number of
guards is bounded.

A wrong password is never recognised: each costs a hash of its own, also a text that another request has just found
wrong.
"""

import collections
import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from django.views.decorators.debug import sensitive_variables

from video_pages.access import passwords, queues
from video_pages.access.guard import Guard

KEPT_SECONDS = 10 * 60
MAX_GUARDS = 1000


class _Entry(NamedTuple):
    password_hash: str
    digest: bytes
    until: float


_CheckKey = tuple[str, str, bytes]  # the guard's key, its hash, the digest of the text


class _PendingCheck:
    """A hash that is being computed. After `is_over`, `outcome` is True, False, or None if it was not computed."""

    def __init__(self) -> None:
        self.is_over = threading.Event()
        self.outcome: bool | None = None


class RecognisedPasswords:
    """The memory of one process; safe for threads."""

    def __init__(
        self, *, seconds: float = KEPT_SECONDS, size: int = MAX_GUARDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds, self._size, self._clock = seconds, size, clock
        self._key = secrets.token_bytes(32)
        self._entries: collections.OrderedDict[str, _Entry] = collections.OrderedDict()  # by guard key, oldest first
        self._pending: dict[_CheckKey, _PendingCheck] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    @sensitive_variables("text")
    def recognises(self, guard: Guard, text: str) -> bool:
        """Return whether `text`, normalised, proved to be the present password of `guard` in the last ten minutes."""
        with self._lock:
            entry = self._entries.get(guard.key)
            if entry is None:
                return False
            if entry.password_hash != guard.password_hash or entry.until <= self._clock():
                del self._entries[guard.key]
                return False
        return hmac.compare_digest(entry.digest, self.digest(guard, text))

    @sensitive_variables("text")
    def remember(self, guard: Guard, text: str) -> None:
        """Remember that `text` is the password behind the hash of `guard`."""
        entry = _Entry(guard.password_hash, self.digest(guard, text), self._clock() + self._seconds)
        with self._lock:
            self._entries.pop(guard.key, None)
            self._entries[guard.key] = entry
            while len(self._entries) > self._size:
                self._entries.popitem(last=False)

    @sensitive_variables("text")
    def check(self, guard: Guard, text: str) -> bool:
        """Return whether `text`, normalised, is the password of `guard`; requests at the same time share one hash.

        Raises HashingBusy if too many passwords are checked already.
        """
        if self.recognises(guard, text):
            return True
        name = (guard.key, guard.password_hash, self.digest(guard, text))
        with self._lock:
            check = self._pending.get(name)
            if is_first := check is None:
                check = self._pending[name] = _PendingCheck()
        if is_first:
            return self._compute(name, check, guard, text)
        with queues.waiting_slot():
            queues.release_server_connection()
            check.is_over.wait()
        if check.outcome is None:
            raise queues.HashingBusy
        return check.outcome or passwords.matches(text, guard.password_hash)

    @sensitive_variables("text")
    def _compute(self, name: _CheckKey, check: _PendingCheck, guard: Guard, text: str) -> bool:
        try:
            # Looked up again: another check may have ended between the first look-up and the start of this one.
            check.outcome = self.recognises(guard, text) or passwords.matches(text, guard.password_hash)
            if check.outcome and not self.recognises(guard, text):
                self.remember(guard, text)
            return check.outcome
        finally:
            with self._lock:
                del self._pending[name]
            check.is_over.set()

    @sensitive_variables("text")
    def digest(self, guard: Guard, text: str) -> bytes:
        """Return the keyed digest of `text` at the hash of `guard`: 32 bytes, comparable within this process only."""
        # Django's hashes are salted, so the same password at two guards has two digests.
        message = f"{guard.password_hash}\0{text}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, message, hashlib.sha256).digest()


recognised = RecognisedPasswords()
