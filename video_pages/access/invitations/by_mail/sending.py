"""Make the mail codes and mail them, in the worker: plain text, and no link. Erase addresses and old rows.

A code exists in the mail alone: its row keeps a keyed digest. An address is erased as soon as the mail is sent, or when
it turns out that it is not invited.

No mail waits for another one, because the time of one's own mail would tell whether somebody else got one: the worker
sends at fixed times whatever was asked for until then, first decides about all of it, and then sends side by side.
"""

import datetime as dt
import logging
import secrets
import smtplib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMessage
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import check_for_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from wagtail.models import Site

from video_pages.access.decide import passes_restrictions
from video_pages.access.invitations.by_mail import limits
from video_pages.access.invitations.by_mail.asking import CODE_LASTS
from video_pages.access.invitations.by_mail.bindings import is_bound, is_invited
from video_pages.access.invitations.by_mail.forms import CODE_DIGITS
from video_pages.access.invitations.by_mail.models import MailCode
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.states import InvitationState, invitation_state
from video_pages.access.models import Guess
from video_pages.access.site_settings import AccessSettings
from video_pages.core import clock, site_names
from video_pages.core.humanize import moment_in_sentence, on_one_line
from video_pages.core.mail_errors import OF_ONE_MAIL

SALT = "video_pages.access.invitations.by_mail.codes"
KEPT = dt.timedelta(hours=1)
"""How long rows are kept after they were asked for."""
SLOT_SECONDS = 5
"""Mails leave at moments that lie so far apart, whatever was asked for in between; a person waits for them."""
AT_ONCE = 200  # rows of one run
CONNECTIONS = 10  # to the mail server, side by side: more than one mailbox may get mails within an hour
RETRY = dt.timedelta(seconds=30)
"""Until a mail is tried again that the server has put off, as by greylisting."""

logger = logging.getLogger(__name__)


def code_digest(invitation_id: int, browser: str, code: str) -> str:
    """Return the digest that a row keeps of `code`, six digits: 64 hexadecimal characters, under SECRET_KEY."""
    return salted_hmac(SALT, f"{invitation_id} {browser} {code}", algorithm="sha256").hexdigest()


class Mail(NamedTuple):
    """A mail to send: the row that was claimed for it, the address, and what was counted."""

    row: MailCode
    email: str
    message: EmailMessage
    counted: Sequence[Guess]


def seconds_to_slot(now: dt.datetime) -> float:
    """Return how long it is from `now` until codes are mailed next: more than 0, and at most SLOT_SECONDS."""
    return SLOT_SECONDS - now.timestamp() % SLOT_SECONDS


def send_codes(now: dt.datetime | None = None) -> int:
    """Make and mail the codes that were asked for; return the number of mails. Without a mail server nothing happens.

    A mail that the server refuses for good (5xx) is given up, one that it puts off (4xx) is tried again after RETRY;
    both with a line in the log. Raises the other exceptions of the mail server, such as those of a connection, after
    all mails were tried; what was not sent is sent by a later call, as long as the code would be valid.
    """
    if not settings.DELIVERS_MAIL:
        return 0
    now = now or clock.now()
    asked = MailCode.objects.exclude(email="").filter(asked_at__gt=now - CODE_LASTS).exclude(retry_at__gt=now)
    waiting = list(asked.select_related("invitation__video", "invitation__section").order_by("asked_at")[:AT_ONCE])
    mails = [mail for row in waiting if (mail := _claimed(row, now)) is not None]
    secrets.SystemRandom().shuffle(mails)  # more than CONNECTIONS: which of them waits does not follow from the order
    with ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="mail-code") as pool:
        errors = list(pool.map(_error_of, mails))
    lost = [error for mail, error in zip(mails, errors, strict=True) if error and _is_lost(mail, error, now)]
    if lost:
        raise lost[0]
    return errors.count(None)


def erase_codes(now: dt.datetime | None = None) -> int:
    """Erase the addresses of codes that were never sent and are not valid any more, and old rows; return how many."""
    now = now or clock.now()
    erased = MailCode.objects.exclude(email="").filter(asked_at__lte=now - CODE_LASTS).update(email="")
    deleted, _by_model = MailCode.objects.filter(asked_at__lt=now - KEPT).delete()
    return erased + deleted


