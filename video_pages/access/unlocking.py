"""Unlock: from a typed password to an access row, by the password of the page or that of an invitation."""

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from video_pages.access import passwords, queues, shared_attempts, throttle
from video_pages.access.access_length import AccessLength
from video_pages.access.grant import grant
from video_pages.access.guard import Guard, access_states, source_pages
from video_pages.access.guess_limit import Allowance
from video_pages.access.invitations import typed
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.opening import CodeNeeded, InvitationClosed, open_invitation
from video_pages.access.locks import lock_guard
from video_pages.access.models import Guess, VideoAccessSession
from video_pages.access.password_setups import is_outdated, setup_of
from video_pages.access.recognised_passwords import recognised
from video_pages.access.visitor import Visitor
from video_pages.core import clock
from video_pages.core.page_protocols import LockablePage

HASHES_PER_UNLOCK = 3  # the stored hash may change while a password is checked: a re-hash, or a new password


class WrongPassword(Exception):
    """The typed password does not open the guard; `allowance` is the Allowance of the next guess, or None."""

    def __init__(self, allowance: Allowance | None = None) -> None:
        super().__init__("wrong password")
        self.allowance = allowance


class AccessOver(Exception):
    """The date of the guard's password has passed, so it opens nothing."""


class Unlocked(NamedTuple):
    """The result of a right password: the VideoAccessSession `row` for the Guard `guard`.

    `invitation` is the one whose password it was, None for the password of the guard itself.
    """

    row: VideoAccessSession
    guard: Guard
    invitation: Invitation | None = None


@sensitive_variables("password", "texts")
def unlock(
    page: LockablePage,
    visitor: Visitor,
    *,
    guard: Guard | None,
    reach: Sequence[int] | None = None,
    password: str,
    new_key: str,
    length: AccessLength,
    now: dt.datetime | None = None,
) -> Unlocked:
    """Give `visitor` access to `page`, a source video or section, if `password` opens it.

    `guard` is the `typed.entrance` of the page, None if no password opens it, and `reach` is that of its AccessState,
    read just before; without `reach` it is read again. `new_key` is the digest under which the browser holds this and
    all its earlier rows from now on. Raises TooManyGuesses before anything is hashed, WrongPassword if `password` is
    wrong or there is no guard, HashingBusy if too many passwords are checked already, InvitationClosed for the password
    of an invitation that opens nothing now, CodeNeeded for that of one that needs a mail code, and AccessOver for any
    password once the date of the guard has passed, which costs neither a hash nor a guess.
    """
    now = now or clock.now()
    if guard is None:
        raise WrongPassword
    if guard.is_over(now):
        raise AccessOver
    texts = passwords.spellings(password)
    typing = _Typing(page, visitor, guard, texts, new_key=new_key, length=length, now=now)
    with shared_attempts.turn(guard, password, is_right=typing.is_right, may_wait=typing.may_wait) as attempt:
        guess = throttle.admit(
            guard,
            visitor.guesser,
            is_right=typing.is_right,
            opens=typing.open_at_once,
            before_waiting=attempt.finish,
            now=now,
        )
        if isinstance(guess, Unlocked):
            return guess
        try:
            unlocked = typing.check(guess, reach)
        except WrongPassword:
            attempt.is_right = False
            throttle.count_miss(guess)
            raise WrongPassword(throttle.allowance_for(guard, visitor.guesser, now=now)) from None
        except (queues.HashingBusy, AccessOver, InvitationClosed, CodeNeeded):
            throttle.withdraw(guess)
            raise
        attempt.is_right = True
    return unlocked


