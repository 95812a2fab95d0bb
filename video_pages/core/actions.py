"""The base of the project's actions: each checks a right, acts and logs in one place, as those of `wagtail.actions` do.

Screens and bulk actions execute an action for their user. A program without a user, or one that has checked already,
skips the check.
"""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django.db import transaction
from wagtail.actions.base import BaseAction
from wagtail.log_actions import log

from video_pages.core.log_actions import LogAction


class LoggedAction(BaseAction, ABC):
    """An action on one object whose entry in the log is `log_action`.

    Subclasses name `permission_policy_action`, a right of the policy that is registered for the object, and its error
    class, a PermissionDenied.
    """

    log_action: ClassVar[LogAction]
    log_data: dict[str, str] | None = None  # names that the entry records beside the action

    def execute(self, skip_permission_checks: bool = False) -> Any:
        """Check, act and log; return what `act` returns. Raises `permission_error_class`."""
        self.check(skip_permission_checks=skip_permission_checks)
        self.prepare()
        with transaction.atomic():
            result = self.act()
            if result is not False:
                for instance in self.logged_instances():
                    log(instance=instance, action=self.log_action, user=self.user, data=self.log_data)
        return result

    def prepare(self) -> None:
        """Do what takes long, before the transaction begins."""

    @abstractmethod
    def act(self) -> Any:
        """Write, in the transaction of the log entry. False means that there was nothing to do: nothing is logged."""

    def logged_instances(self) -> list[Any]:
        """Return the objects in whose history the action is recorded."""
        return [self.instance]
