"""The hint after the first publication of a page that no password opens."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page

from video_pages.access.effective_access import AccessMode, effective_access_of
from video_pages.access.guard import SECTION
from video_pages.pages.protected import ProtectedPage


def hint_at_password(request: HttpRequest, page: Page) -> None:
    """Say what a published page without a password means, with a button that sets one; Wagtail's hook.

    It is said once: a section may do without a password on purpose. Publishers may change the access, too.
    """
    if not isinstance(page, ProtectedPage) or not page.live or page.first_published_at != page.last_published_at:
        return
    access = effective_access_of(page)
    if access.mode != AccessMode.NOBODY:
        return
    if access.source.guard_kind == SECTION:
        text = _(
            "The section “%(title)s” has no password: everyone sees its page. A video in it opens by its own password; "
            "without one, nobody can unlock it."
        )
    else:
        text = _("Nobody can unlock “%(title)s” yet: it has no password, and no section above it has one.")
    button = messages.button(reverse("video_access", args=(access.source.pk,)), _("Set a password"))
    messages.warning(request, text % {"title": page.get_admin_display_title()}, buttons=[button])