class _Typing:
    """The `texts` that `visitor` typed at `page`, locked by `guard`, and how they open it; see `unlock`.

    No `__repr__` of it may show the texts: reports of errors have the variables of each function.
    """

    @sensitive_variables("texts")
    def __init__(
        self,
        page: LockablePage,
        visitor: Visitor,
        guard: Guard,
        texts: Sequence[str],
        *,
        new_key: str,
        length: AccessLength,
        now: dt.datetime,
    ) -> None:
        self._page, self._visitor, self._guard, self._texts = page, visitor, guard, texts
        self._new_key, self._length, self._now = new_key, length, now

    def is_right(self) -> bool:
        """Return whether one of the texts is recognised as right, without a hash."""
        known = self._known_hash()
        return bool(known) and not is_outdated(known)

    def may_wait(self) -> bool:
        """Return whether the visitor has a guess left."""
        return throttle.allowance_for(self._guard, self._visitor.guesser, now=self._now).left > 0

    def open_at_once(self) -> Unlocked | None:
        """Open the page by a text that is recognised; None without one, or if the page has moved meanwhile."""
        current, reach = _entrance(self._page, self._now)
        known = self._known_hash()
        return self._open(current, reach, known) if known and current and current == self._guard else None

    @sensitive_variables("right")
    def check(self, guess: Guess, reach: Sequence[int] | None) -> Unlocked:
        """Check the texts; if one is right, open the page in the transaction that withdraws `guess`."""
        guard = self._guard
        if reach is None:
            _guard, reach = _entrance(self._page, self._now)
        for _attempt in range(HASHES_PER_UNLOCK):
            right = verify(guard, self._texts, reach)
            if right is None:
                raise WrongPassword
            fresh_hash = passwords.refreshed_hash(right.text, right.password_hash)
            with queues.serialised(str(guess.pk)), transaction.atomic():
                lock_guard(guard, shared=not fresh_hash)  # requests that share one hash continue in parallel
                current, reach = _entrance(self._page, self._now)
                if current and current == guard:
                    unlocked = self._open(current, reach, right.password_hash)
                    if unlocked:
                        if fresh_hash:
                            _renew(unlocked, right.password_hash, fresh_hash)
                        throttle.withdraw(guess)
                        return unlocked
                    recognised.drop(guard)  # an invitation has been deleted, or has got another hash
            if current is None or current.key != guard.key:
                raise WrongPassword
            guard = current
        raise WrongPassword

    def _known_hash(self) -> str:
        return next(filter(None, (recognised.hash_of(self._guard, text) for text in self._texts)), "")

    def _open(self, current: Guard, reach: Sequence[int], password_hash: str) -> Unlocked | None:
        """Give access by the password or invitation that has `password_hash` now; None if none has it any more."""
        visitor, now = self._visitor, self._now
        if current.is_over(now):  # the date was set while the password was checked
            raise AccessOver
        expires_at = now + self._length.for_guard(current)
        if password_hash == current.password_hash:
            row = grant(current, visitor, expires_at=expires_at, new_key=self._new_key, now=now)
            return Unlocked(row, current)
        invitation = typed.invitation_with(password_hash, reach, now)
        if invitation is None:
            return None
        try:
            opened = open_invitation(invitation, visitor, new_key=self._new_key, usual_end=expires_at, now=now)
        except InvitationClosed as closed:
            if closed.invitation is None:  # it was deleted, or got another password, after it was found
                return None
            raise
        return Unlocked(opened.row, current, opened.invitation)


class RightPassword(NamedTuple):
    """The typed text that is right, and the hash that it has: of the guard's password, or of an invitation's."""

    text: str
    password_hash: str


@sensitive_variables("texts")
def verify(guard: Guard, texts: Sequence[str], reach: Sequence[int]) -> RightPassword | None:
    """Return which of `texts` opens `guard` and as which password, or None; see AccessState for `reach`.

    A text that is not recognised costs a hash, at most `typed.MOST_HASHES` of them, and two queries, however many
    invitations there are.
    """
    for text in texts:
        password_hash = recognised.proven_hash(guard, text, partial(typed.matching_hash, guard, reach, text))
        if password_hash:
            return RightPassword(text, password_hash)
    return None


def _renew(unlocked: Unlocked, proven_hash: str, fresh_hash: str) -> None:
    """Store the hash with more rounds of the password that has just been right, in place of `proven_hash` alone."""
    if unlocked.invitation is None:
        source_pages(unlocked.guard).filter(password_hash=proven_hash).update(password_hash=fresh_hash)
    else:
        columns = {"password_hash": fresh_hash, "password_setup": setup_of(fresh_hash)}
        Invitation.objects.filter(pk=unlocked.invitation.pk, password_hash=proven_hash).update(**columns)


def _entrance(page: LockablePage, now: dt.datetime) -> tuple[Guard | None, Sequence[int]]:
    """Return the present `typed.entrance` of `page` from the database, and the reach of its AccessState."""
    state = access_states([page])[page.pk]
    found = typed.entrance(state, now)
    if found is None:
        # No password opens the page where it was: it may have moved.
        moved = type(page).objects.only("path").filter(pk=page.pk).first()
        if moved:
            state = access_states([moved])[page.pk]
            found = typed.entrance(state, now)
    return found, state.reach
