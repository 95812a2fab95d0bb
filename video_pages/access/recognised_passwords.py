"""Recognise right passwords that this process has checked within ten minutes, without another hash.

When many requests bring the same password at once, one request computes the hash and the others use its result. An
entry is a keyed digest in memory, under a random key of this process: it is not on a disk and cannot be compared
between processes. An entry is valid while the guard has the hash that was checked, and for ten minutes; the number of
guards is bounded, and that of the texts at one guard, which its invitations have.

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
    """The texts that proved right at a guard with `guard_hash`: {digest: (the hash that a text has, until when)}."""

    guard_hash: str
    texts: dict[bytes, tuple[str, float]]


_CheckKey = tuple[str, str, bytes]  # the guard's key, its hash, the digest of the text


class _PendingCheck:
    """A hash that is being computed. After `is_over`, `outcome` is what it found, or None if it was not computed."""

    def __init__(self) -> None:
        self.is_over = threading.Event()
        self.outcome: str | None = None


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
        """Return whether `text`, normalised, proved to be a present password at `guard` in the last ten minutes."""
        return bool(self.hash_of(guard, text))

    @sensitive_variables("text")
    def hash_of(self, guard: Guard, text: str) -> str:
        """Return the hash that `text`, normalised, proved to have at `guard` in the last ten minutes, or "".

        It is that of the guard's password, or that of an invitation; whether one has it still, the caller finds out.
        """
        with self._lock:
            entry = self._entries.get(guard.key)
            if entry is None:
                return ""
            if entry.guard_hash != guard.password_hash:
                del self._entries[guard.key]
                return ""
            for digest, (_hash, until) in list(entry.texts.items()):
                if until > self._clock():
                    break  # the others were remembered later
                del entry.texts[digest]
            if not entry.texts:
                del self._entries[guard.key]
            return entry.texts.get(self.digest(guard, text), ("", 0.0))[0]

    @sensitive_variables("text")
    def remember(self, guard: Guard, text: str, password_hash: str = "") -> None:
        """Remember that `text` is the password behind `password_hash`, or without it behind that of `guard`."""
        digest = self.digest(guard, text)
        with self._lock:
            entry = self._entries.pop(guard.key, None)
            if entry is None or entry.guard_hash != guard.password_hash:
                entry = _Entry(guard.password_hash, {})
            entry.texts.pop(digest, None)
            entry.texts[digest] = (password_hash or guard.password_hash, self._clock() + self._seconds)
            while len(entry.texts) > self._size:
                del entry.texts[next(iter(entry.texts))]
            self._entries[guard.key] = entry
            while len(self._entries) > self._size:
                self._entries.popitem(last=False)

    @sensitive_variables("text")
    def drop(self, guard: Guard, text: str | None = None) -> None:
        """Drop `text`, normalised, at `guard`; without one every text that proved right there."""
        with self._lock:
            entry = self._entries.get(guard.key)
            if entry is not None and text is not None:
                entry.texts.pop(self.digest(guard, text), None)
            if text is None or entry is None or not entry.texts:
                self._entries.pop(guard.key, None)

    @sensitive_variables("text")
    def check(self, guard: Guard, text: str) -> bool:
        """Return whether `text`, normalised, is the password of `guard`; see `proven_hash`."""
        right = guard.password_hash
        return bool(self.proven_hash(guard, text, lambda: right if passwords.matches(text, right) else ""))

    @sensitive_variables("text")
    def proven_hash(self, guard: Guard, text: str, compute: Callable[[], str]) -> str:
        """Return the hash that `text`, normalised, has at `guard`, or "" if it is wrong.

        `compute()` finds that out by a hash, which requests at the same time share; a text that is recognised needs
        none. Raises HashingBusy if too many passwords are checked already.
        """
        known = self.hash_of(guard, text)
        if known:
            return known
        name = (guard.key, guard.password_hash, self.digest(guard, text))
        with self._lock:
            check = self._pending.get(name)
            if is_first := check is None:
                check = self._pending[name] = _PendingCheck()
        if is_first:
            return self._compute(name, check, guard, text, compute)
        with queues.waiting_slot():
            queues.release_server_connection()
            check.is_over.wait()
        if check.outcome is None:
            raise queues.HashingBusy
        return check.outcome or compute()

    @sensitive_variables("text")
    def _compute(
        self, name: _CheckKey, check: _PendingCheck, guard: Guard, text: str, compute: Callable[[], str]
    ) -> str:
        try:
            # Looked up again: another check may have ended between the first look-up and the start of this one.
            check.outcome = self.hash_of(guard, text) or compute()
            if check.outcome and not self.recognises(guard, text):
                self.remember(guard, text, check.outcome)
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
