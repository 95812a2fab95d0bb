"""The part of a page that people who have a link or a password see before it is open to them."""

from typing import Any

from django.http import HttpRequest

from video_pages.access.decide import passes_restrictions
from video_pages.access.guard import SECTION
from video_pages.access.invitations.models import Invitation
from video_pages.access.site_settings import AccessSettings
from video_pages.core.page_protocols import LockablePage


def shows_page(request: HttpRequest, page: LockablePage, settings: AccessSettings) -> bool:
    """Return whether those who have a link to `page`, a source page, read its title before they open it.

    Not if the owner of the site has chosen so, nor for a page that Wagtail's own view restrictions keep from the user
    of `request`: the link opens no such page. A query.
    """
    return settings.link_shows_title and passes_restrictions(page, request.user)


def context_of(request: HttpRequest, invitation: Invitation, settings: AccessSettings) -> dict[str, Any]:
    """Return the template context of what `invitation` is to, as far as the owner of the site shows it."""
    page = invitation.page
    shows_title = shows_page(request, page, settings)
    shows_still = shows_title and settings.locked_cards != AccessSettings.LockedCards.NEUTRAL
    file = getattr(page, "video_file", None)
    return {
        "title": page.title if shows_title else "",
        "label": invitation.label if settings.link_shows_label else "",
        "is_section": page.guard_kind == SECTION,
        "still": file.still if file and shows_still else "",
        "noindex": True,
    }
