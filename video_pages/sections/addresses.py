"""Find and make sections of the default site by their paths, such as `/videos/2026/`; and slugs that are free."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_unicode_slug
from django.db import transaction
from django.utils.text import slugify
from wagtail.models import Page, Site

from video_pages.pages.compat import is_slug_available
from video_pages.pages.models import VideoIndexPage
from video_pages.uploads.names import title_from_filename

MAX_SLUG_LENGTH = 240
"""Wagtail's limit is 255; a number may have to follow."""


class SectionAddressError(Exception):
    """No section exists at an address, or none can be made there. The message is a sentence for the operator."""


def find_section(address: str) -> VideoIndexPage:
    """Return the VideoIndexPage at `address`. Raises SectionAddressError."""
    url_path = f"{site_root().url_path}{'/'.join([*_slugs(address), ''])}"
    section = VideoIndexPage.objects.filter(url_path=url_path, alias_of=None).first()
    if section is None:
        raise SectionAddressError(f"There is no section at {address}.")
    return section


def make_section(address: str) -> tuple[VideoIndexPage, int]:
    """Return (section at `address`, number of sections made): each missing section of the path is made and published.

    Titles come from the address: `/summer-school/` becomes "Summer school". Raises SectionAddressError if a page of
    another type has an address on the path, or if no section can have it; then nothing is made.
    """
    slugs = _slugs(address)
    if not slugs:
        raise SectionAddressError(f"{address} names no section. Write its address, such as /videos/.")
    parent, made = site_root().specific, 0
    with transaction.atomic():
        for slug in slugs:
            page = Page.objects.child_of(parent).filter(slug=slug).first()
            if page is None:
                page, made = _add(parent, slug), made + 1
            parent = page.specific
            if not isinstance(parent, VideoIndexPage) or parent.alias_of_id:
                raise SectionAddressError(f"“{parent.title}” is no section, so none can be made at {address}.")
    return parent, made


def site_root() -> Page:
    """Return the root page of the default site. Raises SectionAddressError while there is no site."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        raise SectionAddressError("There is no site yet. Run `manage.py migrate` first.")
    return site.root_page


def free_slug(kind: type[Page], title: str, parent: Page, *, fallback: str) -> str:
    """Return a slug for a page of the class `kind` called `title` that no page below `parent` has.

    `fallback` is for a title without a letter or digit that an address could hold.
    """
    base = slugify(title, allow_unicode=True)[:MAX_SLUG_LENGTH].strip("-_") or fallback
    slug, number = base, 1
    while not is_slug_available(kind, slug, parent):
        number += 1
        slug = f"{base}-{number}"
    return slug


def _add(parent: Page, slug: str) -> VideoIndexPage:
    section = VideoIndexPage(title=title_from_filename(slug), slug=slug, show_in_menus=True)
    if not VideoIndexPage.can_create_at(parent):
        raise SectionAddressError(f"No section can be made below “{parent.title}”.")
    try:
        validate_unicode_slug(slug)
        parent.add_child(instance=section)
    except ValidationError as error:
        raise SectionAddressError(f"No section can be made at “{slug}”. {' '.join(error.messages)}") from None
    section.save_revision().publish()
    return section


def _slugs(address: str) -> list[str]:
    return [slug for slug in address.split("/") if slug]
