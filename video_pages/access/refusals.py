"""The reason why an attempt at the form of a locked page failed, or why a page is locked: its words and status."""

import dataclasses
import datetime as dt
import math

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from video_pages.access import passwords
from video_pages.access.decide import Reason
from video_pages.access.invitations.by_mail.tickets import Ticket
from video_pages.access.invitations.states import InvitationState
from video_pages.core.typography import join_sentences


class ErrorCode(TextChoices):
    """The reason why a page is locked after an attempt or after former access."""

    MISSING = "missing", _("Type the password, then open the film.")
    TOO_LONG = "too_long", passwords.TOO_LONG
    WRONG = "wrong", _("That is not the password for this video. Look out for capital letters.")
    LIMITED = "limited", _("Too many tries.")
    BUSY = "busy", _("Many people are opening films at this moment. Try again in a few seconds.")
    OVER = "over", _("The password opens nothing any more.")
    EXPIRED = "expired", _("Your time is over. Type the password again to go on.")
    ENDED = "ended", _("Access was ended before its time. Type the password again to go on.")
    INVITATION_OVER = "invitation_over", _("Your invitation has ended.")
    INVITATION_NOT_YET = "invitation_not_yet", _("Your invitation is not open yet.")
    USED_UP = "used_up", _("This invitation is used up: as many people as it is for have watched with it.")
    MAIL_CODE = "mail_code", _("This invitation needs a code that comes by mail.")
    CHANGED = "changed", _("The password has changed since you opened this. Type the new one to go on.")


OTHERS_TRIED = _("Others on the same network typed wrong passwords, too, and their tries count together with yours.")
STATUS = {
    ErrorCode.MISSING: 403,
    ErrorCode.TOO_LONG: 403,
    ErrorCode.WRONG: 403,
    ErrorCode.LIMITED: 429,
    ErrorCode.BUSY: 503,
    ErrorCode.OVER: 403,
    ErrorCode.EXPIRED: 200,
    ErrorCode.ENDED: 200,
    ErrorCode.CHANGED: 200,
    ErrorCode.INVITATION_OVER: 403,
    ErrorCode.INVITATION_NOT_YET: 403,
    ErrorCode.USED_UP: 403,
    ErrorCode.MAIL_CODE: 403,
}


OF_STATES = {
    InvitationState.NOT_YET: ErrorCode.INVITATION_NOT_YET,
    InvitationState.USED_UP: ErrorCode.USED_UP,
    InvitationState.ENDED: ErrorCode.INVITATION_OVER,
    InvitationState.REVOKED: ErrorCode.INVITATION_OVER,
}
HEADINGS = {
    ErrorCode.OVER: _("The time for this film is over"),
    ErrorCode.INVITATION_OVER: _("Your invitation has ended"),
    ErrorCode.INVITATION_NOT_YET: _("Your invitation is not open yet"),
    ErrorCode.USED_UP: _("Your invitation is used up"),
}
"""The heading of the dialog over a playing film, for reasons that another password seldom removes."""
CODES_OF_VERDICTS = {Reason.INVITATION_OVER: ErrorCode.INVITATION_OVER, Reason.USED_UP: ErrorCode.USED_UP}


@dataclasses.dataclass(frozen=True)
class UnlockRefusal:
    """The reason why an attempt failed, and for a limited client the whole seconds to wait.

    `tries_left` is how many tries this browser has left, None if the page does not say; `until` (aware) is the end of
    the limit that applies now or after those tries; `used_by_others` says that other browsers of the same network used
    some of the tries.
    """

    code: ErrorCode
    retry_after: int | None = None
    of_section: bool = False
    of_site: bool = False
    tries_left: int | None = None
    until: dt.datetime | None = None
    used_by_others: bool = False

    ticket: Ticket | None = None
    """With MAIL_CODE: the Ticket of the page that asks for the code."""

    @property
    def status(self) -> int:
        """The status of the HTTP response."""
        return STATUS[self.code]

    @property
    def message(self) -> str | Promise:
        """The message that the page shows."""
        if self.code == ErrorCode.WRONG:
            of_section = _("That is not the password for this section. Look out for capital letters.")
            of_site = _(
                "That password opens nothing here now. Look out for capital letters, or type it on the film’s own page."
            )
            sentence = of_section if self.of_section else of_site if self.of_site else self.code.label
            return join_sentences(filter(None, [sentence, self._tries_message()]))
        if self.code == ErrorCode.TOO_LONG:
            return self.code.label % {"limit": passwords.MAX_LENGTH}
        if self.code != ErrorCode.LIMITED:
            return self.code.label
        minutes = -(-(self.retry_after or 0) // 60)
        wait = ngettext(
            "Too many tries: wait %(minutes)d minute, then try again.",
            "Too many tries: wait %(minutes)d minutes, then try again.",
            minutes,
        ) % {"minutes": minutes}
        return join_sentences([wait, OTHERS_TRIED]) if self.used_by_others else wait

    @property
    def heading(self) -> str | Promise:
        """The heading above the message over a film that was playing, or "" for the one of a locked film."""
        return HEADINGS.get(self.code, "")

    @property
    def limited_until(self) -> dt.datetime | None:
        """The first whole minute (aware) at which a try is allowed again, if the page shows it; else None."""
        if self.until is None or self.tries_left not in (None, 0, 1):
            return None
        return self.until.replace(second=0, microsecond=0) + dt.timedelta(minutes=1)

    def wait_seconds(self, now: dt.datetime) -> int | None:
        """Return the whole seconds from `now` until `limited_until` if no try is allowed before; else None."""
        if self.limited_until is None or self.tries_left == 1:
            return None
        return max(1, math.ceil((self.limited_until - now).total_seconds()))

    def _tries_message(self) -> str | Promise:
        if self.tries_left == 1:
            return _("One try is left.")
        if self.tries_left != 0:
            return ""
        return join_sentences([_("No try is left."), OTHERS_TRIED]) if self.used_by_others else _("No try is left.")
