"""The bulk action that processes videos again."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from video_pages.access.decide import may_edit
from video_pages.ingest.processing import ProcessAgainAction
from video_pages.pages.models import VideoPage
from video_pages.transcoding import jobs
from video_pages.wagtail_admin.bulk.base import VideoBulkAction
from video_pages.wagtail_admin.bulk.results import NotDone


class ProcessAgain(VideoBulkAction):
    """Submits the video files again. Visitors watch the current versions until the new ones are ready.

    A user who may edit a page may process the video file that it shows.
    """

    display_name = gettext_lazy("Process again")
    action_type = "process_again"
    aria_label = gettext_lazy("Process the selected videos again")
    action_priority = 70

    def reason_against(self, video: VideoPage) -> str:
        if video.alias_of_id:
            return _("It is an alias: choose the video that it follows.")
        if not may_edit(video, self.request.user):
            return _("You may not edit it.")
        if video.video_file is None:
            return _("It has no file.")
        if jobs.is_underway(video.video_file):
            return _("It is waiting or being processed already.")
        return ""

    def question(self, count: int) -> str:
        return ngettext(
            "Everything of %(count)d video is made anew from its uploaded file. What visitors have stays until then.",
            "Everything of %(count)d videos is made anew from their uploaded files, one after the other. What "
            "visitors have stays until then.",
            count,
        ) % {"count": count}

    def act_on(self, video: VideoPage, fields: dict[str, Any]) -> None:
        if video.video_file is None:
            raise NotDone(_("It has no file."))
        ProcessAgainAction(video, video.video_file, user=self.request.user).execute()
