"""The limits on mail codes: how many are asked for, mailed and typed.

No answer depends on what another network did, and none on whether an address is invited. So limits beyond that of a
client refuse in silence: no mail leaves, or the code that came is answered as a wrong one.
"""

import datetime as dt

from video_pages.access import request_limit
from video_pages.access.invitations.by_mail.bindings import mailbox_of
from video_pages.access.invitations.models import Invitation
from video_pages.access.models import Guess
from video_pages.access.request_limit import DAILY, TooManyRequests

ASKED, MOST_ASKED = "mail-code-client", 30
"""Codes that one client may ask for within an hour; it is told of this limit."""
ASKED_FOR_MAILBOX, MOST_ASKED_FOR_MAILBOX = "mail-code-client-mailbox", 3
"""Of them, those for one mailbox: fewer than a mailbox may get, so one network alone keeps nobody from a code."""
MAILED_TO_MAILBOX, MOST_MAILED_TO_MAILBOX = "mail-code-mailbox", 10
"""Mails that one mailbox may get within an hour, for all invitations together."""
MAILED, MOST_MAILED = "mail-code-invitation", 300
"""Mails that one invitation may send within an hour."""
TRIED, MOST_TRIED = "mail-code-try", 60
"""Codes that one client may type within an hour; it is told of this limit."""
WRONG_OF_CLIENT, MOST_WRONG_OF_CLIENT = f"{DAILY}mail-code-client", 30
"""Wrong codes that one client may type for one invitation within a day; it is told of this limit."""
WRONG, WRONG_OF_OTHERS, MOST_WRONG = f"{DAILY}mail-code-wrong", f"{DAILY}mail-code-other", 100
"""Wrong codes for one link or password within a day; those of browsers whose address is not invited count apart."""


def count_asked(client: str, email: str, now: dt.datetime) -> tuple[list[Guess], bool]:
    """Count that `client` asks for a code for `email`; return the new rows, and whether it may be mailed.

    Raises TooManyRequests beyond MOST_ASKED, and then writes nothing.
    """
    counted = [request_limit.count(ASKED, client, limit=MOST_ASKED, now=now)]
    try:
        whom = f"{client} {mailbox_of(email)}"
        counted.append(request_limit.count(ASKED_FOR_MAILBOX, whom, limit=MOST_ASKED_FOR_MAILBOX, now=now))
    except TooManyRequests:
        return counted, False
    return counted, True


def count_mailed(invitation: Invitation, email: str, now: dt.datetime) -> list[Guess]:
    """Count a mail to the invited address `email`; return the new rows, none if it may not leave."""
    if request_limit.is_reached(WRONG, _secret_of(invitation), limit=MOST_WRONG, now=now):
        return []
    counted = []
    try:
        counted.append(request_limit.count(MAILED_TO_MAILBOX, mailbox_of(email), limit=MOST_MAILED_TO_MAILBOX, now=now))
        counted.append(request_limit.count(MAILED, invitation.pk, limit=MOST_MAILED, now=now))
    except TooManyRequests:
        take_back(counted)
        return []
    return counted


def count_typed(invitation: Invitation, client: str, now: dt.datetime, *, is_invited: bool) -> tuple[list[Guess], bool]:
    """Count a code that is about to be compared as a wrong one; return the new rows, and whether it may open.

    `is_invited` changes what is counted, and not the work. Raises TooManyRequests beyond MOST_WRONG_OF_CLIENT.
    """
    secret = _secret_of(invitation)
    counted = [request_limit.count(WRONG_OF_CLIENT, f"{secret} {client}", limit=MOST_WRONG_OF_CLIENT, now=now)]
    try:
        kind = WRONG if is_invited else WRONG_OF_OTHERS
        counted.append(request_limit.count(kind, secret, limit=MOST_WRONG, now=now))
    except TooManyRequests:
        return counted, False
    return counted, True


def take_back(counted: list[Guess]) -> None:
    """Delete rows of a count: what was counted did not happen."""
    Guess.objects.filter(pk__in=[row.pk for row in counted]).delete()


def _secret_of(invitation: Invitation) -> str:
    """Return what another link or password changes: with it the count of wrong codes begins again."""
    return f"{invitation.pk} {invitation.token_digest or invitation.password_hash}"
