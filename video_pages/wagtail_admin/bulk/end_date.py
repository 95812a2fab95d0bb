"""The bulk action that sets or removes the end date."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from video_pages.access.effective_access import AccessMode
from video_pages.access.passwords import SetAccessMinutesAction, SetAccessUntilAction
from video_pages.pages.models import VideoPage
from video_pages.wagtail_admin.access.forms import EndDateForm
from video_pages.wagtail_admin.bulk.notes import note_on
from video_pages.wagtail_admin.bulk.passwords import AccessBulkAction
from video_pages.wagtail_admin.bulk.results import NotDone


class SetEndDate(AccessBulkAction):
    """Sets the same end date for all passwords, or removes it. After this date a password opens nothing."""

    display_name = gettext_lazy("Set the end date")
    action_type = "end_date"
    aria_label = gettext_lazy("Set or remove the end date of the selected videos")
    action_priority = 35
    form_class = EndDateForm

    def reason_against(self, video: VideoPage) -> str:
        reason = super().reason_against(video)
        if not reason and self.access[video.pk].mode == AccessMode.SECTION:
            reason = _("The password of a section opens it: set the end date at that section.")
        return reason

    def question(self, count: int) -> str:
        return ngettext(
            "Until when does the password of %(count)d video open it?",
            "Until when do the passwords of %(count)d videos open them?",
            count,
        ) % {"count": count}

    def yes(self) -> str:
        return _("Save the end date")

    def notes(self, videos: list[VideoPage]) -> list[str]:
        notes = [
            _("A date takes the place of a length of access. Without one, access lasts as everywhere on the site."),
            _("The pages stay published. “Schedule” ends the pages themselves."),
        ]
        is_open = sum(self.access[video.pk].mode == AccessMode.OPEN for video in videos)
        if is_open:
            notes.append(
                note_on(
                    is_open,
                    len(videos),
                    one=_("It is open to everyone: a date counts once it is no longer open to everyone."),
                    every=_(
                        "All of them are open to everyone: a date counts once they are no longer open to everyone."
                    ),
                    some=ngettext(
                        "%(count)d of them is open to everyone: a date counts once it is no longer open to everyone.",
                        "%(count)d of them are open to everyone: a date counts once it is no longer open to everyone.",
                        is_open,
                    ),
                )
            )
        return notes

    def act_on(self, video: VideoPage, fields: dict[str, Any]) -> None:
        if fields["until"]:
            SetAccessUntilAction(video, fields["until"], user=self.request.user).execute()
        elif video.access_until is None:
            raise NotDone(_("It has no end date."))
        else:
            SetAccessMinutesAction(video, None, user=self.request.user).execute()
