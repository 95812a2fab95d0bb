"""Content security policies: a strict one for visitors, a looser one for the Wagtail admin.

Visitors' pages run no inline script and load nothing from other hosts. On the player's page, the import map has a
nonce, and the controls bring inline styles. Wagtail's admin does not work with this policy. Its own policy allows only
what it needs, with the reason for each difference.
"""

import dataclasses
from typing import Any

from csp.constants import NONCE, NONE, SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest
from django.http.response import HttpResponseBase

PUBLIC: dict[str, list[Any]] = {
    "default-src": [NONE],
    "script-src": [SELF, NONCE],
    "style-src": [SELF],
    "img-src": [SELF, "data:", "blob:"],
    "media-src": [SELF, "blob:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
    "object-src": [NONE],
}

ADMIN = {
    **PUBLIC,
    # Wagtail's editor writes inline scripts (telepath, draftail) and style attributes.
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    # The preview panel is a frame of our own pages inside the editor.
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
}

# A page rendered for the preview panel is a visitors' page in a frame of the page editor.
PREVIEW = {**PUBLIC, "frame-ancestors": [SELF]}

# media-chrome's elements write their styles into <style> elements of their shadow roots.
PLAYER_STYLES = {"style-src": [SELF, UNSAFE_INLINE]}

ADMIN_PREFIX = "/admin/"


class SiteCSPMiddleware(CSPMiddleware):
    """django-csp's middleware, with separate policies for the admin, its previews, and pages with the player.

    A page with the player is recognised by its nonce: only the player's import map requests one.

    Wagtail renders a preview by sending a dummy request (`is_dummy`, which no client can set) for the page's public
    address through all middleware, and returns its response.
    """

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if report_only or parts.config is not None:
            return parts
        is_preview = getattr(request, "is_dummy", False)
        if request.path_info.startswith(ADMIN_PREFIX) and not is_preview:
            return dataclasses.replace(parts, config=ADMIN)
        policy = PREVIEW if is_preview else PUBLIC
        return dataclasses.replace(parts, config={**policy, **PLAYER_STYLES} if parts.nonce else policy)
