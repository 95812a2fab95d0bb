"""Print the processing status of each video, a line for each."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import F, Prefetch

from video_pages.library.models import Rendition
from video_pages.pages.models import VideoPage
from video_pages.transcoding.models import ProcessingJob, State

NO_FILE = "This page has no video file."


class Command(BaseCommand):
    help = "Print for each video whether it is ready to be watched, and if not, the reason."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="One JSON object a line.")

    def handle(self, *args: Any, **options: Any) -> None:
        live = Rendition.objects.filter(package=F("video_file__package"))
        pages = VideoPage.objects.filter(alias_of=None).select_related("video_file").order_by("path")
        pages = pages.prefetch_related(Prefetch("video_file__renditions", live, to_attr="live_renditions"))
        jobs = {job.video_file_id: job for job in ProcessingJob.objects.all()}
        for page in pages.iterator(chunk_size=500):
            status = describe(page, jobs.get(page.video_file_id))
            self.stdout.write(json.dumps(status, ensure_ascii=False) if options["json"] else as_text(status))


def describe(page: VideoPage, job: ProcessingJob | None) -> dict[str, Any]:
    """Return the status of a VideoPage, whose file's ProcessingJob is `job` or None, as a dictionary."""
    file = page.video_file
    if file is None:
        state, reason = State.REFUSED, NO_FILE
    elif job is None:  # the worker will create its job
        state, reason = State.QUEUED, ""
    else:
        state, reason = State(job.state), job.reason
    return {
        "uuid": str(page.uuid),
        "title": page.title,
        "url": page.url,
        "state": state.value,
        "reason": reason,
        "progress": job.progress if file and job else 0,
        "duration_seconds": round(file.duration, 3) if file and file.duration else None,
        "width": file.width if file else None,
        "height": file.height if file else None,
        "renditions": [describe_rendition(row) for row in file.live_renditions] if file else [],
    }


def describe_rendition(rendition: Rendition) -> dict[str, Any]:
    """Return one rendition of the live package as a dictionary; `bandwidth` is in bits per second."""
    return {
        "name": rendition.name,
        "width": rendition.width,
        "height": rendition.height,
        "bandwidth": rendition.bandwidth,
        "size_bytes": rendition.size_bytes,
        "kind": rendition.kind,
    }


def as_text(status: dict[str, Any]) -> str:
    """Return one line for people."""
    size = f"{status['width']}x{status['height']}" if status["width"] else "-"
    length = f"{status['duration_seconds']:.0f} s" if status["duration_seconds"] else "-"
    state = f"{status['state']} {status['progress']} %" if status["state"] == "processing" else status["state"]
    line = f"{state:<15} {length:>8}  {size:>9}  {status['title']}  {status['url'] or '(no address)'}"
    return f"{line}\n{'':15} {status['reason']}" if status["reason"] else line
