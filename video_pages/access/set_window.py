"""Set the opening and the closing of a page; see `window`."""

import datetime as dt

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from video_pages.access.actions import AccessAction
from video_pages.core.page_protocols import LockablePage


def validate_window(opens_at: dt.datetime | None, closes_at: dt.datetime | None) -> None:
    """Raise ValidationError (code "empty_window") if the closing is not later than the opening."""
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise ValidationError(_("It must close later than it opens."), code="empty_window")


class SetWindowAction(AccessAction):
    """Sets the opening and the closing of a page (aware), each None for none.

    Passwords and access rows remain: a page whose closing is moved to a later moment is open again for those who had
    unlocked it. An alias has the window of its source, and all pages that follow one source are set together.

    Raises ValidationError (code "empty_window") if the closing is not later than the opening.
    """

    action_name = "set_window"

    def __init__(
        self,
        page: LockablePage,
        *,
        opens_at: dt.datetime | None,
        closes_at: dt.datetime | None,
        user: AbstractBaseUser | None = None,
    ) -> None:
        super().__init__(page, user=user)
        self._opens_at, self._closes_at = opens_at, closes_at

    def prepare(self) -> None:
        validate_window(self._opens_at, self._closes_at)

    def act(self) -> None:
        self.write_to_followers(opens_at=self._opens_at, closes_at=self._closes_at)


def set_window(
    page: LockablePage,
    *,
    opens_at: dt.datetime | None,
    closes_at: dt.datetime | None,
    user: AbstractBaseUser | None = None,
) -> None:
    """Set the opening and the closing of `page` without a check of permissions; see SetWindowAction."""
    SetWindowAction(page, opens_at=opens_at, closes_at=closes_at, user=user).execute(skip_permission_checks=True)
