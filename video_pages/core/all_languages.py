"""A text of the site in all its languages, to recognise it where a row keeps it as it was made."""

import functools

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise


@functools.cache  # for the few defaults of this project
def in_all_languages(text: str | Promise) -> frozenset[str]:
    """Return the lazy translation `text` in each language of the settings."""
    found = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.add(str(text))
    return frozenset(found)
