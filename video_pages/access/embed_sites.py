"""The sites that may show films in a frame: the owner's list, as text with one site on each line.

A site is an origin: `https://school.example`, with a port if it has one, and `https://*.school.example` for all names
below it. Paths say nothing to browsers here, so they are dropped; a name without a scheme means https.
"""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

MOST_SITES = 100
"""The header that names them all has to fit into 8 KB."""
LABEL = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
HOST = re.compile(rf"(?:\*\.)?{LABEL}(?:\.{LABEL})*")
SCHEMES = {"https": 443, "http": 80}


def read_site(text: str) -> str:
    """Return the origin that `text`, one line of a person, means. Raises ValueError if it means none."""
    parts = urlsplit(text if "://" in text else f"https://{text}")
    if parts.scheme not in SCHEMES or parts.username is not None or parts.password is not None:
        raise ValueError(text)
    address, port = parts.hostname or "", parts.port
    is_wildcard = address.startswith("*.")
    name = address.removeprefix("*.")
    host = f"{'*.' if is_wildcard else ''}{_in_ascii(name)}"
    # A wildcard below a name without a dot would be a whole top-level domain.
    if not HOST.fullmatch(host) or len(host) > 253 or (is_wildcard and "." not in name):
        raise ValueError(text)
    return f"{parts.scheme}://{host}" + ("" if port in (None, SCHEMES[parts.scheme]) else f":{port}")


def read_sites(text: str) -> list[str]:
    """Return the origins in `text`, one on each line, each once. Raises ValueError with the first wrong line."""
    sites: dict[str, None] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        try:
            sites[read_site(line)] = None
        except ValueError:
            raise ValueError(line) from None
    return list(sites)


def names_site(sites: Sequence[str], origin: str) -> bool:
    """Return whether one of `sites` means `origin`, as a browser writes it: `https://www.school.example`."""
    scheme, _colon, host = origin.lower().partition("://")
    for site in sites:
        known_scheme, _colon, known_host = site.partition("://")
        # As in a content security policy, a site that is listed with http counts with https, too.
        if scheme != known_scheme and (known_scheme, scheme) != ("http", "https"):
            continue
        if host == known_host or (known_host.startswith("*.") and host.endswith(known_host[1:])):
            return True
    return False


def _in_ascii(host: str) -> str:
    """Return `host` as browsers send it: names with other letters in punycode. Raises ValueError."""
    return host if host.isascii() else host.encode("idna").decode("ascii")
