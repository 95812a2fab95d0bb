"""The entrance for task queues. A task carries a job's id and nothing else; the job's row knows the rest."""

from django_tasks import task

from video_pages.transcoding import processing

QUEUE = "video"
"""The alias in TASKS that this work goes to."""


@task(backend=QUEUE)
def process_video(job_id):
    """Do the job `job_id`; nothing happens if it is done, gone or another worker's."""
    processing.run(job_id)
