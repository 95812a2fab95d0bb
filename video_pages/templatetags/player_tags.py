"""The static files of the player, for a page from which it is opened."""

import functools
from pathlib import Path

from django import template
from django.conf import settings
from django.templatetags.static import static

register = template.Library()


@register.simple_tag
def player_files() -> str:
    """Return the addresses of what the page of a player loads until it plays, in this order, with spaces between."""
    return " ".join(static(name) for name in ("bundles/css/player_page.css", "bundles/js/player_page.js", *_hls()))


@functools.cache
def _hls() -> list[str]:
    """Return the name of the light build of hls.js, which the bundler has given a part that depends on its content."""
    folder = Path(dict(settings.STATICFILES_DIRS)["bundles"])
    return sorted(f"bundles/js/{path.name}" for path in folder.glob("js/hls_light-*.js"))
