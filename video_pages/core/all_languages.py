"""Texts that an owner has left as they were made: recognised in any language, and shown in the reader's."""

import functools

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from video_pages.core.typography import content_language


@functools.cache  # for the few defaults of this project
def in_all_languages(text: str | Promise) -> frozenset[str]:
    """Return the lazy translation `text` in each language of the settings."""
    found = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.add(str(text))
    return frozenset(found)


def for_reader(text: str, default: str | Promise) -> str:
    """Return `text`, or if it is `default` in any language of the settings: `default` in the present language.

    A column has the text of the language in which its row was made: English from migrations, else that of a request of
    the time. So the language of the site counts like any other one.
    """
    return str(default) if text in in_all_languages(default) else text


def reader_language(text: str, *defaults: str | Promise) -> str:
    """Return the `content_language` of what `for_reader` gives; "" for one of `defaults`, which it translates."""
    return "" if any(text in in_all_languages(default) for default in defaults) else content_language()
