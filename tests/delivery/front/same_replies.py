"""Compare the replies of the layer in front of Django with those of Django alone."""

from site_config.security.request import SiteHandler
from tests.delivery.wsgi_requests import ask, front
from video_pages.delivery import counting
from video_pages.models import VideoAccessSession

MADE = "0123456789ab"


def cookie_of(client):
    return client.cookies["sessionid"].value


def remember_view(video):
    row = VideoAccessSession.objects.latest("pk")
    counting.counted.add((video.uuid, f"session:{row.pk}"))


def address(video, name="source"):
    return f"/stream/{video.uuid}/{name}"


def same(path, *, is_passed=False, **request):
    """Check that both give the same reply, the front twice (cold and warm), and return it; `is_passed` to the view."""
    with_front = front()
    replies = [ask(with_front, path, **request) for _time in range(2)]
    assert bool(with_front.application.requests) is is_passed, (path, request)
    assert replies == [ask(SiteHandler(), path, **request)] * 2, (path, request)
    return replies[0]
