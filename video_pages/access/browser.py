"""The browser behind a request: the keys by which it holds access rows, and its address.

The key is random and lies in the session's data on the server; rows hold its digest. So a cookie someone invented
or planted names no row, and reading the database opens nothing.
"""

import hashlib
import ipaddress
import secrets
from typing import NamedTuple

from django.conf import settings
from django.utils.crypto import salted_hmac

SESSION_NAME = "browser_key"
# By which figures tell viewers apart, for a day: unlike the key it stays the same from unlock to unlock.
VIEWER_NAME = "viewer_id"
KEY_BYTES = 32  # 256 bits; design asks for 128 at least


class Browser(NamedTuple):
    """What a request shows of its browser: digests of its keys."""

    keys: tuple = ()


def browser_keys(request):
    """Return the Browser behind `request`. The only function that reads the session for access."""
    if request.session.session_key is None:
        return Browser()  # no cookie: nothing is loaded, and a GET sets none
    secret = request.session.get(SESSION_NAME)
    keys = (digest(secret),) if isinstance(secret, str) and secret else ()
    return Browser(keys)


def digest(secret):
    """Return what a row keeps of a browser's secret: SHA-256 in hexadecimal, 64 characters."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_secret():
    """Return a fresh secret for a browser, 256 random bits in URL-safe letters."""
    return secrets.token_urlsafe(KEY_BYTES)


def store_secret(request, secret):
    """Put `secret` into the request's session under a new Django session key, so that a planted cookie stays behind."""
    if request.session.session_key is not None:
        request.session.cycle_key()  # one without a key gets a fresh one when it is saved
    request.session[SESSION_NAME] = secret
    request.session.setdefault(VIEWER_NAME, new_secret())


def viewer_id(request):
    """Return the random id of the browser behind `request` that its session holds since an unlock, or ""."""
    if request.session.session_key is None:
        return ""
    known = request.session.get(VIEWER_NAME)
    return known if isinstance(known, str) else ""


def client_address(request):
    """Return the address that guesses are counted by: IPv4 whole, IPv6 by its /64 network, as text.

    X-Forwarded-For is believed only as far as settings.TRUSTED_PROXIES counts from its right end; a header shorter than
    that was not written by our proxies, and the connection's own address is used.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        if len(hops) >= settings.TRUSTED_PROXIES:
            address = hops[-settings.TRUSTED_PROXIES]
    return network_of(address)


def network_of(address):
    """Return `address` as its network is counted: IPv4, or an IPv6 /64; "unknown" for what is no address.

    A port behind it is passed over: some proxies write "192.0.2.1:4711" and "[2001:db8::1]:4711".
    """
    try:
        parsed = ipaddress.ip_address(_without_port(address).split("%")[0])
    except ValueError:
        return "unknown"
    if parsed.version == 6 and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def _without_port(address):
    address = address.strip(' "')
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


def client_network(request):
    """Return roughly where the client is: its network, an IPv4 /24 or an IPv6 /48, as text; "" for no address."""
    try:
        address = ipaddress.ip_network(client_address(request)).network_address
    except ValueError:
        return ""
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False))


def client_digest(request):
    """Return a keyed digest of the client's address, 64 hexadecimal characters: no address is kept."""
    return salted_hmac("video_pages.access.client", client_address(request), algorithm="sha256").hexdigest()