@sensitive_variables()
def _claimed(row: MailCode, now: dt.datetime) -> Mail | None:
    """Claim `row`; return the mail with its code, or None if its address is not invited or beyond a limit."""
    invitation, email = row.invitation, row.email
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    may_open = invitation_state(invitation, now) in (InvitationState.ACTIVE, InvitationState.USED_UP)
    is_wanted = may_open and is_bound(invitation) and is_invited(invitation, email)
    digest = code_digest(invitation.pk, row.browser, code) if is_wanted else ""
    same = MailCode.objects.filter(pk=row.pk, asked_at=row.asked_at)
    if not same.filter(email=email).update(email="", code_digest=digest) or not is_wanted:
        return None  # another worker does it, or a newer code was asked for
    counted = limits.count_mailed(invitation, email, now)  # after the claim: of two workers one counts
    if not counted:
        same.filter(code_digest=digest).update(code_digest="")
        return None
    row.code_digest = digest
    return Mail(row, email, _message(invitation, code, email, row), counted)


@sensitive_variables()
def _error_of(mail: Mail) -> Exception | None:
    """Send `mail`, in a thread that uses no database; return what the mail server or the connection raised."""
    try:
        mail.message.send()
    except (OSError, ValueError) as error:  # SMTPException is an OSError
        return error
    return None


@sensitive_variables()
def _is_lost(mail: Mail, error: Exception, now: dt.datetime) -> bool:
    """Have the row of `mail`, which was not sent, wait again, unless it is refused for good.

    Return whether `error` concerns other mails as well.
    """
    row, is_of_one = mail.row, isinstance(error, OF_ONE_MAIL)
    if is_of_one and not _is_put_off(error):
        logger.error("A mail code of the invitation %s was refused (%s).", row.invitation_id, type(error).__name__)
        return False
    limits.take_back(list(mail.counted))
    MailCode.objects.filter(pk=row.pk, asked_at=row.asked_at, code_digest=row.code_digest).update(
        email=mail.email, code_digest="", retry_at=now + RETRY if is_of_one else None
    )
    if is_of_one:
        logger.warning("The mail server puts off a mail code of the invitation %s.", row.invitation_id)
    return not is_of_one


def _is_put_off(error: Exception) -> bool:
    """Return whether the server may accept the same mail later (RFC 5321, 4.2.1)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
    else:
        codes = [error.smtp_code] if isinstance(error, smtplib.SMTPDataError) else []
    return bool(codes) and all(code < 500 for code in codes)


@sensitive_variables("code", "email")
def _message(invitation: Invitation, code: str, email: str, row: MailCode) -> EmailMessage:
    """Return the mail. Its subject, which mail servers log and phones show, has no code."""
    page = invitation.page
    parts = page.get_url_parts()
    site = Site.objects.filter(pk=parts[0]).first() if parts else None
    shows_title = site is not None and AccessSettings.for_site(site).link_shows_title
    shows_title = shows_title and passes_restrictions(page, AnonymousUser())
    language = row.language if check_for_language(row.language) else settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(settings.TIME_ZONE):
        site_name = site_names.name_of(site)
        minutes = int(CODE_LASTS.total_seconds()) // 60
        for_what = _("Your code to watch “%(title)s”:") % {"title": on_one_line(page.title)} if shows_title else ""
        lines = [
            for_what or _("Your code to watch:"),
            "",
            f"    {code}",
            "",
            ngettext(
                "Type it on the page that asked for it, in the same browser. It opens once, within %(count)d minute,"
                " until %(moment)s.",
                "Type it on the page that asked for it, in the same browser. It opens once, within %(count)d minutes,"
                " until %(moment)s.",
                minutes,
            )
            % {"count": minutes, "moment": moment_in_sentence(row.asked_at + CODE_LASTS)},
            "",
            _("If you did not ask for it, ignore this mail, and pass the code to nobody."),
            "",
            "-- ",
            site_name,
            "",
        ]
        subject = _("Your code for %(site)s") % {"site": site_name}
    # RFC 3834, 5: no program answers it.
    return EmailMessage(subject, "\n".join(lines), to=[email], headers={"Auto-Submitted": "auto-generated"})
