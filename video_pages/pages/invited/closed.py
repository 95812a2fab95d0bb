"""The page of a link that opens nothing now: it is not open yet, used up, ended, or its page is gone."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from video_pages.access.decide import passes_restrictions
from video_pages.access.invitations import refusal_counts
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.opening import Standing
from video_pages.access.invitations.states import InvitationState
from video_pages.access.site_settings import AccessSettings
from video_pages.access.visitor import visitor_of
from video_pages.core.page_protocols import ProtectedPage
from video_pages.pages.invited.requests import ask_url

GONE_STATUS, EARLY_STATUS = 410, 403
HEADLINES = {
    InvitationState.NOT_YET: _("This link is not open yet"),
    InvitationState.ENDED: _("This link has ended"),
    InvitationState.REVOKED: _("This link was ended by the people who sent it"),
    InvitationState.USED_UP: _("This link is used up"),
}
REMOVED = _("The film is not here any more")


def shows_page(request: HttpRequest, page: ProtectedPage, settings: AccessSettings) -> bool:
    """Return whether those who have a link to `page`, a source page, read its title before they open it.

    Not if the owner of the site has chosen so, nor for a page that Wagtail's own view restrictions keep from the user
    of `request`: the link opens no such page. A query.
    """
    return settings.link_shows_title and passes_restrictions(page, request.user)


def closed_response(
    request: HttpRequest, invitation: Invitation, standing: Standing | None, settings: AccessSettings
) -> HttpResponse:
    """Return the page of the link of `invitation`; without `standing` its page is not published.

    410, or 403 before its time. The refusal is counted, except for programs that say what they are.
    """
    state, moment = standing or (None, None)
    if state and request.method != "HEAD" and not visitor_of(request).is_automatic:
        refusal_counts.count_closed(invitation, state)
    is_early = state == InvitationState.NOT_YET
    context = {
        "headline": HEADLINES[state] if state else REMOVED,
        "state": state.value if state else "removed",
        "moment": moment,
        "most_viewers": invitation.most_viewers,
        "title": invitation.page.title if state and shows_page(request, invitation.page, settings) else "",
        "ask_url": ask_url(invitation.page, settings, invitation) if state and not is_early else "",
        "noindex": True,
    }
    status = EARLY_STATUS if is_early else GONE_STATUS
    return TemplateResponse(request, "video_pages/invitation_closed.html", context, status=status)
