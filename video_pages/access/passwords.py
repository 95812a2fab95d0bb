"""Set, check and remove passwords of videos and sections. Only hashes are stored.

Typed text is normalised to NFC (RFC 8265, 4.2.2), so that an "é" typed on a Mac equals one typed on Windows; nothing
else is changed. A check costs about half a second of one core on purpose, so each process checks at most one password
for each core of its share, and the others wait (`queues`). So pages and streams of other visitors continue.
"""

import datetime as dt
import unicodedata

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from video_pages.access import fingerprints
from video_pages.access.actions import AccessAction
from video_pages.access.distinct_passwords import (
    DistinctPasswordAction,
    HashedPassword,
    hash_distinct,
    lock_passwords,
    refuse_equal,
)
from video_pages.access.password_setups import hash_with_salt_of, invited_setups, is_outdated, salt_setup, setup_of
from video_pages.access.queues import hashing_turn
from video_pages.access.revoke import end_password_access, end_password_access_at
from video_pages.core import clock
from video_pages.core.page_protocols import LockablePage

MIN_LENGTH, MAX_LENGTH = 8, 128
# Longer text is not normalised: the time of NFC grows with the square of a run of combining marks. No character of
# Unicode decomposes into more than four code points, so a password of 128 characters is typed in at most 512.
MAX_TYPED = 4 * MAX_LENGTH
TOO_LONG = _("This text is longer than any password here (%(limit)d characters). Check the pasted text.")

# Characters that can be read out: no l, 1, I, O or 0. Four groups of four have 78 bits.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


@sensitive_variables()
def normalise(raw: str) -> str:
    """Return `raw` in NFC, the form that is hashed and compared; nothing is trimmed."""
    return unicodedata.normalize("NFC", raw)


@sensitive_variables()
def spellings(raw: str) -> list[str]:
    """Return the texts to try for the typed `raw`, normalised, the likeliest first; [] if none can be right.

    The first is `raw` itself, the second lacks the blanks, line ends and invisible characters around it, which are
    often copied together with a password from a message. Text of such characters alone is no password.
    """
    trimmed = _trimmed(raw)
    if not trimmed:
        return []
    texts = [normalise(text) for text in (raw, trimmed) if len(text) <= MAX_TYPED]
    return [text for text in dict.fromkeys(texts) if MIN_LENGTH <= len(text) <= MAX_LENGTH]


@sensitive_variables()
def is_blank(raw: str) -> bool:
    """Return whether `raw` has no visible character."""
    return all(_is_invisible(character) for character in raw)


@sensitive_variables()
def is_too_long(raw: str) -> bool:
    """Return whether `raw` without invisible characters around it is longer than any password."""
    return _length(_trimmed(raw)) > MAX_LENGTH


@sensitive_variables()
def _trimmed(raw: str) -> str:
    visible = [position for position, character in enumerate(raw) if not _is_invisible(character)]
    return raw[visible[0] : visible[-1] + 1] if visible else ""


@sensitive_variables()
def _length(raw: str) -> int:
    return len(raw) if len(raw) > MAX_TYPED else len(normalise(raw))


