"""Messages about waiting jobs. The table of jobs is the queue; a message only wakes a worker that waits for one.

With TASKS=database there are no messages: workers read the table each second. With TASKS=celery, a message goes to the
queue of the job's stage. A broker that is away costs nothing but time: `jobs.sweep` sends again.
"""

from django.conf import settings

from video_pages.transcoding import broker
from video_pages.transcoding.models import Stage


def needs_messages() -> bool:
    """Return True if workers wait for messages of a broker."""
    return bool(settings.VIDEO_TASKS == "celery")


def deliver(job_id: int, stage: Stage) -> bool:
    """Send a message about the waiting job `job_id`; return False if the broker is away, and True without one."""
    return broker.send(job_id, stage) if needs_messages() else True


def messages_in(stage: Stage) -> int | None:
    """Return how many messages wait in the queue of `stage`; None if the broker is away."""
    return broker.length(stage)
