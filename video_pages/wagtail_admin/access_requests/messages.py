"""The messages to a person whose request was granted, and the mail with one."""

import datetime as dt
import logging
import smtplib

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from video_pages.access.invitations.models import Invitation
from video_pages.access.requests import notices
from video_pages.access.requests.models import AccessRequest
from video_pages.core.humanize import format_moment, quoted
from video_pages.wagtail_admin.requests import EditorRequest

logger = logging.getLogger(__name__)


@sensitive_variables("address")
def link_message(invitation: Invitation, address: str) -> str:
    """Return the message with the link `address`: the title, the link and its end."""
    lines = [quoted(invitation.page.title), address]
    if invitation.ends_at is not None:
        lines.append(_("The link opens it until %(moment)s.") % {"moment": format_moment(invitation.ends_at)})
    return "\n".join(lines)


def more_time_message(invitation: Invitation, ends_at: dt.datetime) -> str:
    """Return the message that the link of `invitation`, which the person has, opens until `ends_at`."""
    text = _("You have more time for “%(title)s”: the link that you have opens it until %(moment)s.")
    return text % {"title": invitation.page.title, "moment": format_moment(ends_at)}


@sensitive_variables("text")
def mail_to_person(request: AccessRequest, text: str, editor: EditorRequest | HttpRequest) -> bool:
    """Mail `text` to the person of `request`; return False if the mail server refuses or does not answer.

    Answers go to the editor, or to the address that is told of requests.
    """
    reply_to = getattr(editor.user, "email", "") or notices.recipient_of(request.page)
    try:
        notices.send_link(request, text, reply_to=[reply_to] if reply_to else [])
    except (smtplib.SMTPException, OSError):
        logger.exception("A link that was asked for could not be mailed.")
        return False
    return True
