"""Ask for a mail code. The answer, and the work until it is given, do not tell whether the address is invited.

The row is the same for every address: the worker, not the request, looks whether it is invited. Beyond the limit of a
client on one mailbox the row has no address, so nothing is mailed, and the answer is the same.
"""

import datetime as dt
import math

from django.db import transaction

from video_pages.access.invitations.by_mail import limits
from video_pages.access.invitations.by_mail.models import MailCode
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.opening import InvitationClosed
from video_pages.access.invitations.states import InvitationState
from video_pages.access.locks import lock_key
from video_pages.core import clock

CODE_LASTS = dt.timedelta(minutes=10)
"""How long a code is valid, from the moment at which it was asked for."""
PAUSE = dt.timedelta(minutes=1)
"""Between two codes of one browser for one invitation."""


class TooSoon(Exception):
    """This browser has asked for a code within PAUSE; the next is possible after `retry_after` whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"wait {retry_after} seconds")
        self.retry_after = retry_after


def ask_for_code(
    invitation: Invitation, browser: str, email: str, *, client: str, language: str = "", now: dt.datetime | None = None
) -> MailCode:
    """Store that the browser with the digest `browser`, at the address `client`, wants a code sent to `email`.

    `email` is as `read_address` returns it. The former code of this browser opens nothing from then on. Raises TooSoon,
    InvitationClosed if the invitation was deleted meanwhile, and TooManyRequests if `client` has asked for too many;
    they write nothing.
    """
    now = now or clock.now()
    _refuse_too_soon(invitation, browser, now)
    counted, may_be_mailed = limits.count_asked(client, email, now)
    kept = {"email": email if may_be_mailed else "", "language": language, "asked_at": now, "retry_at": None}
    try:
        with transaction.atomic():
            lock_key(f"mail-code {invitation.pk} {browser}")
            # Nobody deletes it until the code is stored; see `deletion_locks`.
            if not Invitation.objects.select_for_update(no_key=True).filter(pk=invitation.pk).first():
                raise InvitationClosed(InvitationState.REVOKED)
            _refuse_too_soon(invitation, browser, now)
            code, _is_new = MailCode.objects.update_or_create(
                invitation_id=invitation.pk, browser=browser, defaults={**kept, "code_digest": "", "tries": 0}
            )
    except (TooSoon, InvitationClosed):  # of two presses at once, or of a deletion
        limits.take_back(counted)
        raise
    return code


def present_code(invitation: Invitation, browser: str, now: dt.datetime) -> MailCode | None:
    """Return the MailCode that the browser may still type, whether or not its address is invited; one query."""
    asked = MailCode.objects.filter(asked_at__gt=now - CODE_LASTS, asked_at__lte=now + CODE_LASTS)
    return asked.filter(invitation=invitation.pk, browser=browser).first()


def seconds_until_next(code: MailCode | None, now: dt.datetime) -> int:
    """Return the whole seconds until the browser of `code` may ask for another one; 0 if it may now."""
    left = (code.asked_at + PAUSE - now).total_seconds() if code else 0
    # Not longer, if the clock was set back since.
    return min(max(0, math.ceil(left)), int(PAUSE.total_seconds()))


def _refuse_too_soon(invitation: Invitation, browser: str, now: dt.datetime) -> None:
    wait = seconds_until_next(present_code(invitation, browser, now), now)
    if wait:
        raise TooSoon(wait)
