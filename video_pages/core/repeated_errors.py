"""Errors of work that is tried again and again: the log has each once, until it changes or the work succeeds."""

import logging
from collections.abc import Callable, Hashable

from django.db import DatabaseError, InterfaceError

MOST_REMEMBERED = 1000


class RepeatedErrors:
    """The last error of each piece of work in this process. Safe for threads."""

    def __init__(self) -> None:
        self._last: dict[Hashable, str] = {}

    def is_new(self, work: Hashable, error: Exception) -> bool:
        """Remember `error` as the last one of `work`; return whether it differs from the former."""
        text = repr(error)
        if self._last.get(work) == text:
            return False
        if len(self._last) >= MOST_REMEMBERED:  # of work that is gone
            self._last.clear()
        self._last[work] = text
        return True

    def contain(self, work: Callable[[], object], logger: logging.Logger, message: str) -> None:
        """Call `work`, and log `message` with an error that is new; those of the database propagate."""
        try:
            work()
        except (DatabaseError, InterfaceError):
            raise
        except Exception as error:
            if self.is_new(message, error):
                logger.exception(message)
        else:
            self.is_over(message)

    def is_over(self, work: Hashable) -> None:
        """Forget the error of `work`, which has succeeded."""
        self._last.pop(work, None)
