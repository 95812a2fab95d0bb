"""Context of `processing_facts.html`, for the page editor and for the screens of video files."""

from typing import Any

from django.utils.translation import gettext as _

from video_pages.library.models import VideoFile
from video_pages.pages.panels.processing_status import ProcessingStatus, status_of_file
from video_pages.pages.panels.technical_facts import fact_rows, live_renditions
from video_pages.transcoding import jobs
from video_pages.transcoding.models import State


def processing_facts_context(file: VideoFile | None) -> dict[str, Any]:
    """Return the template context for the video file `file`, or for None where a page has no file yet."""
    job = jobs.job_of(file)
    status = status_of_file(file)
    is_done = job is None or job.state == State.READY
    return {
        "file": file,
        "job": job,
        "state": job.state if job else "",
        "status": status,
        "is_unfinished": status is not None and status.is_unfinished,
        "version_message": version_message(file, status),
        "is_unplayable": bool(file and file.video_codec and is_done and not file.is_playable),
        "renditions": live_renditions(file) if file else [],
        "facts": fact_rows(file) if file else [],
    }


def version_message(file: VideoFile | None, status: ProcessingStatus | None) -> str:
    """Return a sentence that says which version visitors see while, or after, a new one is processed; or ""."""
    if file is None or file.source_version == 1:
        return ""
    is_unfinished = status is not None and status.is_unfinished
    if file.plays_earlier_source:
        if is_unfinished:
            return _("The new version is uploaded. The earlier version plays until the new one is ready.")
        return _("The earlier version plays.")
    if not is_unfinished:
        return ""
    if file.is_playable:
        return _("The new version plays already; what is missing of it follows.")
    return _("The new version is uploaded. It plays as soon as it has been processed.")
