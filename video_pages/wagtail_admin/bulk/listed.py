"""The bulk action that sets where videos are listed."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from video_pages.access.set_listed import SetListedAction
from video_pages.pages.models import VideoPage
from video_pages.wagtail_admin.access.forms import ListedForm
from video_pages.wagtail_admin.bulk.passwords import AccessBulkAction


class RequiredListedForm(ListedForm):
    """The form of the access dialog, with a required choice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["listed"].required = True


class SetListed(AccessBulkAction):
    """Sets the same choice for all videos."""

    display_name = gettext_lazy("Choose where listed")
    action_type = "list_videos"
    aria_label = gettext_lazy("Choose where the selected videos are listed")
    action_priority = 50
    form_class = RequiredListedForm

    def question(self, count: int) -> str:
        return ngettext(
            "Where is the title of %(count)d video shown?", "Where are the titles of %(count)d videos shown?", count
        ) % {"count": count}

    def yes(self) -> str:
        return _("List them so")

    def notes(self, videos: list[VideoPage]) -> list[str]:
        return [_("A section above a video may be listed less widely: then that counts. Passwords stay as they are.")]

    def act_on(self, video: VideoPage, fields: dict[str, Any]) -> None:
        SetListedAction(video, fields["listed"], user=self.request.user).execute()
