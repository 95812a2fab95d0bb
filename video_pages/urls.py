"""URLs of a video's bytes, of its player in a frame, and of invitations. Wagtail finds the pages in the page tree."""

from django.urls import path, re_path

from video_pages.access.responses import LINK_PREFIX
from video_pages.delivery.cdn.origin import segment
from video_pages.delivery.gate import stream_gate
from video_pages.delivery.views import stream
from video_pages.embeds.views import embed
from video_pages.pages.invited.links import invitation_link
from video_pages.pages.invited.mail_code import mail_code
from video_pages.pages.invited.requests import ask_for_access

LINKS = LINK_PREFIX.removeprefix("/")

urlpatterns = [
    path("stream/<str:video_id>/<path:name>", stream, name="stream"),
    # The same view refuses all other addresses below /stream/: without an id or a name, with line breaks.
    re_path(r"^stream/(?P<video_id>[^/]*)(?:/(?P<name>[\s\S]*))?\Z", stream),
    # No page of the tree has such an address: it has no slash at its end.
    re_path(r"^cdn/(?P<name>[0-9a-f]{32}(?:/[^/]+){3})\Z", segment, name="cdn_segment"),
    path("embed/<str:video_id>/", embed, name="embed"),
    # With and without a slash at the end: a redirect would be one more request with the token.
    re_path(rf"^{LINKS}ask/(?P<place>[^/]+)/?\Z", ask_for_access, name="ask_for_access"),
    re_path(rf"^{LINKS}code/(?P<ticket>[^/]+)/?\Z", mail_code, name="mail_code"),
    re_path(rf"^{LINKS}(?P<token>[^/]*)/?\Z", invitation_link, name="invitation_link"),
    re_path(r"^stream-gate(?:/[\s\S]*)?\Z", stream_gate, name="stream_gate"),
]
