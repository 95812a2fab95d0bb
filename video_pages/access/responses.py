"""What every answer about a gated video carries, locked or unlocked, page or byte."""

from django.utils.cache import patch_vary_headers


def keep_out_of_caches(response):
    """Keep `response` out of every cache (RFC 9111, 5.2.2) and return it: the next browser may not see this one's."""
    response.headers["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ("Cookie",))
    return response
