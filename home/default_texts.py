"""Texts that an owner has left as they were made: readers see them in their own language."""

from django.utils.functional import Promise

from video_pages.core.all_languages import in_all_languages


def for_reader(text: str, default: str | Promise) -> str:
    """Return `text`, or if it is `default` in any language of the settings: `default` in the present language.

    A column has the text of the language in which its row was made: English from migrations, else that of a request of
    the time. So the language of the site counts like any other one.
    """
    return str(default) if text in in_all_languages(default) else text
