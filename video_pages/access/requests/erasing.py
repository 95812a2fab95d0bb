"""Erase the personal data of old requests."""

import datetime as dt

from django.conf import settings

from video_pages.access.requests.models import AccessRequest
from video_pages.core import clock


def erase_old_requests(now: dt.datetime | None = None) -> int:
    """Delete the requests that are older than KEEP_REQUESTS_DAYS; return the number.

    Of a blocked one the keyed digest of its address stays, so that the block holds; name, address and reason go.
    """
    before = (now or clock.now()) - dt.timedelta(days=settings.KEEP_REQUESTS_DAYS)
    old = AccessRequest.objects.filter(created_at__lt=before)
    blocked = old.filter(state=AccessRequest.State.BLOCKED)
    emptied = blocked.exclude(email="").update(name="", email="", reason="", invitation=None)
    return emptied + old.exclude(state=AccessRequest.State.BLOCKED).delete()[0]
