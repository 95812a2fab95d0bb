"""Addresses of a video's bytes; the pages themselves are found by Wagtail in the page tree."""

from django.urls import path, re_path

from video_pages.delivery.views import stream

urlpatterns = [
    path("stream/<str:video_id>/<path:name>", stream, name="stream"),
    # Whatever else begins so is asked and refused in the same way: no id, no name, line breaks.
    re_path(r"^stream/(?P<video_id>[^/]*)(?:/(?P<name>[\s\S]*))?\Z", stream),
]
