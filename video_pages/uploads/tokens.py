"""What finished uploads hand over: forms are given a token in place of a file."""

from video_pages.library.models import VideoFile
from video_pages.uploads.models import ResumableUpload


def waiting_file(token, user):
    """Return the VideoFile that `user` uploaded under `token` and no page has taken yet, or None."""
    if not token:
        return None
    upload = ResumableUpload.objects.filter(token=token, user=user, video_file__isnull=False, replaces=None)
    found = upload.select_related("video_file").first()
    return found.video_file if found and found.video_file.awaits_page_until is not None else None


def replaced_file(token, user):
    """Return the VideoFile that got its new source by the upload `token` of `user`, or None."""
    upload = ResumableUpload.objects.filter(token=token, user=user, replaces__isnull=False, video_file__isnull=False)
    found = upload.select_related("video_file").first() if token else None
    return found.video_file if found else None


def mark_taken(video_file):
    """Note that a page, or the library, has taken `video_file`; return False if something had before."""
    claimed = VideoFile.objects.filter(pk=video_file.pk, awaits_page_until__isnull=False)
    was_waiting = bool(claimed.update(awaits_page_until=None))
    video_file.awaits_page_until = None
    return was_waiting
