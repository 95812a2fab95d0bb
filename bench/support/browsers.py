"""Browsers that have unlocked a video: many at once, with the rows that an unlock makes."""

from datetime import timedelta
from string import ascii_lowercase, digits
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from video_pages.models import VideoPage


def make_viewers(video: "VideoPage", number: int) -> list[str]:
    """Return the Cookie headers of `number` browsers that have unlocked `video`."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone
    from django.utils.crypto import get_random_string

    from video_pages.access.browser import SESSION_NAME, digest, new_secret
    from video_pages.models import VideoAccessSession

    now, store = timezone.now(), SessionStore()
    ends = now + timedelta(hours=2)
    keys = [get_random_string(32, ascii_lowercase + digits) for _viewer in range(number)]
    secrets = [new_secret() for _key in keys]
    Session.objects.bulk_create(
        Session(session_key=key, session_data=store.encode({SESSION_NAME: secret}), expire_date=ends)
        for key, secret in zip(keys, secrets, strict=True)
    )
    VideoAccessSession.objects.bulk_create(
        VideoAccessSession(session_key=digest(secret), video=video, created_at=now, expires_at=ends)
        for secret in secrets
    )
    return [f"sessionid={key}" for key in keys]
