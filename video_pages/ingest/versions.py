"""New versions of a video: replace its source by an uploaded file."""

from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile

from video_pages.core.actions import LoggedAction
from video_pages.core.log_actions import LogAction
from video_pages.library import services, sources
from video_pages.library.models import VideoFile
from video_pages.library.sources import SentSource
from video_pages.transcoding import jobs
from video_pages.transcoding.facts import Facts
from video_pages.uploads.files import discarded_unless_saved


class ReplacePermissionError(PermissionDenied):
    """The user may not give this video file another source."""


class ReplaceSourceAction(LoggedAction):
    """Makes `upload`, an uploaded file or an object of the bucket, the new source of `video_file` and submits it.

    `facts` are the probe's. The earlier version plays until the new one is ready. The history of each page that shows
    the file records the user.
    """

    action_name = "replace_source"
    permission_policy_action = "change"
    permission_error_class = ReplacePermissionError
    log_action = LogAction.NEW_VERSION

    def __init__(
        self,
        video_file: VideoFile,
        upload: UploadedFile | SentSource,
        facts: Facts,
        *,
        user: User | None,
        sha256: str = "",
    ) -> None:
        super().__init__(video_file, user=user)
        self._upload, self._facts, self._sha256 = upload, facts, sha256

    def execute(self, skip_permission_checks: bool = False) -> VideoFile:
        with discarded_unless_saved(self.instance), sources.sent_ahead(self.instance, self._upload):
            super().execute(skip_permission_checks=skip_permission_checks)
        return self.instance

    def act(self) -> None:
        services.replace_source(self.instance, self._upload, self._facts, sha256=self._sha256)
        jobs.submit(self.instance)

    def logged_instances(self) -> list[Any]:
        return list(self.instance.pages.filter(alias_of=None))


def replace(
    video_file: VideoFile, upload: UploadedFile | SentSource, facts: Facts, *, user: User | None, sha256: str = ""
) -> VideoFile:
    """Replace the source of `video_file` without a check of permissions; see ReplaceSourceAction."""
    action = ReplaceSourceAction(video_file, upload, facts, user=user, sha256=sha256)
    return action.execute(skip_permission_checks=True)
