"""The browser behind a request: the keys of its access rows, and its address.

The key is random and lies in the session's data on the server; rows hold its digest. So an invented or planted cookie
names no row, and a copy of the database opens nothing.

A player in a frame of another site has a key of its own, because browsers send no session cookie there. The frame sends
its key in the address of each file, and rows hold its digest as well. For such a request the session is not read.
"""

import datetime as dt
import hashlib
import ipaddress
import re
import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import SESSION_KEY as AUTH_SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from video_pages.access.lengths import MAX_ACCESS_MINUTES
from video_pages.core import clock

SESSION_NAME = "browser_key"
# The id of a viewer in statistics: unlike the key it does not change when the browser unlocks another page.
VIEWER_NAME = "viewer_id"
MOST_AGE = dt.timedelta(minutes=MAX_ACCESS_MINUTES)
"""The most that the session of a visitor lasts: as long as the longest access by a password."""
OWN_END = "_session_expiry"
"""Where a session has an end of its own, as `set_expiry` of Django writes it."""
KEY_BYTES = 32  # 256 bits; design asks for 128 at least
FRAME_KEY = re.compile(r"[A-Za-z0-9_-]{43}")
"""The key of a frame, as `new_secret` makes it."""
FRAME_MARK = "~"
"""Stands before a frame's key where a session key could stand, too; no session key contains it."""
FRAME_ATTRIBUTE = "_frame_key"


class Browser(NamedTuple):
    """A browser as access knows it: the digests of its keys."""

    keys: tuple[str, ...] = ()


def browser_keys(request: HttpRequest) -> Browser:
    """Return the Browser behind `request`. Only `delivery.facts` reads sessions for access in another way."""
    if is_in_frame(request):
        return browser_of(frame_key(request))
    if request.session.session_key is None:
        return Browser()  # without a cookie no session is loaded, and a GET sets no cookie
    return browser_of(request.session.get(SESSION_NAME))


def browser_of(secret: object) -> Browser:
    """Return the Browser whose session has `secret` under SESSION_NAME; one without keys if that is no secret."""
    return Browser((digest(secret),) if isinstance(secret, str) and secret else ())


def use_frame_key(request: HttpRequest, key: str) -> None:
    """Have `request` come from a frame with `key`, "" if the frame has none yet, and not from a session or a user.

    Call this before anything asks who sends `request`.
    """
    setattr(request, FRAME_ATTRIBUTE, key)


def is_in_frame(request: HttpRequest) -> bool:
    """Return whether `use_frame_key` was called with `request`."""
    return hasattr(request, FRAME_ATTRIBUTE)


def frame_key(request: HttpRequest) -> str:
    """Return the key of the frame that sends `request`; after an unlock its new key; "" without one."""
    key: str = getattr(request, FRAME_ATTRIBUTE, "")
    return key


def digest(secret: str) -> str:
    """Return the digest of a browser's secret that a row keeps: SHA-256 in hexadecimal, 64 characters."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_secret() -> str:
    """Return a new secret for a browser: 256 random bits in URL-safe characters."""
    return secrets.token_urlsafe(KEY_BYTES)


def store_secret(request: HttpRequest, secret: str, *, until: dt.datetime) -> None:
    """Put `secret` into the request's session under a new Django session key, so that a planted cookie is useless.

    The session of a visitor then lasts at least until `until`, the end (aware) of the new access, as far as MOST_AGE
    allows; that of a user who is signed in keeps its end. In a frame, make it the frame's key: the view sends it in its
    response.
    """
    if is_in_frame(request):
        use_frame_key(request, secret)
        return
    if request.session.session_key is not None:
        request.session.cycle_key()  # a session without a key gets a new one when it is saved
    request.session[SESSION_NAME] = secret
    request.session.setdefault(VIEWER_NAME, new_secret())
    _keep_until(request.session, until)


def _keep_until(session: SessionBase, until: dt.datetime) -> None:
    """Give the `session` of a visitor an end not before `until` and its present end, within MOST_AGE."""
    if AUTH_SESSION_KEY in session:
        return
    now = clock.now()
    usual = now + dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)
    former = session.get_expiry_date() if OWN_END in session else usual
    end = min(max(until, usual, former), now + MOST_AGE)
    if OWN_END in session or end > usual:
        session.set_expiry(end)


def keep_usual_end(sender: object, request: HttpRequest, **kwargs: object) -> None:
    """Give the session of a user who has just signed in the usual end, whatever access it had before."""
    if OWN_END in request.session:
        request.session.set_expiry(None)


def viewer_id(request: HttpRequest) -> str:
    """Return the random id that the session of `request` has had since its first unlock, or ""."""
    if is_in_frame(request):
        return ""
    if request.session.session_key is None:
        return ""
    known = request.session.get(VIEWER_NAME)
    return known if isinstance(known, str) else ""


def client_address(meta: Mapping[str, Any]) -> str:
    """Return the address that guesses are counted by, as text: a whole IPv4 address, or the /64 network of an IPv6 one.

    `meta` is that of the request.
    Of X-Forwarded-For only the last settings.TRUSTED_PROXIES entries are trusted. The trusted proxies did not write a
    shorter header; then the address of the connection is used.
    """
    address = meta.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        if len(hops) >= settings.TRUSTED_PROXIES:
            address = hops[-settings.TRUSTED_PROXIES]
    return network_of(address)


def network_of(address: str) -> str:
    """Return the network of `address` for counting: an IPv4 address or an IPv6 /64; "unknown" for any other text.

    A port is ignored: some proxies write "192.0.2.1:4711" and "[2001:db8::1]:4711".
    """
    try:
        parsed = ipaddress.ip_address(_without_port(address).split("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def _without_port(address: str) -> str:
    address = address.strip(' "')
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


def client_network(address: str) -> str:
    """Return the part of an `address` as `client_address` returns it that editors are shown: an IPv4 /24 or IPv6 /48.

    "" if the address is unknown.
    """
    try:
        first = ipaddress.ip_network(address).network_address
    except ValueError:
        return ""
    return str(ipaddress.ip_network((first, 24 if first.version == 4 else 48), strict=False))


def client_digest(address: str) -> str:
    """Return a keyed digest of an `address` as `client_address` returns it, so that no address is kept.

    64 hexadecimal characters.
    """
    return salted_hmac("video_pages.access.client", address, algorithm="sha256").hexdigest()
