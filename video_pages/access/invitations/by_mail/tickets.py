"""The signed text in the address of the page that asks for a mail code.

It proves that this browser has pressed the button of the link, or typed the password: so the address has no token, and
is of no use in another browser. A browser is known by the id in its signed cookie, in a frame by the id of its form.
"""

import datetime as dt
from typing import NamedTuple

from django.core import signing
from django.views.decorators.debug import sensitive_variables

from video_pages.access import browser as browsers
from video_pages.access.invitations.models import Invitation
from video_pages.access.visitor import Visitor

SALT = "video_pages.access.invitations.by_mail.tickets"
TICKET_LASTS = dt.timedelta(days=1)
"""For how long the page may stand open."""
MARK_LENGTH = 16


class Ticket(NamedTuple):
    """An invitation that a browser may open with a code; `address` is the path of the page that it wanted to see.

    `usual_minutes` is how long access lasts if nothing else limits it. `text` is the signed text.
    """

    invitation: Invitation
    address: str
    usual_minutes: int
    text: str


def browser_of(visitor: Visitor) -> str:
    """Return what a code is bound to: a digest, 64 characters.

    Without the cookie it is that of a new id: then the response must write it (`known_browsers`).
    """
    return browsers.digest(f"form:{visitor.form_id}" if visitor.is_in_frame else visitor.lasting_id.id)


@sensitive_variables()
def new_ticket(invitation: Invitation, visitor: Visitor, *, address: str, usual_minutes: int) -> Ticket:
    """Return the Ticket of the browser of `visitor`, which has the link or the password of `invitation`.

    Raises ValueError for a frame whose form has no id.
    """
    if visitor.is_in_frame and not visitor.form_id:
        raise ValueError("A form without an id is that of any frame.")
    held = [invitation.pk, _mark(invitation), browser_of(visitor), address, usual_minutes]
    return Ticket(invitation, address, usual_minutes, signing.dumps(held, salt=SALT, compress=True))


@sensitive_variables()
def read_ticket(text: str, visitor: Visitor) -> Ticket | None:
    """Return the Ticket of the untrusted `text`; one query at most.

    None if it is not signed, too old, of another browser, or of a link or password that was renewed since.
    """
    try:
        pk, mark, browser, address, usual_minutes = signing.loads(text, salt=SALT, max_age=TICKET_LASTS)
    except (signing.BadSignature, ValueError):
        return None
    if browser != browser_of(visitor):
        return None
    invitation = Invitation.objects.filter(pk=pk).select_related("video", "section").first()
    if invitation is None or mark != _mark(invitation):
        return None
    return Ticket(invitation, address, usual_minutes, text)


def _mark(invitation: Invitation) -> str:
    """Return a text that another link or password changes. More rounds of a hash change it as well, which is rare."""
    return browsers.digest(invitation.token_digest or invitation.password_hash)[:MARK_LENGTH]
