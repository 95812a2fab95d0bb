"""The Content-Security-Policy of a page that shows the player."""

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse


def allow_inline_styles(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Allow inline styles in `response`, the answer to `request`, if it shows the player; return it.

    media-chrome's elements write their styles into <style> elements of their shadow roots.
    """
    if (getattr(response, "context_data", None) or {}).get("stream"):
        csp_update({"style-src": [UNSAFE_INLINE]})(lambda _request: response)(request)
    return response
