"""The page that asks for a mail code, `/w/code/<ticket>/`, after the press of a link or a typed password.

Its address has no token and opens nothing in another browser; see `by_mail.tickets`. It is masked in logs like those of
links. The code and the address stand in no address, title or log.
"""

from typing import Any

from django.conf import settings as conf
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from video_pages.access import known_browsers
from video_pages.access.decide import is_current
from video_pages.access.invitations.by_mail.tickets import Ticket, read_ticket
from video_pages.access.invitations.opening import InvitationClosed, InvitationStatus, status_of
from video_pages.access.invitations.states import InvitationState
from video_pages.access.models import VideoAccessSession
from video_pages.access.refusals import ErrorCode, UnlockRefusal
from video_pages.access.responses import HttpResponseSeeOther, keep_out_of_caches
from video_pages.access.site_settings import AccessSettings
from video_pages.access.visitor import visitor_of
from video_pages.core import clock
from video_pages.pages.invited.closed import closed_response
from video_pages.pages.invited.code_steps import AGAIN, CodeStep, next_step
from video_pages.pages.invited.shown import context_of

LOST_STATUS, NO_MAIL_STATUS = 404, 503
NO_MAIL = _("This invitation needs a code that comes by mail, and this site sends no mail at present.")


@sensitive_post_parameters("email", "code")
@sensitive_variables("ticket")
@require_http_methods(["GET", "HEAD", "POST"])
def mail_code(request: HttpRequest, ticket: str) -> HttpResponse:
    """Ask for the address and the code of the signed `ticket` (untrusted), then open what it invites to, by 303.

    404 for a text that is none of this browser; it says how to go on.
    """
    visitor, now = visitor_of(request), clock.now()
    found = read_ticket(ticket, visitor)
    settings = AccessSettings.for_request(request)
    if found is None:
        return _render(request, {"is_lost": True, "noindex": True}, LOST_STATUS)
    invitation = found.invitation
    if not is_current(invitation.page.live, invitation.page.expire_at, now):
        return closed_response(request, invitation, None, settings)
    status = status_of(invitation, visitor, now)
    if status.state is not InvitationState.ACTIVE:
        return closed_response(request, invitation, status, settings)
    if request.method != "POST":
        rows = VideoAccessSession.objects.active(now).filter(granted_by=invitation.pk)
        if rows.filter(session_key__in=visitor.browser.keys).exists():
            return HttpResponseSeeOther(found.address)  # the visitor has come back to this page
    try:
        return _step_response(request, found, settings)
    except InvitationClosed as closed:  # it has ended since it was read
        return closed_response(request, invitation, InvitationStatus(closed.state), settings)


def code_redirect(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Lead the browser, after a press, to the page that asks for the code, and have its cookie hold its id."""
    response = HttpResponseSeeOther(code_url(ticket))
    known_browsers.remember_browser(response, visitor_of(request).lasting_id)
    return response


def first_code_response(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Return the page that asks for the address, as the answer to a right password; its forms go to its own address."""
    step = CodeStep(ticket, status=UnlockRefusal(ErrorCode.MAIL_CODE).status)
    response = _render(request, _context(request, step, AccessSettings.for_request(request)), step.status)
    known_browsers.remember_browser(response, visitor_of(request).lasting_id)
    return response


def code_url(ticket: Ticket) -> str:
    """Return the address of the page that asks for the code of `ticket`."""
    return reverse("mail_code", args=(ticket.text,))


def _step_response(request: HttpRequest, ticket: Ticket, settings: AccessSettings) -> HttpResponse:
    step = next_step(request, ticket) if conf.DELIVERS_MAIL else CodeStep(ticket, status=NO_MAIL_STATUS)
    if step.opened is not None:
        response: HttpResponse = HttpResponseSeeOther(ticket.address)
        known_browsers.remember_invitation(response, visitor_of(request).lasting_id, step.opened.row)
        return response
    response = _render(request, _context(request, step, settings), step.status)
    if step.retry_after:
        response.headers["Retry-After"] = str(step.retry_after)
    return response


def step_context(step: CodeStep) -> dict[str, Any]:
    """Return the template context of `components/mail_code_form.html`."""
    return {"code_step": step, "no_mail": "" if conf.DELIVERS_MAIL else NO_MAIL}


def _context(request: HttpRequest, step: CodeStep, settings: AccessSettings) -> dict[str, Any]:
    url = code_url(step.ticket)
    shown = context_of(request, step.ticket.invitation, settings)
    return {**shown, **step_context(step), "code_url": url, "again_url": f"{url}?{AGAIN}"}


def _render(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    response = TemplateResponse(request, "video_pages/mail_code.html", context, status=status)
    return keep_out_of_caches(response)
