"""Content security policies: a strict one for visitors, a looser one for the Wagtail admin.

Visitors' pages run no inline script and load nothing from elsewhere. The player's page is one of them: its import map
carries a nonce, and its controls bring styles of their own. Wagtail's admin cannot live with that; what it gets is
what it needs and no more, each with its reason.
"""

import dataclasses
from typing import Any

from csp.constants import NONCE, NONE, SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware

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

# A page drawn for the preview panel is a visitors' page that the editor may frame.
PREVIEW = {**PUBLIC, "frame-ancestors": [SELF]}

# media-chrome's elements write their styles into <style> elements of their shadow roots.
PLAYER_STYLES = {"style-src": [SELF, UNSAFE_INLINE]}

ADMIN_PREFIX = "/admin/"


class SiteCSPMiddleware(CSPMiddleware):
    """django-csp's middleware, with policies of their own for the admin, its previews, and pages with the player.

    A page with the player is known by its nonce: nothing but the player's import map asks for one.

    Wagtail draws a preview by sending a made-up request (`is_dummy`, which no client can set) for the page's
    public address through all middleware, and answers with what comes back.
    """

    def get_policy_parts(self, request, response, report_only=False):
        parts = super().get_policy_parts(request, response, report_only)
        if report_only or parts.config is not None:
            return parts
        is_preview = getattr(request, "is_dummy", False)
        if request.path_info.startswith(ADMIN_PREFIX) and not is_preview:
            return dataclasses.replace(parts, config=ADMIN)
        policy = PREVIEW if is_preview else PUBLIC
        return dataclasses.replace(parts, config={**policy, **PLAYER_STYLES} if parts.nonce else policy)
