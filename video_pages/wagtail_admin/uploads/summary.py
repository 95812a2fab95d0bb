"""The message after several uploads: one for all videos, with one button if no password opens them."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View
from wagtail.admin import messages

from video_pages.access.effective_access import AccessMode, effective_access, may_change_access
from video_pages.core.typography import join_list, join_sentences
from video_pages.core.whole_numbers import read_whole_number
from video_pages.pages.models import VideoPage
from video_pages.sections.permissions import may_upload
from video_pages.wagtail_admin.requests import EditorRequest

VIEW_NAME = "videos_made"
LISTING = "videos:index"
SET_A_PASSWORD = gettext_lazy("Set a password")
PRESS_SET_A_PASSWORD = gettext_lazy("Press “Set a password”.")
ASK_FOR_A_PASSWORD = gettext_lazy("Ask somebody who may set passwords here.")
MAX_IDS = 500
"""Ids in one address; more than an editor chooses at once in a browser."""


class VideosMadeView(View):
    """Adds the message about the user's own videos whose ids are in the address, and redirects to the list."""

    request: EditorRequest
    http_method_names = ["get", "head"]

    def get(self, request: EditorRequest) -> HttpResponse:
        if not may_upload(request.user):
            raise PermissionDenied
        ids = [read_whole_number(text) for text in request.GET.getlist("page")[:MAX_IDS]]
        own = VideoPage.objects.filter(pk__in=[number for number in ids if number is not None], owner=request.user)
        videos = list(own.select_related("video_file"))
        if videos:
            self.add_message(videos)
        return redirect(LISTING)

    def add_message(self, videos: list[VideoPage]) -> None:
        """Add one message about `videos`."""
        sentences = [videos_made_message(videos), *unplayable_message(videos)]
        found = effective_access(videos)
        locked = [video for video in videos if found[video.pk].mode == AccessMode.NOBODY]
        if not locked:
            messages.success(self.request, join_sentences(sentences))
            return
        if len(locked) == len(videos):
            sentences.append(ngettext("Nobody can unlock this video yet.", "Nobody can unlock them yet.", len(locked)))
        else:
            sentence = ngettext(
                "Nobody can unlock %(count)d of them yet.", "Nobody can unlock %(count)d of them yet.", len(locked)
            )
            sentences.append(sentence % {"count": len(locked)})
        changeable = [video for video in locked if may_change_access(video, self.request.user)]
        sentences.append(str(PRESS_SET_A_PASSWORD if changeable else ASK_FOR_A_PASSWORD))
        buttons = [messages.button(password_url(changeable), SET_A_PASSWORD)] if changeable else []
        messages.warning(self.request, join_sentences(sentences), buttons=buttons)


def videos_made_message(videos: list[VideoPage]) -> str:
    """Return the sentence with the number of new videos, live, waiting to go live, and drafts."""
    count = len(videos)
    live = sum(video.live for video in videos)
    waiting = sum(not video.live and video.publish_when_ready for video in videos)
    drafts = count - live - waiting
    if live == count:
        sentence = ngettext(
            "%(count)d video is uploaded and published.", "%(count)d videos are uploaded and published.", count
        )
    elif waiting == count:
        sentence = ngettext(
            "%(count)d video is uploaded. It goes live by itself when it is ready to play.",
            "%(count)d videos are uploaded. Each goes live by itself when it is ready to play.",
            count,
        )
    elif drafts == count:
        sentence = ngettext(
            "%(count)d video is uploaded and kept as a draft.",
            "%(count)d videos are uploaded and kept as drafts.",
            count,
        )
    else:
        sentence = ngettext(
            "%(count)d video is uploaded: %(parts)s.", "%(count)d videos are uploaded: %(parts)s.", count
        )
    return sentence % {"count": count, "parts": join_list(_parts(live, waiting, drafts))}


def _parts(live: int, waiting: int, drafts: int) -> list[str]:
    counts = [
        (live, _("%(number)d published")),
        (waiting, _("%(number)d to be published when ready to play")),
        (drafts, ngettext("%(number)d kept as a draft", "%(number)d kept as drafts", drafts)),
    ]
    return [part % {"number": number} for number, part in counts if number]


def unplayable_message(videos: list[VideoPage]) -> list[str]:
    """Return, as a list, the sentence about those of `videos` that browsers can't play before processing."""
    count = sum(not (video.video_file and video.video_file.is_playable) for video in videos)
    if not count:
        return []
    if count == len(videos):
        return [
            ngettext(
                "It can be watched when it has been processed.",
                "They can be watched when they have been processed.",
                count,
            )
        ]
    sentence = ngettext(
        "%(count)d of them can be watched when it has been processed.",
        "%(count)d of them can be watched when they have been processed.",
        count,
    )
    return [sentence % {"count": count}]


def password_url(videos: list[VideoPage]) -> str:
    """Return the address of the bulk action that sets one password for all of `videos`."""
    address = reverse("wagtail_bulk_action", args=("wagtailcore", "page", "set_one_password"))
    ids = [("id", video.pk) for video in videos]
    return f"{address}?{urlencode([*ids, ('next', reverse(LISTING))])}"


def admin_urls() -> list[URLPattern | URLResolver]:
    return [path("videos/upload/made/", VideosMadeView.as_view(), name=VIEW_NAME)]
