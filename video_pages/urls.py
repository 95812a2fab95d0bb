"""URLs of a video's bytes. Wagtail finds the pages in the page tree."""

from django.urls import path, re_path

from video_pages.delivery.views import stream

urlpatterns = [
    path("stream/<str:video_id>/<path:name>", stream, name="stream"),
    # The same view refuses all other addresses below /stream/: without an id or a name, with line breaks.
    re_path(r"^stream/(?P<video_id>[^/]*)(?:/(?P<name>[\s\S]*))?\Z", stream),
]
