"""The bulk action that sets when videos open and close."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from video_pages.access.set_window import SetWindowAction
from video_pages.pages.models import VideoPage
from video_pages.wagtail_admin.access.window_form import ManyWindowsForm
from video_pages.wagtail_admin.bulk.passwords import AccessBulkAction
from video_pages.wagtail_admin.bulk.results import NotDone


class SetWindows(AccessBulkAction):
    """Sets or removes the opening and the closing of all videos."""

    display_name = gettext_lazy("Set when they open and close")
    action_type = "set_window"
    aria_label = gettext_lazy("Set when the selected videos open and close")
    action_priority = 30
    form_class = ManyWindowsForm

    def question(self, count: int) -> str:
        return ngettext(
            "When does %(count)d video open and close?", "When do %(count)d videos open and close?", count
        ) % {"count": count}

    def yes(self) -> str:
        return _("Save")

    def notes(self, videos: list[VideoPage]) -> list[str]:
        return [
            _("Before they open and from their closing on nobody but editors can watch, not even with a password."),
            _("A section above that opens later or closes earlier counts all the same."),
            _("The pages stay published. “Schedule” publishes and ends the pages themselves."),
        ]

    def act_on(self, video: VideoPage, fields: dict[str, Any]) -> None:
        opens_at, closes_at = self.cleaned_form.window_for(video)
        if (opens_at, closes_at) == (video.opens_at, video.closes_at):
            raise NotDone(_("It opens and closes then already."))
        SetWindowAction(video, opens_at=opens_at, closes_at=closes_at, user=self.request.user).execute()
