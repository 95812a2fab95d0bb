"""Filters for the site's own words."""

import re

from django import template
from django.utils.html import format_html, format_html_join

register = template.Library()

EMPHASIS = re.compile(r"\*([^*]+)\*")


@register.filter
def emphasise(text):
    """Return `text` escaped, with words between *asterisks* in `<em>`; a lonely asterisk stays one."""
    parts = EMPHASIS.split(text)  # every second one stood between asterisks
    words = (format_html("<em>{}</em>", part) if number % 2 else part for number, part in enumerate(parts))
    return format_html_join("", "{}", ((word,) for word in words))
