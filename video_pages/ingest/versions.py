"""New versions of a film: how an uploaded file takes the place of a source."""

from django.db import transaction
from wagtail.log_actions import log

from video_pages.library import services
from video_pages.transcoding import jobs
from video_pages.uploads.files import discarded_unless_saved

LOG_NEW_VERSION = "video_pages.new_version"


def replace(video_file, upload, facts, *, user, sha256=""):
    """Give `video_file` the uploaded file `upload` as its new source, and have it processed; return `video_file`.

    `facts` are what the probe found in it. The earlier version plays until the new one is ready. The history of each
    page that shows the file says who did it.
    """
    with discarded_unless_saved(video_file), transaction.atomic():
        services.replace_source(video_file, upload, facts, sha256=sha256)
        jobs.submit(video_file)
        for page in video_file.pages.filter(alias_of=None):
            log(instance=page, action=LOG_NEW_VERSION, user=user)
    return video_file
