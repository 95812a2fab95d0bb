"""The site's addresses, `/plain/<uuid>/source` (the same check, then Django's own FileResponse), and `/empty/`."""

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseForbidden
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils import timezone

from site_config.urls import urlpatterns as site_urls
from video_pages.access.browser import browser_keys
from video_pages.access.decide import decide
from video_pages.delivery.views import find_video


def plain_source(request: HttpRequest, video_id: str) -> HttpResponseBase:
    """Answer as a Django site without a delivery of its own."""
    browser = browser_keys(request)
    video = find_video(video_id)
    if video is None or not decide(video, browser, request.user, timezone.now()).allowed:
        return HttpResponseForbidden()
    file = video.video_file
    assert file is not None
    return FileResponse(open(file.file.path, "rb"), content_type=file.content_type)


def empty(request: HttpRequest) -> HttpResponse:
    """Answer at once: what the server, Django and the middleware cost without a view."""
    return HttpResponse()


urlpatterns = [path("empty/", empty), path("plain/<str:video_id>/source", plain_source), *site_urls]
