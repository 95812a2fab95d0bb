"""The cookie that keeps the key of a frame, where browsers allow one in a frame of another site.

It is read for the page in the frame alone, so that a reload asks for no password again. Files of the video are asked
for by the key in their address. `Partitioned` gives the cookie to frames on this one site only (CHIPS); browsers that
block all cookies of other sites drop it, and so do those that know no `Partitioned` and block third-party cookies.
`SameSite=None` needs `Secure`, which browsers accept over plain HTTP on loopback addresses at most.
"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from video_pages.access.browser import FRAME_KEY, MOST_AGE

COOKIE = "frame_key"


def key_in_cookie(request: HttpRequest) -> str:
    """Return the key in the cookie of `request`, or ""."""
    key = request.COOKIES.get(COOKIE, "")
    return key if FRAME_KEY.fullmatch(key) else ""


def keep_key(response: HttpResponseBase, key: str, path: str) -> None:
    """Write `key` into the cookie of the frames below `path` on `response`.

    The key opens nothing after its access row has ended. An invitation may be extended, so the cookie lasts as long as
    the session of a visitor at most. It is written as a header, because Django knows no `Partitioned` (Python's cookies
    do from 3.14 on).
    """
    age = int(MOST_AGE.total_seconds())
    response.headers["Set-Cookie"] = (
        f"{COOKIE}={key}; Path={path}; Max-Age={age}; HttpOnly; Secure; SameSite=None; Partitioned"
    )
