"""Set the places where a page's title shows, alone or together with a password."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.views.decorators.debug import sensitive_variables

from video_pages.access.actions import AccessAction
from video_pages.access.models import Listed
from video_pages.access.passwords import SetPasswordAction
from video_pages.core.page_protocols import LockablePage
from video_pages.core.signals import pages_updated


class SetListedAction(AccessAction):
    """Sets where the title of the page shows: a value of Listed.

    An alias has the choice of its source: all pages that follow one source are set together.
    """

    action_name = "set_listed"

    def __init__(self, page: LockablePage, listed: str, *, user: AbstractBaseUser | None = None) -> None:
        super().__init__(page, user=user)
        self._listed = Listed(listed)

    def act(self) -> None:
        _write_listed(self, self._listed)

    def execute(self, skip_permission_checks: bool = False) -> None:
        super().execute(skip_permission_checks=skip_permission_checks)
        self.page.listed = self.instance.listed = self._listed


class SetPasswordAndListedAction(SetPasswordAction):
    """Sets the password and where the title shows, at the same moment: if one is refused, neither is set."""

    @sensitive_variables("raw")
    def __init__(self, page: LockablePage, raw: str, *, listed: str, user: AbstractBaseUser | None = None) -> None:
        super().__init__(page, raw, user=user)
        self._listed = Listed(listed)

    def act(self) -> None:
        super().act()  # it locks the passwords of the page before anything writes the page
        _write_listed(self, self._listed)


def set_listed(page: LockablePage, listed: str, *, user: AbstractBaseUser | None = None) -> None:
    """Set where the title of `page` shows without a check of permissions; see SetListedAction."""
    SetListedAction(page, listed, user=user).execute(skip_permission_checks=True)


def _write_listed(action: AccessAction, listed: Listed) -> None:
    """Write `listed` of the page of `action` and of those that follow it, in the transaction of `action`."""
    followers = action.write_to_followers(listed=listed)
    pages_updated.send(sender=type(action.instance), page_ids=followers)
