"""The files of finished uploads, by token: forms get a token in place of a file."""

from typing import Any

from video_pages.library.models import VideoFile
from video_pages.uploads.models import ResumableUpload


def waiting_file(token: str | None, user: Any) -> VideoFile | None:
    """Return the VideoFile of the upload `token` of `user` that no page uses yet, or None."""
    if not token or "\0" in token:  # PostgreSQL refuses a query for a NUL
        return None
    upload = ResumableUpload.objects.filter(token=token, user=user, video_file__isnull=False, replaces=None)
    found = upload.select_related("video_file").first()
    video_file = found.video_file if found else None
    return video_file if video_file and video_file.awaits_page_until is not None else None


def replaced_file(token: str | None, user: Any) -> VideoFile | None:
    """Return the VideoFile whose new source is the upload `token` of `user`, or None."""
    if not token or "\0" in token:
        return None
    upload = ResumableUpload.objects.filter(token=token, user=user, replaces__isnull=False, video_file__isnull=False)
    found = upload.select_related("video_file").first()
    return found.video_file if found else None


def mark_taken(video_file: VideoFile) -> bool:
    """Record that a page, or the library, uses `video_file`; return False if it was in use before."""
    claimed = VideoFile.objects.filter(pk=video_file.pk, awaits_page_until__isnull=False)
    was_waiting = bool(claimed.update(awaits_page_until=None))
    video_file.awaits_page_until = None
    return was_waiting
