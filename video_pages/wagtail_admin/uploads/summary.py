"""What is said after several videos were made at once: one message, with one action if nobody can unlock them."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from wagtail.admin import messages

from video_pages.access.opening import How, may_change_access, openings
from video_pages.models import VideoPage
from video_pages.rights.uploads import may_upload
from video_pages.whole_numbers import read_whole_number

VIEW_NAME = "videos_made"
LISTING = "videos:index"
MAX_NAMED = 500
"""Videos that one address names; more than a browser is given at once."""


class VideosMadeView(View):
    """Sums up the videos whose ids the upload script names, as far as the user made them, and leads to the list."""

    http_method_names = ["get", "head"]

    def get(self, request):
        if not may_upload(request.user):
            raise PermissionDenied
        ids = [read_whole_number(text) for text in request.GET.getlist("page")[:MAX_NAMED]]
        videos = VideoPage.objects.filter(pk__in=[number for number in ids if number is not None], owner=request.user)
        videos = list(videos.select_related("video_file"))
        if videos:
            self.say(videos)
        return redirect(LISTING)

    def say(self, videos):
        sentences = [made_in_words(videos)]
        unplayable = sum(not (video.video_file and video.video_file.is_playable) for video in videos)
        if unplayable:
            words = ngettext(
                "%(count)d of them can be watched when it has been processed.",
                "%(count)d of them can be watched when they have been processed.",
                unplayable,
            )
            sentences.append(words % {"count": unplayable})
        found = openings(videos)
        locked = [video for video in videos if found[video.pk].how == How.NOBODY]
        if not locked:
            messages.success(self.request, " ".join(sentences))
            return
        sentences.append(
            _("Nobody can unlock them yet: set a password.")
            if len(locked) == len(videos)
            else ngettext(
                "Nobody can unlock %(count)d of them yet: set a password.",
                "Nobody can unlock %(count)d of them yet: set a password.",
                len(locked),
            )
            % {"count": len(locked)}
        )
        changeable = [video for video in locked if may_change_access(video, self.request.user)]
        buttons = [messages.button(password_url(changeable), _("Set a password"))] if changeable else []
        messages.warning(self.request, " ".join(sentences), buttons=buttons)


def made_in_words(videos):
    """Say how many videos were made, and how many of them are live, wait to go live, or are drafts."""
    words = ngettext("%(count)d video is uploaded.", "%(count)d videos are uploaded.", len(videos))
    live = sum(video.live for video in videos)
    waiting = sum(not video.live and video.publish_when_ready for video in videos)
    counts = [
        (live, _("%(count)d published")),
        (waiting, _("%(count)d to be published when ready to play")),
        (len(videos) - live - waiting, _("%(count)d kept as drafts")),
    ]
    parts = [part % {"count": count} for count, part in counts if count]
    return f"{words % {'count': len(videos)}} {', '.join(parts)}."


def password_url(videos):
    """Return the address at which one password is set for all of `videos`."""
    address = reverse("wagtail_bulk_action", args=("wagtailcore", "page", "set_one_password"))
    ids = [("id", video.pk) for video in videos]
    return f"{address}?{urlencode([*ids, ('next', reverse(LISTING))])}"


def admin_urls():
    return [path("videos/upload/made/", VideosMadeView.as_view(), name=VIEW_NAME)]
