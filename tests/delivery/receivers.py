"""A television: it gets its addresses from the page of a browser, and asks without a cookie."""

from django.urls import reverse

from tests import factories
from tests.delivery.addresses import unlocked
from video_pages.access import receivers
from video_pages.access.decide import Reason, Verdict
from video_pages.core import clock


def folder_for(video, client=None):
    """Return the folder of addresses that a browser which has unlocked `video` gets for a receiver, with a slash."""
    asked = reverse("stream", args=(video.uuid, "receiver"))
    return (client or unlocked(video)).get(asked).json()["folder"]


def folder_of_row(video, row_id, *, now=None):
    """Return the folder of addresses of a receiver that the access row `row_id` opens `video` for."""
    verdict = Verdict(True, Reason.UNLOCKED, access_id=row_id)
    token = receivers.new_token(video.uuid, verdict, 0, now=now or clock.now())
    return f"/stream/{video.uuid}/~{token}/"


def television():
    """Return a client without a cookie, that calls itself what a Chromecast does."""
    return factories.browser(
        HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux armv7l) AppleWebKit/537.36 Chrome/90.0 CrKey/1.56"
    )
