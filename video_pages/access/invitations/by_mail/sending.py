"""Make the mail codes and mail them, in the worker: plain text, and no link. Erase addresses and old rows.

A code exists in the mail alone: its row keeps a keyed digest. An address is erased as soon as the mail is sent, or when
it turns out that it is not invited.
"""

import datetime as dt
import logging
import secrets
import smtplib

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
from video_pages.access.invitations.by_mail.asking import LASTS
from video_pages.access.invitations.by_mail.bindings import is_bound, is_invited
from video_pages.access.invitations.by_mail.forms import CODE_DIGITS
from video_pages.access.invitations.by_mail.models import MailCode
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.states import InvitationState, invitation_state
from video_pages.access.site_settings import AccessSettings
from video_pages.core import clock
from video_pages.core.humanize import format_moment

SALT = "video_pages.access.invitations.by_mail.codes"
KEPT = dt.timedelta(hours=1)
"""How long rows are kept after they were asked for."""
AT_ONCE = 50  # mails of one run
OF_ONE_MAIL = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError, ValueError)
"""Errors that say nothing about the next mail."""

logger = logging.getLogger(__name__)


def code_digest(invitation_id: int, browser: str, code: str) -> str:
    """Return the digest that a row keeps of `code`, six digits: 64 hexadecimal characters, under SECRET_KEY."""
    return salted_hmac(SALT, f"{invitation_id} {browser} {code}", algorithm="sha256").hexdigest()


def send_codes(now: dt.datetime | None = None) -> int:
    """Make and mail the codes that were asked for; return the number of mails. Without a mail server nothing happens.

    A mail that the server refuses is given up, with a line in the log. Raises the other exceptions of the mail server,
    such as those of a connection; what was not sent is sent by a later call, as long as the code would be valid.
    """
    if not settings.DELIVERS_MAIL:
        return 0
    now = now or clock.now()
    asked = MailCode.objects.exclude(email="").filter(asked_at__gt=now - LASTS)
    waiting = list(asked.select_related("invitation__video", "invitation__section").order_by("asked_at")[:AT_ONCE])
    return sum(_send(row, now) for row in waiting)


def erase_codes(now: dt.datetime | None = None) -> int:
    """Erase the addresses of codes that were never sent and are not valid any more, and old rows; return how many."""
    now = now or clock.now()
    erased = MailCode.objects.exclude(email="").filter(asked_at__lte=now - LASTS).update(email="")
    deleted, _by_model = MailCode.objects.filter(asked_at__lt=now - KEPT).delete()
    return erased + deleted


@sensitive_variables()
def _send(row: MailCode, now: dt.datetime) -> bool:
    """Claim `row`, and mail its code if the address is invited. Raises OSError, and then the row waits again."""
    invitation, email = row.invitation, row.email
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    may_open = invitation_state(invitation, now) in (InvitationState.ACTIVE, InvitationState.USED_UP)
    is_sent = may_open and is_bound(invitation) and is_invited(invitation, email)
    digest = code_digest(invitation.pk, row.browser, code) if is_sent else ""
    same = MailCode.objects.filter(pk=row.pk, asked_at=row.asked_at, email=email)
    if not same.update(email="", code_digest=digest) or not is_sent:
        return False  # another worker does it, or a newer code was asked for
    try:
        _message(invitation, code, email, row).send()
    except OF_ONE_MAIL as refused:
        logger.error("A mail code of the invitation %s was refused (%s).", invitation.pk, type(refused).__name__)
        return False
    except OSError:  # SMTPException is one
        MailCode.objects.filter(pk=row.pk, asked_at=row.asked_at, code_digest=digest).update(
            email=email, code_digest=""
        )
        raise
    return True


@sensitive_variables("code", "email")
def _message(invitation: Invitation, code: str, email: str, row: MailCode) -> EmailMessage:
    """Return the mail. Its subject, which mail servers log and phones show, has no code."""
    page = invitation.page
    parts = page.get_url_parts()
    site = Site.objects.filter(pk=parts[0]).first() if parts else None
    site_name = _line((site.site_name or site.hostname) if site else "") or settings.WAGTAIL_SITE_NAME
    shows_title = site is not None and AccessSettings.for_site(site).link_shows_title
    shows_title = shows_title and passes_restrictions(page, AnonymousUser())
    language = row.language if check_for_language(row.language) else settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(settings.TIME_ZONE):
        minutes = int(LASTS.total_seconds()) // 60
        for_what = _("Your code to watch “%(title)s”:") % {"title": _line(page.title)} if shows_title else ""
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
            % {"count": minutes, "moment": format_moment(row.asked_at + LASTS)},
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


def _line(text: str) -> str:
    """Return `text` on one line: a header of a mail has no line end."""
    return " ".join(text.split())
