"""The settings of workers: a pure function of values of the environment, like those of `engines`."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import ImproperlyConfigured

WORKER_QUEUES = ("playable", "ladder")


def workers(values: SimpleNamespace) -> dict[str, Any]:
    """Return the settings of workers from `values` (of `env.read`)."""
    return {
        "VIDEO_TASKS": values.TASKS,
        "CELERY_BROKER_URL": values.CELERY_BROKER_URL,
        "WORKER_LADDERS": values.WORKER_LADDERS,
        "LADDER_SPLIT": values.LADDER_SPLIT,
        "LADDER_SPLIT_FROM_SECONDS": values.LADDER_SPLIT_FROM_SECONDS,
        "WORKER_NICE": values.WORKER_NICE,
        "WORKER_QUEUES": worker_queues(values.WORKER_QUEUES),
    }


def worker_queues(names: Sequence[str]) -> tuple[str, ...]:
    """Return WORKER_QUEUES in the order in which a worker serves them. Raises ImproperlyConfigured for others."""
    if not names or not set(names) <= set(WORKER_QUEUES):
        raise ImproperlyConfigured(f"WORKER_QUEUES is {','.join(names)!r}, but must be one or both of playable,ladder.")
    return tuple(name for name in WORKER_QUEUES if name in names)
