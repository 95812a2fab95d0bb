"""A frame of another site that has opened a video: its key, and the addresses that it asks."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from video_pages.access import browser as browsers
from video_pages.models import VideoAccessSession


def open_frame(video, **fields):
    """Return the key of a frame that may watch `video` for an hour; `fields` replace columns of its access row."""
    key, now = browsers.new_secret(), timezone.now()
    columns = {"video": video, "created_at": now, "expires_at": now + dt.timedelta(hours=1), **fields}
    VideoAccessSession.objects.create(session_key=browsers.digest(key), **columns)
    return key


def frame_url(video, key, name="source"):
    """Return the address of the file `name` of `video` in a frame with `key`."""
    return reverse("stream", args=(video.uuid, f"{browsers.FRAME_MARK}{key}/{name}"))
