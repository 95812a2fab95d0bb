"""The steps of a page that asks for a mail code: the address, then the code. The page of a link and a frame show them.

Whoever sends an address gets the same answer, whether or not it is invited. The address goes from form to form in
hidden fields: the server keeps it only until the mail is sent.
"""

import dataclasses

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from video_pages.access.invitations.by_mail.asking import TooSoon, ask_for_code, present_code, seconds_until_next
from video_pages.access.invitations.by_mail.forms import AddressForm, CodeForm
from video_pages.access.invitations.by_mail.proving import WrongCode, open_with_code
from video_pages.access.invitations.by_mail.tickets import Ticket, browser_of
from video_pages.access.invitations.opening import CodeNeeded, OpenedInvitation, open_link
from video_pages.access.request_limit import TooManyRequests
from video_pages.access.visitor import visitor_of
from video_pages.core import clock

AGAIN = "again"
INVALID, WRONG, LIMITED = 400, 403, 429
NO_CODE = _("This code opens nothing any more. Send a new one.")
NO_TRY_LEFT = _("That is not the code either, and no try is left. Send a new code.")


@dataclasses.dataclass(frozen=True, repr=False)
class CodeStep:
    """The next step that the page shows, or, with `opened`, that the invitation is open to this browser.

    `asks_for_code`: the page asks for the code, else for the address. `email` is the address that was typed, "" after
    the page was left. `wait_seconds` are those until another code may be asked for.
    """

    ticket: Ticket
    asks_for_code: bool = False
    email: str = ""
    error: str | Promise = ""
    status: int = 200
    wait_seconds: int = 0
    retry_after: int | None = None
    opened: OpenedInvitation | None = None


@sensitive_variables()
def next_step(request: HttpRequest, ticket: Ticket) -> CodeStep:
    """Do what `request` asks for: send a code to `email`, open with `code`; return the next CodeStep.

    Raises InvitationClosed.
    """
    sent = request.POST
    if "code" in sent:
        return _typed(request, ticket)
    if "email" in sent:
        return _asked(request, ticket)
    now = clock.now()
    code = present_code(ticket.invitation, browser_of(visitor_of(request)), now)
    asks_for_code = code is not None and AGAIN not in {**request.GET, **request.POST}
    return CodeStep(ticket, asks_for_code=asks_for_code, wait_seconds=seconds_until_next(code, now))


@sensitive_variables()
def _asked(request: HttpRequest, ticket: Ticket) -> CodeStep:
    form, visitor = AddressForm(request.POST), visitor_of(request)
    if not form.is_valid():
        typed = request.POST["email"]
        return CodeStep(ticket, email=typed, error=str(form.errors["email"][0]), status=INVALID)
    if (known := _open_for_known(request, ticket)) is not None:
        return CodeStep(ticket, opened=known)
    email = form.cleaned_data["email"]
    language = get_language() or ""
    browser = browser_of(visitor)
    try:
        code = ask_for_code(ticket.invitation, browser, email, client=visitor.address, language=language)
    except TooSoon as early:
        wait = early.retry_after
        error = _wait_message(wait)
        return CodeStep(ticket, True, email, error, LIMITED, wait_seconds=wait, retry_after=wait)
    except TooManyRequests as limited:
        wait = limited.retry_after
        return CodeStep(ticket, email=email, error=_many_message(wait), status=LIMITED, retry_after=wait)
    return CodeStep(ticket, True, email, wait_seconds=seconds_until_next(code, clock.now()))


@sensitive_variables()
def _typed(request: HttpRequest, ticket: Ticket) -> CodeStep:
    form, address, now = CodeForm(request.POST), AddressForm(request.POST), clock.now()
    email = address.cleaned_data["email"] if address.is_valid() else ""
    code = present_code(ticket.invitation, browser_of(visitor_of(request)), now)
    step = CodeStep(ticket, True, email, wait_seconds=seconds_until_next(code, now))
    if not form.is_valid():
        return dataclasses.replace(step, error=str(form.errors["code"][0]), status=INVALID)
    try:
        opened = open_with_code(request, ticket, form.cleaned_data["code"])
    except TooManyRequests as limited:
        wait = limited.retry_after
        return dataclasses.replace(step, error=_many_message(wait), status=LIMITED, retry_after=wait)
    except WrongCode as wrong:
        if wrong.tries_left is None and (known := _open_for_known(request, ticket)) is not None:
            return dataclasses.replace(step, opened=known)
        return dataclasses.replace(step, error=_wrong_message(wrong.tries_left), status=WRONG)
    return dataclasses.replace(step, opened=opened)


def _open_for_known(request: HttpRequest, ticket: Ticket) -> OpenedInvitation | None:
    """Open for a browser that needs no code: it was confirmed before, or the invitation is for everybody now.

    So it is after a button was pressed twice, and after a change while the page was open.
    """
    try:
        return open_link(request, ticket.invitation)
    except CodeNeeded:
        return None


def _wrong_message(tries_left: int | None) -> str | Promise:
    if not tries_left:
        return NO_CODE if tries_left is None else NO_TRY_LEFT
    return ngettext(
        "That is not the code. %(count)d try is left.", "That is not the code. %(count)d tries are left.", tries_left
    ) % {"count": tries_left}


def _wait_message(seconds: int) -> str:
    return ngettext(
        "A new code can be sent in %(count)d second.", "A new code can be sent in %(count)d seconds.", seconds
    ) % {"count": seconds}


def _many_message(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return ngettext(
        "Too many codes: wait %(count)d minute, then try again.",
        "Too many codes: wait %(count)d minutes, then try again.",
        minutes,
    ) % {"count": minutes}