def _is_invisible(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in ("Cc", "Cf")


@sensitive_variables()
def validate_password(raw: str) -> None:
    """Raise ValidationError (codes "too_short", "too_long", "blank") unless `raw` may be set as a password."""
    length = _length(raw)
    if length < MIN_LENGTH:
        raise ValidationError(_("Use at least %(limit)d characters."), code="too_short", params={"limit": MIN_LENGTH})
    if length > MAX_LENGTH:
        raise ValidationError(_("Use at most %(limit)d characters."), code="too_long", params={"limit": MAX_LENGTH})
    if is_blank(raw):
        raise ValidationError(_("Use characters that can be seen, not blanks alone."), code="blank")


@sensitive_variables()
def matches(raw: str, password_hash: str) -> bool:
    """Return whether `raw` is the password of `password_hash`; text that cannot be a password is not hashed.

    Raises HashingBusy if too many passwords are checked already.
    """
    if not password_hash or len(raw) > MAX_TYPED:
        return False
    typed = normalise(raw)
    if not MIN_LENGTH <= len(typed) <= MAX_LENGTH:
        return False
    with hashing_turn():
        return check_password(typed, password_hash)


@sensitive_variables("raw")
def refreshed_hash(raw: str, password_hash: str) -> str | None:
    """Return a new hash of the same, right password, with its salt, if the present one is outdated, else None."""
    if not is_outdated(password_hash):
        return None
    with hashing_turn():
        return hash_with_salt_of(setup_of(password_hash), normalise(raw))


def generate_password() -> str:
    """Return a random password that can be read out: 4 groups of 4, such as `kq7m-x2rp-…`; 78 bits."""
    return "-".join(get_random_string(4, READABLE) for _group in range(4))


class SetPasswordAction(DistinctPasswordAction):
    """Sets `raw` as the password and ends all access that the old one gave.

    Raises ValidationError for a password that is too short or too long, or that of an invitation of the page;
    HashingBusy if too many are hashed already. Then nothing is changed.
    """

    action_name = "set_password"

    @sensitive_variables("raw")
    def __init__(
        self, page: LockablePage, raw: str, *, user: AbstractBaseUser | None = None, now: dt.datetime | None = None
    ) -> None:
        super().__init__(page, user=user)
        self._raw, self._now, self._hashed, self._fingerprint = raw, now, HashedPassword(), ""

    def prepare(self) -> None:
        validate_password(self._raw)
        salt_of, setups = salt_setup(self.instance), invited_setups(self.instance)
        self._hashed = hash_distinct(normalise(self._raw), salt_of, setups)
        if fingerprints.are_kept():
            self._fingerprint = fingerprints.fingerprint_of(normalise(self._raw))

    def act(self) -> None:
        lock_passwords(self.instance)
        refuse_equal(self.instance, self._hashed)
        password_hash = self._hashed.password_hash
        self.write(password_hash=password_hash, password_changed_at=self._now or clock.now())
        if self._fingerprint:
            fingerprints.store(self.instance.guard_kind, self.instance.pk, password_hash, self._fingerprint)
        end_password_access(self.instance)


class RemovePasswordAction(AccessAction):
    """Removes the password and ends all access that it gave."""

    action_name = "remove_password"

    def __init__(
        self, page: LockablePage, *, user: AbstractBaseUser | None = None, now: dt.datetime | None = None
    ) -> None:
        super().__init__(page, user=user)
        self._now = now

    def act(self) -> None:
        self.write(password_hash="", password_changed_at=self._now or clock.now())
        end_password_access(self.instance)


class SetOpenAction(AccessAction):
    """Marks a video open to everyone, or removes the mark; access rows remain."""

    action_name = "set_open"

    def __init__(self, page: LockablePage, is_open: bool, *, user: AbstractBaseUser | None = None) -> None:
        super().__init__(page, user=user)
        self._is_open = bool(is_open)

    def act(self) -> None:
        self.write(open_to_everyone=self._is_open)


class SetAccessMinutesAction(AccessAction):
    """Sets how long new access lasts, in minutes; None for the site's own length. It replaces a date."""

    action_name = "set_access_minutes"

    def __init__(self, page: LockablePage, minutes: int | None, *, user: AbstractBaseUser | None = None) -> None:
        super().__init__(page, user=user)
        self._minutes = minutes

    def act(self) -> None:
        self.write(access_minutes=self._minutes, access_until=None)


class SetAccessUntilAction(AccessAction):
    """Sets the moment `until` (aware) from which the password opens nothing; present access ends then too.

    It replaces a length in minutes.
    """

    action_name = "set_access_until"

    def __init__(self, page: LockablePage, until: dt.datetime, *, user: AbstractBaseUser | None = None) -> None:
        super().__init__(page, user=user)
        self._until = until

    def act(self) -> None:
        self.write(access_minutes=None, access_until=self._until)
        end_password_access_at(self.instance, self._until)


@sensitive_variables("raw")
def set_password(
    page: LockablePage, raw: str, *, user: AbstractBaseUser | None = None, now: dt.datetime | None = None
) -> None:
    """Set `raw` as the password of `page` without a check of permissions; see SetPasswordAction."""
    SetPasswordAction(page, raw, user=user, now=now).execute(skip_permission_checks=True)


def remove_password(
    page: LockablePage, *, user: AbstractBaseUser | None = None, now: dt.datetime | None = None
) -> None:
    """Remove the password of `page` without a check of permissions; see RemovePasswordAction."""
    RemovePasswordAction(page, user=user, now=now).execute(skip_permission_checks=True)


def set_open(page: LockablePage, is_open: bool, *, user: AbstractBaseUser | None = None) -> None:
    """Set or remove the open mark of the video `page` without a check of permissions; see SetOpenAction."""
    SetOpenAction(page, is_open, user=user).execute(skip_permission_checks=True)


def set_access_minutes(page: LockablePage, minutes: int | None, *, user: AbstractBaseUser | None = None) -> None:
    """Set the length of access to `page` without a check of permissions; see SetAccessMinutesAction."""
    SetAccessMinutesAction(page, minutes, user=user).execute(skip_permission_checks=True)


def set_access_until(page: LockablePage, until: dt.datetime, *, user: AbstractBaseUser | None = None) -> None:
    """Set the end of the password of `page` without a check of permissions; see SetAccessUntilAction."""
    SetAccessUntilAction(page, until, user=user).execute(skip_permission_checks=True)
