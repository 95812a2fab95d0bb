"""Mail about requests: to the people who answer, and the link to the person who asked. Plain text."""

import datetime as dt
import logging
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Site
from wagtail.users.models import UserProfile

from video_pages.access.effective_access import may_change_access
from video_pages.access.requests.models import AccessRequest
from video_pages.access.site_settings import AccessSettings
from video_pages.core import clock, site_names
from video_pages.core.humanize import on_one_line
from video_pages.core.mail_errors import OF_ONE_MAIL
from video_pages.core.page_protocols import LockablePage

NEWS_FOR = dt.timedelta(days=1)
"""Older requests are not mailed: a mail server was set up, or came back, long after they arrived."""
AT_ONCE = 50  # mails of one run

logger = logging.getLogger(__name__)


def mail_new_requests(now: dt.datetime | None = None) -> int:
    """Mail new requests to the people who answer; return the number. Without a mail server nothing happens.

    Each has the person's address as `Reply-To`. A mail that the server refuses is given up, with a line in the log, and
    the others are sent: the request stays in the admin. Raises the other exceptions of the mail server, such as those
    of a connection; what was not sent is sent by a later call.
    """
    if not settings.DELIVERS_MAIL:
        return 0
    now, mailed = now or clock.now(), 0
    due = AccessRequest.objects.filter(
        state=AccessRequest.State.NEW, mailed_at=None, created_at__gt=now - NEWS_FOR
    ).select_related("video__owner", "section__owner")
    for request in due.order_by("pk")[:AT_ONCE]:
        # Claimed first: several workers may have read it, such as those of two versions during an update.
        if AccessRequest.objects.filter(pk=request.pk, mailed_at=None).update(mailed_at=now):
            mailed += _was_sent(request, now)
    return mailed


def _was_sent(request: AccessRequest, claimed_at: dt.datetime) -> bool:
    """Mail `request`; return False if nobody is told or the server refuses this mail. The log names no address.

    After another exception the request is due again.
    """
    try:
        recipient = recipient_of(request.page)
        if not recipient:
            return False
        _send(_message_about(request, recipient), [recipient], reply_to=[request.email])
    except OF_ONE_MAIL as refused:
        logger.error("The mail about the request %s was refused (%s).", request.pk, type(refused).__name__)
        return False
    except Exception:
        AccessRequest.objects.filter(pk=request.pk, mailed_at=claimed_at).update(mailed_at=None)
        raise
    return True


def recipient_of(page: LockablePage) -> str:
    """Return the email address that is told of requests for `page`, or "".

    It is that of the site's settings, or of the user who made the page, if they may change its access.
    """
    site = _site_of(page)
    chosen: str = AccessSettings.for_site(site).requests_to if site else ""
    owner = getattr(page, "owner", None)
    if chosen or owner is None or not owner.is_active:
        return chosen
    return str(owner.email) if may_change_access(page, owner) else ""


def site_name_of(page: LockablePage) -> str:
    """Return the name of the site of `page` on one line, its host if it has no name."""
    return site_names.name_of(_site_of(page))


def send_link(request: AccessRequest, text: str, *, reply_to: Iterable[str]) -> None:
    """Mail `text`, the message with the link, to the person of `request`. Raises the exceptions of the mail server."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Your request: “%(title)s”") % {"title": on_one_line(request.page.title)}
        subject = site_names.in_subject(subject, _site_of(request.page))
    _send((subject, text), [request.email], reply_to=list(reply_to))


def _language_of(page: LockablePage, recipient: str) -> str:
    """Return the language that the user who made `page` has chosen, if `recipient` is theirs, or the site's."""
    owner = getattr(page, "owner", None)
    profile = UserProfile.objects.filter(user=owner).first() if owner and owner.email == recipient else None
    return (profile.preferred_language if profile else "") or settings.LANGUAGE_CODE


def _message_about(request: AccessRequest, recipient: str) -> tuple[str, str]:
    """Return (subject, text) for the people who answer."""
    with translation.override(_language_of(request.page, recipient)):
        subject = _("Request for “%(title)s”") % {"title": on_one_line(request.page.title)}
        lines = [
            _("%(name)s (%(email)s) would like to watch “%(title)s”.")
            % {"name": on_one_line(request.name), "email": request.email, "title": on_one_line(request.page.title)},
        ]
        if request.reason:
            lines += ["", request.reason]
        answer = settings.WAGTAILADMIN_BASE_URL + reverse("access_requests:answer", args=(request.pk,))
        subject = site_names.in_subject(subject, _site_of(request.page))
        return subject, "\n".join([*lines, "", _("Answer: %(address)s") % {"address": answer}, ""])


def _site_of(page: LockablePage) -> Site | None:
    parts = page.get_url_parts()  # type: ignore[attr-defined]  # of Wagtail's Page
    return Site.objects.filter(pk=parts[0]).first() if parts else None


def _send(content: tuple[str, str], to: list[str], *, reply_to: list[str]) -> None:
    EmailMessage(*content, to=to, reply_to=reply_to).send()
