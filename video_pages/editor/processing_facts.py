"""What `processing_facts.html` shows of a video file, on a page's editor and on the screens of video files alike."""

from video_pages.editor.processing_words import told_of_file
from video_pages.editor.technical_facts import facts_of, live_renditions
from video_pages.transcoding.models import State


def facts_of_processing(file):
    """Return what the template is given of the video file `file`, or of None where a page has none yet."""
    job = getattr(file, "job", None) if file else None
    told = told_of_file(file)
    is_done = job is None or job.state == State.READY
    return {
        "file": file,
        "job": job,
        "state": job.state if job else "",
        "told": told,
        "is_unfinished": told is not None and told.is_unfinished,
        "is_unplayable": bool(file and file.video_codec) and is_done and not file.is_playable,
        "renditions": live_renditions(file) if file else [],
        "facts": facts_of(file) if file else [],
    }
