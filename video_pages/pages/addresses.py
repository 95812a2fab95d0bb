"""Find a video or section by what a person knows of it: its address, or the uuid of a video."""

import uuid
from typing import Any
from urllib.parse import urlsplit

from wagtail.models import Page, Site

from video_pages.access.guard import VIDEO, page_model
from video_pages.pages.protected import ProtectedPage


class PageAddressError(Exception):
    """No video and no section is there. The message is a sentence for the operator."""


def find_page(name: str) -> Any:
    """Return the source VideoPage or VideoIndexPage that `name` means: a path such as `/videos/`, or a uuid.

    A path is one of the default site, a whole address is taken by its path. Raises PageAddressError.
    """
    page = _by_uuid(name) or _by_path(urlsplit(name).path)
    if page is None:
        raise PageAddressError(f"There is no video and no section at {name}.")
    return page.source


def _by_uuid(name: str) -> Any:
    try:
        wanted = uuid.UUID(name)
    except ValueError:
        return None
    return page_model(VIDEO).objects.filter(uuid=wanted).first()


def _by_path(path: str) -> Any:
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        return None
    slugs = [slug for slug in path.split("/") if slug]
    url_path = f"{site.root_page.url_path}{'/'.join([*slugs, ''])}"
    page = Page.objects.filter(url_path=url_path).first()
    found = page.specific if page else None
    return found if isinstance(found, ProtectedPage) else None
