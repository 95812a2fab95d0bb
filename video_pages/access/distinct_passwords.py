"""Of the passwords of a page, its own and those of its invitations, no two are equal.

A password is hashed before the transaction that stores it, because a hash takes long. The transaction locks the
passwords of the page, and refuses one that another transaction has stored meanwhile. If that one has a setup that is
new at the page, the two can't be compared: the action begins again, and hashes for this setup, too.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from video_pages.access.actions import AccessAction
from video_pages.access.locks import lock_key
from video_pages.access.password_setups import hash_in, hash_with_salt_of, invited_setups, is_invited, setup_of
from video_pages.access.queues import HashingBusy, hashing_turn
from video_pages.core.page_protocols import LockablePage

UNUSABLE = _("This password is too common or can't be used here. Choose another one, or have one generated.")
"""The message for a password that many people use and for one that opens the page already: it tells neither."""

MOST_BEGINNINGS = 3


class HashedPassword(NamedTuple):
    """The hash of a password, and those that an equal password with one of `setups` would have; "" without one."""

    password_hash: str = ""
    equal_hashes: frozenset[str] = frozenset()
    setups: frozenset[str] = frozenset()


class SetupsChangedError(Exception):
    """The page has got a password with another setup since the new one was hashed."""


class DistinctPasswordAction(AccessAction):
    """An action whose `prepare` hashes a password and whose `act` begins with `lock_passwords` and `refuse_equal`."""

    def execute(self, skip_permission_checks: bool = False) -> Any:
        for _beginning in range(MOST_BEGINNINGS):
            try:
                return super().execute(skip_permission_checks=skip_permission_checks)
            except SetupsChangedError:
                continue
        raise HashingBusy


def unusable() -> ValidationError:
    """Return the error for a password that can't be used, in words that tell nobody else's password."""
    return ValidationError(UNUSABLE, code="unusable")


@sensitive_variables()
def hash_distinct(text: str, salt_of: str, setups: Collection[str]) -> HashedPassword:
    """Hash `text`, normalised, with the salt of the setup `salt_of`, and in each of `setups`; see `password_setups`.

    Raises HashingBusy if too many passwords are hashed already.
    """
    with hashing_turn():
        password_hash = hash_with_salt_of(salt_of, text)
        own = setup_of(password_hash)
        others = [hash_in(setup, text) for setup in setups if setup != own]
    return HashedPassword(password_hash, frozenset([password_hash, *others]), frozenset([own, *setups]))


def lock_passwords(page: LockablePage) -> None:
    """Let no other transaction change the passwords of `page`, a source page, until this one ends.

    Call it before this transaction writes the page, never after that: the opposite order could deadlock.
    """
    lock_key(f"invitations:{page.guard_kind}:{page.pk}")  # the name that servers of the previous version lock


@sensitive_variables()
def refuse_equal(page: LockablePage, made: HashedPassword, *, others: Collection[str] = ()) -> None:
    """Raise ValidationError if `made` is the password of an invitation of `page`, or has one of the hashes `others`.

    An invitation that a person has ended does not count. Raises SetupsChangedError if `made` was not hashed for all of
    them. Two queries.
    """
    if not made.equal_hashes.isdisjoint(others) or is_invited(page, made.equal_hashes):
        raise unusable()
    if {*map(setup_of, others), *invited_setups(page)} - made.setups - {""}:
        raise SetupsChangedError
