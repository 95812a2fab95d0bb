"""System checks of CDN_URL, the address from which pages load static files and public media."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.http.request import validate_host


@register(Tags.security)
def cdn_is_another_host_by_https(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Sequence[CheckMessage]:
    """Refuse plain HTTP for the scripts of a site with HTTPS; warn if the site answers to the name of the CDN.

    A CDN that forwards its own name and all paths would show the site's pages, and its forms, under that name.
    """
    if not settings.CDN_URL:
        return []
    problems: list[CheckMessage] = []
    cdn = urlsplit(settings.CDN_URL)
    if cdn.scheme == "http" and urlsplit(settings.WAGTAILADMIN_BASE_URL).scheme == "https":
        problems.append(
            Error(
                f"CDN_URL is {settings.CDN_URL!r}, but the site has HTTPS: browsers refuse its scripts and styles.",
                hint=f"Set CDN_URL=https://{cdn.netloc}.",
                id="video_pages.E025",
            )
        )
    if validate_host(cdn.hostname or "", settings.ALLOWED_HOSTS):
        problems.append(
            CheckWarning(
                f"ALLOWED_HOSTS accepts {cdn.hostname}, the host of CDN_URL: pages and forms could be shown under it.",
                hint="Name only the site's own hosts in ALLOWED_HOSTS, and have the CDN send the site's host name "
                "(docs/operators.md).",
                id="video_pages.W026",
            )
        )
    return problems
