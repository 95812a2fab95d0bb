"""The name of a site for people outside: in mails, records and printed sheets.

Wagtail's own row of a site has a name. A package above may know a better one, which the owner has written for readers.
"""

from collections.abc import Callable

from django.conf import settings
from wagtail.models import Site

_finders: list[Callable[[Site], str]] = []


def register(finder: Callable[[Site], str]) -> None:
    """Ask `finder(site)` first for the name of a site in the active language; it returns "" where it knows none."""
    if finder not in _finders:
        _finders.append(finder)


def name_of(site: Site | None) -> str:
    """Return the name of `site` in the active language, on one line: its host if it has no name, or WAGTAIL_SITE_NAME.

    A name may be a header of a mail, which has no line end.
    """
    if site is None:
        return str(settings.WAGTAIL_SITE_NAME)
    known = next((name for finder in _finders if (name := finder(site))), "")
    return " ".join((known or site.site_name or site.hostname).split()) or str(settings.WAGTAIL_SITE_NAME)


def in_subject(subject: str, site: Site | None) -> str:
    """Return the `subject` of a mail with the name of `site`, as tabs of browsers have it behind their title."""
    return f"{subject} · {name_of(site)}"
