"""New versions of a video: replace its source by an uploaded file."""

from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from wagtail.log_actions import log

from video_pages.core.log_actions import LogAction
from video_pages.library import services
from video_pages.library.models import VideoFile
from video_pages.transcoding import jobs
from video_pages.transcoding.facts import Facts
from video_pages.uploads.files import discarded_unless_saved


def replace(
    video_file: VideoFile, upload: UploadedFile, facts: Facts, *, user: User | None, sha256: str = ""
) -> VideoFile:
    """Make the uploaded file `upload` the new source of `video_file` and submit it; return `video_file`.

    `facts` are the probe's. The earlier version plays until the new one is ready. The history of each page that shows
    the file records `user`.
    """
    with discarded_unless_saved(video_file), transaction.atomic():
        services.replace_source(video_file, upload, facts, sha256=sha256)
        jobs.submit(video_file)
        for page in video_file.pages.filter(alias_of=None):
            log(instance=page, action=LogAction.NEW_VERSION, user=user)
    return video_file
