"""From a right mail code to an access row.

A try is counted before the code is compared, by one conditional update, so no more than TRIES of any number at once are
compared. The right code deletes its row in the transaction that opens the invitation: of two at once, one opens.
Each code counts as a wrong one before it is compared, so that the limits of a day hold for many at once, too.
"""

import datetime as dt

from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.views.decorators.debug import sensitive_variables

from video_pages.access import request_limit
from video_pages.access.invitations import refusal_counts
from video_pages.access.invitations.by_mail import limits
from video_pages.access.invitations.by_mail.asking import CODE_LASTS
from video_pages.access.invitations.by_mail.models import MailCode
from video_pages.access.invitations.by_mail.sending import code_digest
from video_pages.access.invitations.by_mail.tickets import Ticket, browser_of
from video_pages.access.invitations.opening import OpenedInvitation, open_link
from video_pages.access.visitor import visitor_of
from video_pages.core import clock

TRIES = 5


class WrongCode(Exception):
    """The typed code opens nothing; `tries_left` is how many more the code of this browser has, None if it has none.

    It is 0 after the last try, and None without a code: not asked for, over, used, or replaced.
    """

    def __init__(self, tries_left: int | None = None) -> None:
        super().__init__("wrong code")
        self.tries_left = tries_left


@sensitive_variables("text")
def open_with_code(
    request: HttpRequest, ticket: Ticket, text: str, *, now: dt.datetime | None = None
) -> OpenedInvitation:
    """Give the browser that sends `request` access by the invitation of `ticket` if `text`, six digits, is its code.

    See `open_link` for the caller's part, and for InvitationClosed and TooManyRequests, which it raises as well: the
    state of the invitation is judged now, and a code that opens nothing because of it stays unused. Raises WrongCode,
    also for the right code while too many wrong ones were typed for this invitation.
    """
    now, visitor = now or clock.now(), visitor_of(request)
    invitation, browser = ticket.invitation, browser_of(visitor)
    request_limit.count(limits.TRIED, visitor.address, limit=limits.MOST_TRIED, now=now)
    rows = MailCode.objects.filter(invitation=invitation.pk, browser=browser, asked_at__gt=now - CODE_LASTS)
    if not rows.filter(tries__lt=TRIES).update(tries=F("tries") + 1):
        raise WrongCode(0 if rows.exists() else None)
    digest = code_digest(invitation.pk, browser, text)
    row = rows.first()
    if row is None:
        raise WrongCode
    counted, may_open = limits.count_typed(invitation, visitor.address, now, is_invited=bool(row.code_digest))
    if not constant_time_compare(row.code_digest, digest) or not may_open:
        refusal_counts.count_wrong_code(invitation, now=now)
        raise WrongCode(max(0, TRIES - row.tries))
    limits.take_back(counted)

    def use_code() -> None:
        deleted, _by_model = rows.filter(code_digest=digest).delete()
        if not deleted:
            raise WrongCode

    usual_length = dt.timedelta(minutes=ticket.usual_minutes)
    return open_link(request, invitation, confirm=use_code, usual_length=usual_length, now=now)
