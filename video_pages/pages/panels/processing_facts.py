"""What `processing_facts.html` shows of a video file, on a page's editor and on the screens of video files alike."""

from django.utils.translation import gettext as _

from video_pages.pages.panels.processing_status import status_of_file
from video_pages.pages.panels.technical_facts import facts_of, live_renditions
from video_pages.transcoding.models import State


def facts_of_processing(file):
    """Return what the template is given of the video file `file`, or of None where a page has none yet."""
    job = getattr(file, "job", None) if file else None
    told = status_of_file(file)
    is_done = job is None or job.state == State.READY
    return {
        "file": file,
        "job": job,
        "state": job.state if job else "",
        "told": told,
        "is_unfinished": told is not None and told.is_unfinished,
        "version_in_words": version_in_words(file, told),
        "is_unplayable": bool(file and file.video_codec) and is_done and not file.is_playable,
        "renditions": live_renditions(file) if file else [],
        "facts": facts_of(file) if file else [],
    }


def version_in_words(file, told):
    """Say what visitors get while the new version of a film is made, or because it could not be; "" otherwise."""
    if file is None or file.source_version == 1:
        return ""
    is_unfinished = told is not None and told.is_unfinished
    if file.plays_earlier_source:
        if is_unfinished:
            return _("The new version has arrived. The earlier version plays until the new one is ready.")
        return _("The earlier version plays.")
    if not is_unfinished:
        return ""
    if file.is_playable:
        return _("The new version plays already; what is missing of it follows.")
    return _("The new version has arrived. It plays as soon as it has been processed.")
