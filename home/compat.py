"""Private APIs of Django and Wagtail that this package uses; tests/home/test_compat.py checks each of them."""

from typing import Any

from django.forms import ClearableFileInput
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_supported_language_variant
from wagtail.models import Page, Site
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.url_routing import RouteResult

from video_pages.core.compat import accepted_tags


def raw_host(request: HttpRequest) -> str:
    """Return the host of `request` with its port, unchecked: `Site.find_for_request` compares it with host names."""
    return request._get_raw_host()  # type: ignore[attr-defined]  # private, so the stubs leave it out


def set_site(request: HttpRequest, site: Site) -> None:
    """Make `site` the answer of `Site.find_for_request(request)`, without a query."""
    request._wagtail_site = site  # type: ignore[attr-defined]  # Wagtail's cache on the request


def set_route(request: HttpRequest, page: Page) -> None:
    """Make `page` the answer of `Page.route_for_request(request, path)`, without a query."""
    request._wagtail_route_for_request = RouteResult(page)  # type: ignore[attr-defined]  # Wagtail's cache, too


def accepted_languages(header: str) -> list[str]:
    """Return the codes of the settings' languages that `header`, the value of Accept-Language, asks for, best first."""
    found = []
    for tag in accepted_tags(header):
        try:
            found.append(get_supported_language_variant(tag))
        except LookupError:  # no catalogue
            continue
    return list(dict.fromkeys(found))


class OwnersCachePolicy(PagePermissionPolicy):
    """Wagtail's policy for pages, with names of its own for what it keeps on a user."""

    permission_cache_name = "_owners_page_permission_cache"
    _explorable_root_instance_cache_name = "_owners_explorable_root_page_cache"


class ProjectFileInput(ClearableFileInput):
    """A file input whose template lies in a template folder of the project, where Django's forms do not look."""

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        return mark_safe(render_to_string(template_name, context))  # noqa: S308  a template escapes
