"""The link or password of an invitation that was made now, shown once: address, message, QR code, calendar file."""

import base64
import dataclasses
import functools
import io
import math
from typing import Any

import segno
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables

from video_pages.access.invitations.by_mail.bindings import is_bound, readable_domain
from video_pages.access.invitations.models import Invitation
from video_pages.core import clock
from video_pages.core.humanize import moment_in_sentence, quoted
from video_pages.wagtail_admin.access.message_to_send import address_of, link_address
from video_pages.wagtail_admin.invitations.calendar_file import calendar_file
from video_pages.wagtail_admin.requests import EditorRequest

LOOK: dict[str, Any] = {"scale": 6, "border": 4, "light": "#fff"}
"""Of QR codes: pixels of a module, modules of the quiet zone, and the ground, white by night, too."""


@dataclasses.dataclass(frozen=True, repr=False)
class ShownOnce:
    """The text that the person who invites passes on. `address` is the link; for a password, the page."""

    invitation: Invitation
    address: str
    password: str
    message: str

    @property
    def secret(self) -> str:
        """The link, or the password."""
        return self.password or self.address

    @property
    def token(self) -> str:
        """The token of the link; "" for a password."""
        return "" if self.password else self.address.rpartition("/")[2]

    @property
    def qr_code(self) -> str:
        """The address as a QR code: an SVG image as a data URI; "" without an address."""
        return self._code().svg_data_uri(**LOOK) if self.address else ""

    @property
    def qr_file(self) -> bytes:
        """The same image as a file; empty without an address."""
        file = io.BytesIO()
        if self.address:
            self._code().save(file, kind="svg", **LOOK)
        return file.getvalue()

    @property
    def calendar(self) -> str:
        """The calendar file of the end as a data URI; "" without an end."""
        text = self.calendar_text
        return data_uri("text/calendar", text) if text else ""

    @functools.cached_property  # it has the time at which it was made
    def calendar_text(self) -> str:
        """The same file; "" without an end."""
        if self.invitation.ends_at is None:
            return ""
        with translation.override(settings.LANGUAGE_CODE):
            summary = _("Last moment to watch “%(title)s”") % {"title": self.invitation.page.title}
        return calendar_file(self.invitation, summary, self.message, self.address, clock.now())

    def _code(self) -> segno.QRCode:
        return segno.make(self.address, error="m", micro=False)


@sensitive_variables("secret")
def shown_once(invitation: Invitation, secret: str, request: EditorRequest) -> ShownOnce:
    """Return what is shown of `invitation` and its `secret`, a token or a password."""
    page, is_link = invitation.page, invitation.kind == Invitation.Kind.LINK
    address = link_address(page, secret, request) if is_link else address_of(page, request)
    password = "" if is_link else secret
    return ShownOnce(invitation, address, password, message_of(invitation, address, password))


@sensitive_variables()
def message_of(invitation: Invitation, address: str, password: str) -> str:
    """Return the message to the person invited, in the language and the time zone of the site."""
    with translation.override(settings.LANGUAGE_CODE), timezone.override(settings.TIME_ZONE):
        lines = [quoted(invitation.page.title), address]
        if password:
            lines.append(_("Password: %(password)s") % {"password": password})
        sentences = [*when_of(invitation), *how_many(invitation), *code_of(invitation)]
        return "\n".join([*(line for line in lines if line), *sentences])


def when_of(invitation: Invitation) -> list[str]:
    """Return the sentences about the times of `invitation`, in the current language and time zone."""
    sentences = []
    if invitation.opens_at and invitation.opens_at > clock.now():
        sentences.append(_("You can watch it from %(moment)s.") % {"moment": moment_in_sentence(invitation.opens_at)})
    if invitation.ends_at:
        sentences.append(_("You can watch it until %(moment)s.") % {"moment": moment_in_sentence(invitation.ends_at)})
    if invitation.window_hours:
        sentences.append(
            ngettext(
                "From the first playback on, you have %(count)d hour.",
                "From the first playback on, you have %(count)d hours.",
                invitation.window_hours,
            )
            % {"count": invitation.window_hours}
        )
    return sentences


def how_many(invitation: Invitation) -> list[str]:
    """Return the sentences about the numbers of browsers of `invitation`, in the current language."""
    sentences = []
    if invitation.most_viewers:
        sentences.append(
            ngettext(
                "It plays in %(count)d browser: open it where you want to watch.",
                "It plays in %(count)d browsers: open it where you want to watch.",
                invitation.most_viewers,
            )
            % {"count": invitation.most_viewers}
        )
    if invitation.at_once and invitation.at_once < (invitation.most_viewers or math.inf):
        sentences.append(
            ngettext(
                "It plays in %(count)d browser at the same time.",
                "It plays in at most %(count)d browsers at the same time.",
                invitation.at_once,
            )
            % {"count": invitation.at_once}
        )
    return sentences


def code_of(invitation: Invitation) -> list[str]:
    """Return the sentence about the mail code of `invitation`, if it needs one, in the current language."""
    if not is_bound(invitation):
        return []
    if invitation.mail_digest:
        return [_("It asks for your email address, and you get a code by email.")]
    domain = {"domain": readable_domain(invitation)}
    return [_("It asks for your email address at %(domain)s, and you get a code by email.") % domain]


def data_uri(media_type: str, text: str) -> str:
    """Return `text` as a data URI: a file to save, without another request."""
    return f"data:{media_type};charset=utf-8;base64,{base64.b64encode(text.encode()).decode()}"
