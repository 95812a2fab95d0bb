"""A tag that says in a few words who can open a page, for the status panel of the page editor."""

from dataclasses import dataclass

from django import template
from django.utils.translation import gettext as _
from wagtail.models import Page

from video_pages.access.effective_access import AccessMode, EffectiveAccess, effective_access_of
from video_pages.access.guard import SECTION
from video_pages.core.humanize import format_moment
from video_pages.pages.protected import ProtectedPage

register = template.Library()


@dataclass(frozen=True)
class AccessStatus:
    """A title, a sentence and the name of an icon."""

    title: str
    explanation: str
    icon: str = "lock"


@register.simple_tag
def access_status(page: Page) -> AccessStatus | None:
    """Return the AccessStatus of a video or a section, as the database has it; None for any other page."""
    if not isinstance(page, ProtectedPage):
        return None
    if not page.pk:
        return AccessStatus(_("Locked"), _("Nobody can open a new page until it has a password."))
    return describe_access(effective_access_of(page))


def describe_access(access: EffectiveAccess) -> AccessStatus:
    """Return the AccessStatus of `access`."""
    is_section, is_live = access.source.guard_kind == SECTION, access.source.live
    if access.is_closed:
        return AccessStatus(_("Closed"), _("Nobody but editors can watch it any more: it has closed."), "warning")
    if access.opens_at:
        opens = _("Nobody but editors can watch it before %(moment)s.") % {"moment": format_moment(access.opens_at)}
        return AccessStatus(_("Not open yet"), opens)
    if access.is_over:
        over = _("The date until which the password opens it is over.")
        return AccessStatus(_("The password opens nothing any more"), over, "warning")
    if access.mode == AccessMode.OPEN:
        live, draft = (
            _("Anyone can watch it without a password."),
            _("Once live, anyone can watch it without a password."),
        )
        return AccessStatus(_("Open to everyone"), live if is_live else draft, "lock-open")
    if access.mode == AccessMode.OWN:
        live = _("Only visitors with the password can open it.")
        draft = _("Once live, only visitors with the password can open it.")
        return AccessStatus(_("Opened by its own password"), live if is_live else draft)
    if access.mode == AccessMode.SECTION:
        live = _("Only visitors with the password of the section above it can open it.")
        draft = _("Once live, only visitors with the password of the section above it can open it.")
        return AccessStatus(_("Opened by the password of its section"), live if is_live else draft)
    if access.mode == AccessMode.INVITED and is_section:
        live = _("Everyone sees its page. The videos in it open by invitations, and by passwords of their own.")
        draft = _(
            "Once live, everyone sees its page. The videos in it open by invitations, and by passwords of their own."
        )
        return AccessStatus(_("No password"), live if is_live else draft, "lock-open")
    if access.mode == AccessMode.INVITED:
        live = _("Only visitors with an invitation can open it: no password does.")
        draft = _("Once live, only visitors with an invitation can open it: no password does.")
        return AccessStatus(_("Opened by invitations"), live if is_live else draft)
    if is_section:
        live = _("Everyone sees its page. Each video in it opens by its own password.")
        draft = _("Once live, everyone sees its page. Each video in it opens by its own password.")
        return AccessStatus(_("No password"), live if is_live else draft, "lock-open")
    nobody = _("Neither the video nor a section above it has a password.")
    return AccessStatus(_("Nobody can unlock it yet"), nobody, "warning")
