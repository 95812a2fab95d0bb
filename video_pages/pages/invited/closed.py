"""The page of a link that opens nothing now: it is not open yet, used up, ended, or its page is gone."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from video_pages.access.invitations import refusal_counts
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.opening import InvitationStatus
from video_pages.access.invitations.states import InvitationState
from video_pages.access.site_settings import AccessSettings
from video_pages.access.visitor import visitor_of
from video_pages.pages.invited.requests import ask_url
from video_pages.pages.invited.shown import shows_page

GONE_STATUS, EARLY_STATUS = 410, 403
HEADLINES = {
    InvitationState.NOT_YET: _("This link is not open yet"),
    InvitationState.ENDED: _("This link has ended"),
    InvitationState.REVOKED: _("This link was ended by the people who sent it"),
    InvitationState.USED_UP: _("This link is used up"),
}
OF_PASSWORDS = {
    InvitationState.NOT_YET: _("This invitation is not open yet"),
    InvitationState.ENDED: _("This invitation has ended"),
    InvitationState.REVOKED: _("This invitation was ended by the people who sent it"),
    InvitationState.USED_UP: _("This invitation is used up"),
}
REMOVED = _("The film is not here any more")


def closed_response(
    request: HttpRequest, invitation: Invitation, status: InvitationStatus | None, settings: AccessSettings
) -> HttpResponse:
    """Return the page of `invitation`, mostly of its link; without `status` its page is not published.

    410, or 403 before its time. The refusal is counted, except for programs that say what they are.
    """
    state, moment = status or (None, None)
    if state and request.method != "HEAD" and not visitor_of(request).is_automatic:
        refusal_counts.count_closed(invitation, state)
    is_early = state == InvitationState.NOT_YET
    headlines = HEADLINES if invitation.kind == Invitation.Kind.LINK else OF_PASSWORDS
    context = {
        "headline": headlines[state] if state else REMOVED,
        "state": state.value if state else "removed",
        "moment": moment,
        "most_viewers": invitation.most_viewers,
        "title": invitation.page.title if state and shows_page(request, invitation.page, settings) else "",
        "ask_url": ask_url(invitation.page, settings, invitation) if state and not is_early else "",
        "noindex": True,
    }
    code = EARLY_STATUS if is_early else GONE_STATUS
    return TemplateResponse(request, "video_pages/invitation_closed.html", context, status=code)
