"""Right passwords that this process has checked within ten minutes, recognised without another hash.

When a crowd types the same password at once, one pays for the hash and the others follow. What is kept is a keyed
digest in memory, under a random key of this process: nothing on a disk, nothing to compare between processes. An entry
holds only while the guard's hash is the one that was checked, for ten minutes from then, and for a bounded number of
guards.

A wrong password is never recognised: each costs a hash of its own, also a text that another request has just found
wrong.
"""

import collections
import hashlib
import hmac
import secrets
import threading
import time
from typing import NamedTuple

from django.views.decorators.debug import sensitive_variables

from video_pages.access import passwords, queues

KEPT_SECONDS = 10 * 60
MAX_GUARDS = 1000


class _Entry(NamedTuple):
    password_hash: str
    digest: bytes
    until: float


class _PendingCheck:
    """One hash that is being computed, and those who wait for its outcome: True, False, or None if it was given up."""

    def __init__(self):
        self.is_over = threading.Event()
        self.outcome = None


class RecognisedPasswords:
    """The memory of one process; safe for threads."""

    def __init__(self, *, seconds=KEPT_SECONDS, size=MAX_GUARDS, clock=time.monotonic):
        self._seconds, self._size, self._clock = seconds, size, clock
        self._key = secrets.token_bytes(32)
        self._entries = collections.OrderedDict()  # by guard key, the oldest first
        self._pending = {}
        self._lock = threading.Lock()

    def __len__(self):
        return len(self._entries)

    @sensitive_variables("text")
    def recognises(self, guard, text):
        """True if `text`, normalised, was found to be the present password of `guard` within the last ten minutes."""
        with self._lock:
            entry = self._entries.get(guard.key)
            if entry is None:
                return False
            if entry.password_hash != guard.password_hash or entry.until <= self._clock():
                del self._entries[guard.key]
                return False
        return hmac.compare_digest(entry.digest, self._digest(guard, text))

    @sensitive_variables("text")
    def remember(self, guard, text):
        """Keep that `text` is the password behind the hash of `guard`."""
        entry = _Entry(guard.password_hash, self._digest(guard, text), self._clock() + self._seconds)
        with self._lock:
            self._entries.pop(guard.key, None)
            self._entries[guard.key] = entry
            while len(self._entries) > self._size:
                self._entries.popitem(last=False)

    @sensitive_variables("text")
    def check(self, guard, text):
        """True if `text`, normalised, is the password of `guard`: recognised, or hashed once for all who ask now.

        Raises HashingBusy if too many passwords are being checked already.
        """
        if self.recognises(guard, text):
            return True
        name = (guard.key, guard.password_hash, self._digest(guard, text))
        with self._lock:
            check = self._pending.get(name)
            leads = check is None
            if leads:
                check = self._pending[name] = _PendingCheck()
        if leads:
            return self._lead(name, check, guard, text)
        with queues.waiting_slot():
            queues.release_server_connection()
            check.is_over.wait()
        if check.outcome is None:
            raise queues.HashingBusy
        return check.outcome or passwords.matches(text, guard.password_hash)

    @sensitive_variables("text")
    def _lead(self, name, check, guard, text):
        try:
            # Asked again: another check may have landed between the first look and this one's start.
            check.outcome = self.recognises(guard, text) or passwords.matches(text, guard.password_hash)
            if check.outcome and not self.recognises(guard, text):
                self.remember(guard, text)
            return check.outcome
        finally:
            with self._lock:
                del self._pending[name]
            check.is_over.set()

    @sensitive_variables("text")
    def _digest(self, guard, text):
        # Django's hashes are salted, so the same password at two guards has two digests.
        message = f"{guard.password_hash}\0{text}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, message, hashlib.sha256).digest()


recognised = RecognisedPasswords()
