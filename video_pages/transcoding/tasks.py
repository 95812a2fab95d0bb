"""The entry point for task queues. A task carries only the id of a job; the row of the job holds everything else."""

from django_tasks import task

from video_pages.transcoding import processing

QUEUE = "video"
"""The alias in TASKS that runs these tasks."""


@task(backend=QUEUE)
def process_video(job_id: int) -> None:
    """Do the job `job_id`; do nothing if it is done, deleted or held by another worker."""
    processing.run(job_id)
