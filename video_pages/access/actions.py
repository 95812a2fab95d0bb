"""The base of the actions on access. The actions are in `passwords`, `set_listed`, `set_window` and `revoke`.

Programs that have no user, or have checked already, call the function of the same name, which checks nothing.
"""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.views.decorators.debug import sensitive_variables

from video_pages.access.followers import follower_ids
from video_pages.core.actions import LoggedAction
from video_pages.core.log_actions import LogAction
from video_pages.core.page_protocols import LockablePage
from video_pages.core.rights import PageRight


class AccessPermissionError(PermissionDenied):
    """The user may not change what opens this page, or may not end this session."""


class AccessAction(LoggedAction):
    """Changes what opens `page`, a video or section; for an alias, what opens its source (`instance`)."""

    permission_policy_action = PageRight.CHANGE_ACCESS
    permission_error_class = AccessPermissionError
    log_action = LogAction.ACCESS_CHANGED

    def __init__(self, page: LockablePage, *, user: AbstractBaseUser | None = None) -> None:
        super().__init__(page.source, user=user)
        self.page = page
        self._written: dict[str, Any] = {}

    @sensitive_variables("value")
    def execute(self, skip_permission_checks: bool = False) -> Any:
        result = super().execute(skip_permission_checks=skip_permission_checks)
        for name, value in self._written.items():
            setattr(self.instance, name, value)
            if self.page.pk == self.instance.pk:
                setattr(self.page, name, value)
        return result

    @sensitive_variables("columns")
    def write(self, **columns: Any) -> None:
        """Write kept columns of the page; its objects in memory follow when the transaction is complete."""
        type(self.instance).objects.filter(pk=self.instance.pk).update(**columns)
        self._written.update(columns)

    def write_to_followers(self, **columns: Any) -> list[int]:
        """Write kept columns of the page and of all aliases that follow it; return the ids of these pages."""
        pages = [self.instance.pk, *follower_ids([self.instance.pk])]
        type(self.instance).objects.filter(pk__in=pages).update(**columns)
        self._written.update(columns)
        return pages
