"""The broker of TASKS=celery: the Celery app, sending a message, the length of a queue.

Celery is imported here only, at the first use, because only this setting needs it. A request may send: so an attempt
ends within SEND_SECONDS, and after a failure no request tries again for PAUSE_SECONDS.
"""

import functools
import logging
import time
from typing import TYPE_CHECKING

from django.conf import settings

from video_pages.transcoding.models import Stage

if TYPE_CHECKING:
    from celery import Celery

TASK = "process_video"
SEND_SECONDS = 2
PAUSE_SECONDS = 10
VISIBILITY_SECONDS = 3600
"""Redis gives a message again that was not acknowledged for this long; the lease of its job makes that harmless."""

logger = logging.getLogger(__name__)


class _Outage:
    """The present outage of the broker, as this process knows it."""

    paused_until = 0.0
    is_known = False


@functools.cache
def app() -> "Celery":
    """Return the Celery app with which this process sends."""
    return new_app()


def new_app() -> "Celery":
    """Return a new Celery app; its connections open at the first use. Each Celery worker of a process needs its own."""
    from celery import Celery
    from kombu import Queue  # type: ignore[attr-defined]  # exported lazily, without types

    made = Celery("screening_room", broker=settings.CELERY_BROKER_URL, set_as_current=False, fixups=[])
    made.conf.update(
        task_queues=[Queue(stage.value) for stage in Stage],  # type: ignore[no-untyped-call]
        task_default_queue=Stage.PLAYABLE.value,
        task_ignore_result=True,
        task_acks_late=True,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry=True,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "socket_timeout": SEND_SECONDS,
            "socket_connect_timeout": SEND_SECONDS,
            "retry_on_timeout": False,
            "max_retries": 0,
            "visibility_timeout": VISIBILITY_SECONDS,
            "queue_order_strategy": "priority",  # the order in which a worker names its queues
        },
    )
    return made


def send(job_id: int, stage: Stage) -> bool:
    """Send a message about the job `job_id` to the queue of `stage`; return False if the broker is away."""
    if time.monotonic() < _Outage.paused_until:
        return False
    try:
        app().send_task(TASK, args=[job_id], queue=stage.value, retry=False, ignore_result=True)
    except _errors() as error:
        _note_failure(error)
        return False
    _Outage.is_known = False
    return True


def length(stage: Stage) -> int | None:
    """Return the number of messages that wait in the queue of `stage`; None if the broker is away."""
    try:
        with app().connection_for_write() as connection:
            return int(app().amqp.queues[stage.value](connection.default_channel).queue_declare().message_count)
    except _errors() as error:
        _note_failure(error)
        return None


def problem() -> str | None:
    """Return why the broker does not answer, or None if it does."""
    try:
        with app().connection_for_write() as connection:
            app().amqp.queues[Stage.PLAYABLE.value](connection.default_channel).queue_declare()
    except _errors() as error:
        return str(error)
    return None


def _errors() -> tuple[type[Exception], ...]:
    from kombu.exceptions import KombuError
    from redis.exceptions import RedisError

    return (OSError, KombuError, RedisError)


def _note_failure(error: Exception) -> None:
    _Outage.paused_until = time.monotonic() + PAUSE_SECONDS
    if not _Outage.is_known:
        logger.warning("The broker of jobs is away, so workers find new jobs some seconds later: %s", error)
    _Outage.is_known = True
