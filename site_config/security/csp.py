"""Content security policies: a strict one for visitors, a looser one for the Wagtail admin.

Visitors' pages run no inline script and load nothing from other hosts. The settings make two exceptions: static files
and public media come from CDN_URL, files of videos from the origins that the delivery backend names. The page with the
player allows inline styles, which its controls need (`allow_inline_styles` in `video_pages.pages.player_styles`).

Wagtail's admin does not work with this policy. Its own policy allows only what it needs, with the reason for each
difference.
"""

import dataclasses
import functools
from collections.abc import Mapping
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from video_pages.delivery.backends.choice import backend_class

Policy = dict[str, list[Any]]

PUBLIC: Policy = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:", "blob:"],
    "manifest-src": [SELF],
    "media-src": [SELF, "blob:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
    "object-src": [NONE],
}

# The directives about static files and public media, and those about files of videos. The player looks for televisions
# with a short film, which is a static file.
CDN_DIRECTIVES = ("script-src", "style-src", "font-src", "img-src", "media-src")
LIBRARY_DIRECTIVES = ("media-src", "connect-src", "img-src")

ADMIN_PREFIX = "/admin/"


def public_policy(cdn: str, library: tuple[str, ...]) -> Policy:
    """Return the policy of visitors' pages; `cdn` is an origin or "", `library` the origins of files of videos."""
    policy = {name: list(sources) for name, sources in PUBLIC.items()}
    for names, origins in ((CDN_DIRECTIVES, (cdn,) if cdn else ()), (LIBRARY_DIRECTIVES, library)):
        for name in names:
            policy[name] += [origin for origin in origins if origin not in policy[name]]
    return policy


def admin_policy(public: Mapping[str, list[Any]]) -> Policy:
    """Return the policy of the admin, which differs from `public` where Wagtail needs it."""
    return {
        **public,
        # Wagtail's editor writes inline scripts (telepath, draftail) and style attributes.
        "script-src": [*public["script-src"], UNSAFE_INLINE],
        "style-src": [*public["style-src"], UNSAFE_INLINE],
        # The preview panel is a frame of our own pages inside the editor.
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
    }


def preview_policy(public: Mapping[str, list[Any]]) -> Policy:
    """Return the policy of a page for the preview panel: a visitors' page in a frame of the page editor."""
    return {**public, "frame-ancestors": [SELF]}


@functools.lru_cache(maxsize=16)
def _policies(cdn: str, library: tuple[str, ...]) -> tuple[Policy, Policy, Policy]:
    public = public_policy(cdn, library)
    return public, admin_policy(public), preview_policy(public)


class SiteCSPMiddleware(CSPMiddleware):
    """django-csp's middleware, with separate policies for the admin and its previews.

    Wagtail renders a preview by sending a dummy request (`is_dummy`, which no client can set) for the page's public
    address through all middleware, and returns its response.
    """

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if report_only or parts.config is not None:
            return parts
        public, admin, preview = _policies(settings.CDN_URL, backend_class(settings.DELIVERY).origins())
        is_preview = getattr(request, "is_dummy", False)
        if request.path_info.startswith(ADMIN_PREFIX) and not is_preview:
            return dataclasses.replace(parts, config=admin)
        return dataclasses.replace(parts, config=preview if is_preview else public)
