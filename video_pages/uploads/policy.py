"""The upload policy: users and screens from which files are accepted. All other files are discarded unread.

Video files are accepted on five screens, from signed-in users who may add or change media, in one field each.
Subtitles and posters are accepted on their screens, small, one at a time. Other files (images, an avatar, a list of
redirects) are accepted anywhere in the admin from users with access to it, up to a small size. No public page accepts
files.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from wagtail.permissions import policy_registry

from video_pages.library import subtitles
from video_pages.library.models import VideoFile
from video_pages.uploads import limits, thumbnails

# The screens that accept a video: the name of the view, and of the form field with the file.
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
    "video_captions_document": ("file", subtitles.MAX_BYTES),
    "video_captions_import": ("file", subtitles.MAX_BYTES),
    "video_poster": ("picture", thumbnails.MAX_BYTES),
}
"""Our screens for one small file: the name of the view, of the form field, and the largest size in bytes."""
UPLOAD_SCREEN = "upload_video"
OTHER_FIELDS = frozenset({"thumbnail", "captions"})
"""The fields of the upload screen for files that are no video; of captions there may be several."""

DEFAULT_IMAGE_LIMIT_BYTES = 10 * 1024 * 1024
"""Wagtail's own limit for images, if WAGTAILIMAGES_MAX_UPLOAD_SIZE sets none."""


@dataclass(frozen=True)
class UploadPolicy:
    """The files that one request may contain: limits for the screen's file field and for other fields; None is no file.

    The file field of the screen takes one file, mostly a video, and shows the reason of a refusal.
    """

    video_field: str | None = None
    video: limits.Limit | None = None
    other_fields: frozenset[str] | None = None  # None: any
    other: limits.Limit | None = None
    slack_bytes: int = 0

    def limit_for(self, field_name: str) -> limits.Limit | None:
        """Return the Limit of a file in the field `field_name`, or None if the field takes no file."""
        if field_name == self.video_field:
            return self.video
        if self.other_fields is None or field_name in self.other_fields:
            return self.other
        return None

    def exceeds_limit(self, announced_bytes: int) -> bool:
        """Return whether the video in a request of this length is too large, with any other content."""
        return self.video is not None and announced_bytes - self.slack_bytes > self.video.max_bytes


def upload_policy(request: HttpRequest) -> UploadPolicy | None:
    """Return the UploadPolicy of `request`, or None if it may not contain files. The URL must be resolved before."""
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
    has_others = match.view_name == UPLOAD_SCREEN
    return UploadPolicy(
        video_field=VIDEO_SCREENS[match.view_name],
        video=limits.video_limit(replacing=_replaced(match.kwargs), user=user),
        other_fields=OTHER_FIELDS if has_others else frozenset(),
        other=small_limit(),
        slack_bytes=(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) + (small_bytes() if has_others else 0),
    )


def _replaced(kwargs: Mapping[str, Any]) -> int | None:
    """Return the primary key of the video file whose source the upload replaces, or None.

    `kwargs` are those of the view: they contain the id of the file, or of a page that shows it.
    """
    if "page_id" in kwargs:
        return VideoFile.objects.filter(pages=kwargs["page_id"]).values_list("pk", flat=True).first()
    return kwargs.get("media_id")


def _small_file_policy(field_name: str, max_bytes: int) -> UploadPolicy:
    return UploadPolicy(
        video_field=field_name,
        video=limits.strictest(limits.Limit(max_bytes, limits.TOO_LARGE), limits.disk_limit()),
        other_fields=frozenset(),
        slack_bytes=settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0,
    )


def may_upload_videos(user: Any) -> bool:
    """Return whether `user` may add video files, or change some."""
    return policy_registry.get_by_type(VideoFile).user_has_any_permission(user, {"add", "change"})


def small_bytes() -> int:
    """Return twice the image limit of Wagtail's forms, so that these forms report larger images themselves."""
    return 2 * (getattr(settings, "WAGTAILIMAGES_MAX_UPLOAD_SIZE", None) or DEFAULT_IMAGE_LIMIT_BYTES)


def small_limit() -> limits.Limit:
    """Return the Limit for the total of all files of a request that are no video."""
    return limits.strictest(limits.Limit(small_bytes(), limits.TOO_LARGE), limits.disk_limit())
