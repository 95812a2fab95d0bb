"""Process the file of a page again, or stop its processing, as an editor asks for it."""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied

from video_pages.core.actions import LoggedAction
from video_pages.core.log_actions import LogAction
from video_pages.core.rights import PageRight
from video_pages.library.models import VideoFile
from video_pages.pages.models import VideoPage
from video_pages.pages.permissions import may_use
from video_pages.transcoding import jobs


class ProcessingPermissionError(PermissionDenied):
    """The user may not edit the page, or not use the file."""


class ProcessingAction(LoggedAction):
    """An action on the job of `video_file`, which the page or its latest draft shows; for an alias, its source.

    `execute` returns False if the state of the job leaves nothing to do.
    """

    permission_policy_action = PageRight.EDIT
    permission_error_class = ProcessingPermissionError

    def __init__(self, page: VideoPage, video_file: VideoFile, *, user: User | None = None) -> None:
        super().__init__(page.source, user=user)
        self.video_file = video_file

    def user_has_permission(self) -> bool:
        return super().user_has_permission() and may_use(self.video_file, self.user)


class ProcessAgainAction(ProcessingAction):
    """Submits the file again. Visitors watch the current version until the new one is ready."""

    action_name = "process_again"
    log_action = LogAction.PROCESS_AGAIN

    def act(self) -> bool:
        if jobs.is_underway(self.video_file):
            return False
        jobs.submit(self.video_file)
        return True


class StopProcessingAction(ProcessingAction):
    """Cancels the job. What is live stays so."""

    action_name = "stop_processing"
    log_action = LogAction.STOP_PROCESSING

    def __init__(self, page: VideoPage, video_file: VideoFile, *, user: User) -> None:
        super().__init__(page, video_file, user=user)
        self._name = user.get_full_name() or user.get_username()

    def act(self) -> bool:
        return jobs.cancel(self.video_file, by=self._name)
