"""The address that the self-test asks. It is one of the site's own, never one that a visitor or a form has given."""

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host
from wagtail.models import Site

LOOPBACK = frozenset(["127.0.0.1", "::1", "localhost"])


class NotThisSite(ValueError):
    """The address is not one of this site."""


@dataclass(frozen=True)
class Base:
    """An origin: `scheme`, `host` and `port` of the connection; `netloc` is what the Host header says."""

    scheme: str
    host: str
    port: int
    netloc: str

    @classmethod
    def of(cls, url: str) -> Self:
        """Return the Base of `url`, "https://host" or "http://host:port" of this site. Raises NotThisSite.

        A loopback address is accepted, too: a worker may ask the application beside it.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError as error:
            raise NotThisSite(f"{url!r} is no address: {error}.") from error
        if parts.scheme not in ("http", "https") or not host or parts.username or parts.path.strip("/") or parts.query:
            raise NotThisSite(f"{url!r} is no address like https://host or http://host:port.")
        if host not in own_hosts():
            raise NotThisSite(
                f"{host!r} is no host of this site: those are BASE_URL, ALLOWED_HOSTS and the sites of Wagtail."
            )
        return cls(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), parts.netloc)

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.netloc}"


class OwnHosts:
    """The hosts of this site: `host in hosts`."""

    def __init__(self) -> None:
        self._sites = {name.lower() for name in Site.objects.values_list("hostname", flat=True)}
        self._sites.add(urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname or "")
        # `*` stands for hosts that the operator does not want to name; it makes no other machine a part of the site.
        self._allowed = [pattern for pattern in settings.ALLOWED_HOSTS if pattern != "*"]

    def __contains__(self, host: str) -> bool:
        return bool(host) and (host in LOOPBACK or host in self._sites or validate_host(host, self._allowed))


def own_hosts() -> OwnHosts:
    return OwnHosts()


def usual_base() -> Base:
    """Return the address that the worker asks: SELF_TEST_URL, or BASE_URL. Raises NotThisSite."""
    return Base.of(settings.SELF_TEST_URL or settings.WAGTAILADMIN_BASE_URL)
