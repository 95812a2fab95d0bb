"""The password of a page that is about to be made, hashed before the transaction that makes the page.

A hash takes half a second and may wait for others; nobody else can write to an SQLite database during a transaction.
"""

from dataclasses import dataclass, field

from django.contrib.auth.base_user import AbstractBaseUser
from django.views.decorators.debug import sensitive_variables

from video_pages.access import fingerprints
from video_pages.access.distinct_passwords import HashedPassword
from video_pages.access.password_setups import hash_with_salt_of
from video_pages.access.passwords import SetPasswordAction, normalise, validate_password
from video_pages.access.queues import hashing_turn
from video_pages.core.page_protocols import LockablePage


@dataclass(frozen=True)
class NewPassword:
    """The stored form of a password: its hash, and its fingerprint if a site has these; "" without a password."""

    password_hash: str = field(default="", repr=False)
    fingerprint: str = field(default="", repr=False)


NO_PASSWORD = NewPassword()


@sensitive_variables("raw")
def new_password(raw: str) -> NewPassword:
    """Return what is stored of `raw` for a new page; NO_PASSWORD for "".

    A new page has no invitation whose salt it could share. Raises ValidationError for a password that is too short or
    too long, and HashingBusy.
    """
    if not raw:
        return NO_PASSWORD
    validate_password(raw)
    with hashing_turn():
        password_hash = hash_with_salt_of("", normalise(raw))
    return NewPassword(password_hash, fingerprints.fingerprint_of(normalise(raw)) if fingerprints.are_kept() else "")


class SetNewPasswordAction(SetPasswordAction):
    """Sets the password `made` of a page that the same transaction has made."""

    def __init__(self, page: LockablePage, made: NewPassword, *, user: AbstractBaseUser | None = None) -> None:
        super().__init__(page, "", user=user)
        self._hashed, self._fingerprint = HashedPassword(made.password_hash), made.fingerprint

    def prepare(self) -> None:
        """Do nothing: the password is validated and hashed."""


def give_password(page: LockablePage, made: NewPassword, *, user: AbstractBaseUser | None = None) -> None:
    """Set the password `made` of the new `page` without a check of permissions, unless it is NO_PASSWORD."""
    if made != NO_PASSWORD:
        SetNewPasswordAction(page, made, user=user).execute(skip_permission_checks=True)
