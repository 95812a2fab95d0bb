"""Who may send a file to which screen. Everywhere else, and to everyone else, files are discarded unread.

Video files are taken on five screens, from signed-in users who may add or change media, in one field each.
Subtitles and posters are taken on the screens for them, small, one at a time. Other files (pictures, an avatar, a
list of redirects) are taken anywhere in the admin from users with access to it, up to a small size. No public page
takes a file from anyone.
"""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from wagtailmedia import get_permission_policy

from video_pages.library import subtitles
from video_pages.library.models import VideoFile
from video_pages.uploads import limits, thumbnails

# The screens that take a video: the name of the view, and of the form field that carries the file.
VIDEO_SCREENS = {
    "upload_video": "video_file",
    "video_file_add": "file",
    "video_file_edit": "file",
    "video_new_version": "video_file",
    "wagtailmedia:chooser_upload": "media-chooser-upload-file",
}
SMALL_SCREENS = {
    "video_captions_add": ("file", subtitles.MAX_BYTES),
    "video_captions_change": ("file", subtitles.MAX_BYTES),
    "video_poster": ("picture", thumbnails.MAX_BYTES),
}
"""Screens of ours for one small file: the name of the view, of the form field, and what it may hold in bytes."""
UPLOAD_SCREEN = "upload_video"
THUMBNAIL_FIELD = "thumbnail"

WAGTAILS_IMAGE_LIMIT_BYTES = 10 * 1024 * 1024
"""Wagtail's own limit for images, where WAGTAILIMAGES_MAX_UPLOAD_SIZE sets none."""


@dataclass(frozen=True)
class UploadPolicy:
    """What one request may carry: limits for the field of the screen and for the others; None takes no file.

    The field of the screen carries one file, a video on most of ours, and says itself why it was refused.
    """

    video_field: str | None = None
    video: limits.Limit | None = None
    other_fields: frozenset | None = None  # None: any
    other: limits.Limit | None = None
    slack_bytes: int = 0

    def limit_for(self, field_name):
        """The Limit of a file in the field `field_name`, or None if none is taken there."""
        if field_name == self.video_field:
            return self.video
        if self.other_fields is None or field_name in self.other_fields:
            return self.other
        return None

    def exceeds_limit(self, announced_bytes):
        """True if a request of this length holds a video that is too large, whatever else is in it."""
        return self.video is not None and announced_bytes - self.slack_bytes > self.video.max_bytes


def upload_policy(request):
    """Return the Gate for `request`, or None if it may not carry files. Known only once its view is known."""
    match = request.resolver_match
    if match is None or not request.path_info.startswith(reverse("wagtailadmin_home")):
        return None
    user = request.user
    if not (user.is_authenticated and user.has_perm("wagtailadmin.access_admin")):
        return None
    if match.view_name in SMALL_SCREENS:
        return _small_file_policy(*SMALL_SCREENS[match.view_name])
    if match.view_name not in VIDEO_SCREENS:
        return UploadPolicy(other=small_limit())
    if not may_upload_videos(user):
        return None
    has_thumbnail = match.view_name == UPLOAD_SCREEN
    return UploadPolicy(
        video_field=VIDEO_SCREENS[match.view_name],
        video=limits.video_limit(replacing=_replaced(match.kwargs), user=user),
        other_fields=frozenset([THUMBNAIL_FIELD] if has_thumbnail else []),
        other=small_limit(),
        slack_bytes=(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) + (small_bytes() if has_thumbnail else 0),
    )


def _replaced(kwargs):
    """Return the primary key of the video file whose source the upload takes the place of, or None.

    `kwargs` are those of the view: they name the file, or a page that shows it.
    """
    if "page_id" in kwargs:
        return VideoFile.objects.filter(pages=kwargs["page_id"]).values_list("pk", flat=True).first()
    return kwargs.get("media_id")


def _small_file_policy(field_name, max_bytes):
    return UploadPolicy(
        video_field=field_name,
        video=limits.strictest(limits.Limit(max_bytes, limits.TOO_LARGE), limits.disk_limit()),
        other_fields=frozenset(),
        slack_bytes=settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0,
    )


def may_upload_videos(user):
    """True if `user` may add video files, or change some."""
    return get_permission_policy().user_has_any_permission(user, {"add", "change"})


def small_bytes():
    """Twice what Wagtail's forms take as an image, so that they say what is too large for them themselves."""
    return 2 * (getattr(settings, "WAGTAILIMAGES_MAX_UPLOAD_SIZE", None) or WAGTAILS_IMAGE_LIMIT_BYTES)


def small_limit():
    """The Limit for all files of a request that are no video, together."""
    return limits.strictest(limits.Limit(small_bytes(), limits.TOO_LARGE), limits.disk_limit())
