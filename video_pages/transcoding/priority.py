"""The niceness of child processes: WORKER_NICE, and half of it where somebody waits for the first playback."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings

_is_preferred: ContextVar[bool] = ContextVar("is_preferred", default=False)


@contextmanager
def preferred(is_preferred: bool = True) -> Iterator[None]:
    """Start the children of this thread with half of WORKER_NICE within the block, if `is_preferred`."""
    token = _is_preferred.set(is_preferred)
    try:
        yield
    finally:
        _is_preferred.reset(token)


def niceness() -> int:
    """Return by how much the niceness of a new child is raised."""
    return settings.WORKER_NICE // 2 if _is_preferred.get() else settings.WORKER_NICE
