"""The page of an invitation link, `/w/<token>`.

A GET shows who invites to what. It spends nothing, sets no session and gives no access, so previews, mail scanners and
browsers that fetch ahead may ask for it. A press sends the form, which gives this browser access and leads to the
video or section, at an address without the token. A use counts only when the film plays, so a scanner that presses
buttons spends nothing either.

The token is in no log: `site_config/monitoring/logs.py` and nginx's configuration mask the addresses;
`HeadersMiddleware` keeps them out of caches and of the Referer.
"""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from video_pages.access import known_browsers, request_limit
from video_pages.access.decide import is_current
from video_pages.access.invitations.by_mail.bindings import is_bound
from video_pages.access.invitations.by_mail.tickets import new_ticket
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.opening import CodeNeeded, InvitationClosed, InvitationStatus, open_link, status_of
from video_pages.access.invitations.states import InvitationState
from video_pages.access.invitations.tokens import find_invitation
from video_pages.access.lengths import MAX_ACCESS_MINUTES
from video_pages.access.request_limit import TooManyRequests
from video_pages.access.responses import HttpResponseSeeOther, keep_out_of_caches
from video_pages.access.site_settings import AccessSettings
from video_pages.access.visitor import visitor_of
from video_pages.core import clock
from video_pages.pages.invited.closed import closed_response
from video_pages.pages.invited.mail_code import code_redirect
from video_pages.pages.invited.shown import context_of

METHODS = ["GET", "HEAD", "POST"]
WRONG_LINKS = "link"
MOST_WRONG_LINKS = 20
"""Wrong tokens of one client within an hour that are answered with 404; then 429. A right one is never refused."""
FROM_HERE = ("same-origin", "none", "")
"""Values of Sec-Fetch-Site with which the form may come: from its own page, or from a browser that sends none."""


@sensitive_variables("token")
def invitation_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show the page of the link `token` (untrusted), or open what it invites to and lead there.

    A wrong token of any kind gets one and the same 404.
    """
    invitation = find_invitation(token)
    address = invitation.page.for_reader().get_url(request) if invitation else None
    if invitation is None or address is None:
        return _wrong_link(request)
    if request.method not in METHODS:
        return HttpResponseNotAllowed(METHODS)
    settings = AccessSettings.for_request(request)
    page, now = invitation.page, clock.now()
    if not is_current(page.live, page.expire_at, now):
        return closed_response(request, invitation, None, settings)
    status = status_of(invitation, visitor_of(request), now)
    if status.state is not InvitationState.ACTIVE:
        return closed_response(request, invitation, status, settings)
    if request.method != "POST":
        return _link_response(request, invitation, settings)
    if request.headers.get("Sec-Fetch-Site", "") not in FROM_HERE:
        error = _("The button was pressed on another site. Press it here.")
        return _link_response(request, invitation, settings, error=error, status=403)
    return _open(request, invitation, settings, address)


def _open(request: HttpRequest, invitation: Invitation, settings: AccessSettings, address: str) -> HttpResponse:
    """Give the browser access, and lead to `address`, the page that it opens; 429 for too many new browsers.

    If a mail code is needed, lead to the page that asks for it.
    """
    try:
        opened = open_link(request, invitation)
    except TooManyRequests as limited:
        return _too_many(request, limited)
    except CodeNeeded as needed:
        visitor = visitor_of(request)
        ticket = new_ticket(needed.invitation, visitor, address=address, usual_minutes=MAX_ACCESS_MINUTES)
        return code_redirect(request, ticket)
    except InvitationClosed as closed:  # it has ended since it was read
        return closed_response(request, invitation, InvitationStatus(closed.state), settings)
    response = HttpResponseSeeOther(address)
    known_browsers.remember_invitation(response, visitor_of(request).lasting_id, opened.row)
    return response


def _wrong_link(request: HttpRequest) -> HttpResponse:
    """Count a wrong token. Raises Http404; beyond the limit it returns 429, and writes nothing.

    A token can't be guessed, so the limit does not refuse a right one: it would lock out others of the same network.
    """
    try:
        request_limit.count(WRONG_LINKS, visitor_of(request).address, limit=MOST_WRONG_LINKS)
    except TooManyRequests as limited:
        return _too_many(request, limited)
    raise Http404


def _too_many(request: HttpRequest, limited: TooManyRequests) -> HttpResponse:
    response = render(request, "429.html", {"retry_after": limited.retry_after}, status=429)
    response.headers["Retry-After"] = str(limited.retry_after)
    return response


def _link_response(
    request: HttpRequest, invitation: Invitation, settings: AccessSettings, *, error: str = "", status: int = 200
) -> HttpResponse:
    """Return the page with the button; it shows what the owner of the site has chosen."""
    context = {
        **context_of(request, invitation, settings),
        "needs_code": is_bound(invitation),
        "inviter": _inviter(invitation) if settings.link_shows_inviter else "",
        "ends_at": invitation.ends_at,
        "window_hours": invitation.window_hours,
        "most_viewers": invitation.most_viewers,
        "error": error,
    }
    response = TemplateResponse(request, "video_pages/invitation_link.html", context, status=status)
    return keep_out_of_caches(response)


def _inviter(invitation: Invitation) -> str:
    """Return the full name of the user who made `invitation`; "" without one: the name for signing in is no name."""
    return invitation.created_by.get_full_name() if invitation.created_by else ""
