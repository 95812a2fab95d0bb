"""The protected page that an address of the admin names."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from wagtail.models import Page

from video_pages.pages.protected import ProtectedPage


def get_protected_page(page_id: int) -> ProtectedPage:
    """Return the video or section with `page_id`. Raises Http404 for any other page, and if there is none."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not isinstance(page, ProtectedPage):
        raise Http404
    return page
