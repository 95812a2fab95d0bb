"""The messages to a person whose request was granted, and the mail with one."""

import datetime as dt
import logging

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables

from video_pages.access.invitations.models import Invitation
from video_pages.access.requests import notices
from video_pages.access.requests.models import AccessRequest
from video_pages.core.humanize import moment_in_sentence, on_one_line
from video_pages.wagtail_admin.requests import EditorRequest

logger = logging.getLogger(__name__)


@sensitive_variables("address", "lines")
def link_message(request: AccessRequest, invitation: Invitation, address: str, *, answers_to: str) -> str:
    """Return the message with the link `address` of `invitation` to the person of `request`, and its limits.

    Messages are in the language and the time zone of the site, as the person's are unknown. `answers_to` is the address
    to which answers go, or "".
    """
    with translation.override(settings.LANGUAGE_CODE), timezone.override(settings.TIME_ZONE):
        granted = _("Your request to watch “%(title)s” was granted. This link opens it:")
        lines = [granted % {"title": on_one_line(invitation.page.title)}, "", address]
        limits = []
        if invitation.ends_at is not None:
            limits.append(_("The link opens it until %(moment)s.") % {"moment": moment_in_sentence(invitation.ends_at)})
        if invitation.at_once is not None:
            count = invitation.at_once
            text = ngettext(
                "At most %(count)d browser plays at once.", "At most %(count)d browsers play at once.", count
            )
            limits.append(text % {"count": count})
        return _letter(request, [*lines, "", *limits] if limits else lines, answers_to)


def more_time_message(request: AccessRequest, invitation: Invitation, ends_at: dt.datetime, *, answers_to: str) -> str:
    """Return the message that the link of `invitation`, which the person has, opens until `ends_at`."""
    with translation.override(settings.LANGUAGE_CODE), timezone.override(settings.TIME_ZONE):
        text = _("You have more time for “%(title)s”: the link that you have opens it until %(moment)s.")
        line = text % {"title": on_one_line(invitation.page.title), "moment": moment_in_sentence(ends_at)}
        return _letter(request, [line], answers_to)


def address_for_answers(request: AccessRequest, editor: EditorRequest | HttpRequest) -> str:
    """Return the address to which the person of `request` answers: the editor's, or that of requests; or ""."""
    return getattr(editor.user, "email", "") or notices.recipient_of(request.page)


@sensitive_variables("lines")
def _letter(request: AccessRequest, lines: list[str], answers_to: str) -> str:
    """Return `lines` with a greeting, the address for questions and the name of the site."""
    greeting = _("Hello %(name)s") % {"name": on_one_line(request.name)}
    questions = ["", _("Questions? Write to %(address)s.") % {"address": answers_to}] if answers_to else []
    return "\n".join([greeting, "", *lines, *questions, "", "-- ", notices.site_name_of(request.page), ""])


@sensitive_variables("text")
def mail_to_person(request: AccessRequest, text: str, editor: EditorRequest | HttpRequest) -> bool:
    """Mail `text` to the person of `request`; return False if the mail server refuses or does not answer.

    Answers go to the editor, or to the address that is told of requests.
    """
    reply_to = address_for_answers(request, editor)
    try:
        notices.send_link(request, text, reply_to=[reply_to] if reply_to else [])
    except (OSError, ValueError):  # SMTPException is an OSError; an address that no mail can have is a ValueError
        logger.exception("A link that was asked for could not be mailed.")
        return False
    return True
