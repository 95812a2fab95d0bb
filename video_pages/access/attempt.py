"""One attempt at the form of a locked page: from the request to an access row and a renewed session, or to a reason."""

import dataclasses
import datetime as dt
import math

from django.db.models import TextChoices
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from video_pages.access import browser as browsers
from video_pages.access import passwords
from video_pages.access.access_length import AccessLength
from video_pages.access.forms import UnlockForm
from video_pages.access.grant import AccessOver, Unlocked, WrongPassword, unlock
from video_pages.access.guard import SECTION, Guard
from video_pages.access.queues import HashingBusy
from video_pages.access.throttle import TooManyGuesses
from video_pages.access.visitor import Visitor, visitor_of
from video_pages.core.page_protocols import ProtectedPage


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
    CHANGED = "changed", _("The password has changed since you opened this. Type the new one to go on.")


EXPIRY_NOTICE_FOR = dt.timedelta(days=1)
"""For how long after its end a page explains that the access has expired; later it shows the form alone."""
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
}


@dataclasses.dataclass(frozen=True)
class UnlockRefusal:
    """Why an attempt failed, and for a limited client the whole seconds to wait.

    `tries_left` is how many tries this browser has left, None if the page does not say; `until` (aware) is the end of
    the limit that applies now or after those tries.
    """

    code: ErrorCode
    retry_after: int | None = None
    of_section: bool = False
    tries_left: int | None = None
    until: dt.datetime | None = None

    @property
    def status(self) -> int:
        """The status of the HTTP response."""
        return STATUS[self.code]

    @property
    def message(self) -> str | Promise:
        """The message that the page shows."""
        if self.code == ErrorCode.WRONG:
            of_section = _("That is not the password for this section. Look out for capital letters.")
            sentence = of_section if self.of_section else self.code.label
            return f"{sentence} {self._tries_message()}".strip()
        if self.code == ErrorCode.TOO_LONG:
            return self.code.label % {"limit": passwords.MAX_LENGTH}
        if self.code != ErrorCode.LIMITED:
            return self.code.label
        minutes = -(-(self.retry_after or 0) // 60)
        return ngettext(
            "Too many tries: wait %(minutes)d minute, then try again.",
            "Too many tries: wait %(minutes)d minutes, then try again.",
            minutes,
        ) % {"minutes": minutes}

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
        return _("No try is left.") if self.tries_left == 0 else ""


def explain_ended_access(
    visitor: Visitor, guard: Guard | None, *, is_expired: bool, now: dt.datetime
) -> UnlockRefusal | None:
    """Return the UnlockRefusal that explains why former access to `guard` has ended, or None without former access.

    `is_expired` says that an access row existed and has expired. If the row is gone, the signed cookie of the unlock
    has the end that was granted: a browser that has opened nothing gets no explanation.
    """
    if is_expired:
        return UnlockRefusal(ErrorCode.EXPIRED)
    known = visitor.known_browser
    opened = known.opened.get(guard.key) if known and guard else None
    if known is None or guard is None or opened is None:
        return None
    if opened != guard.password_date:
        return UnlockRefusal(ErrorCode.CHANGED)
    granted_until = dt.datetime.fromtimestamp(known.ends.get(guard.key, 0), dt.UTC)
    if now < granted_until:
        return UnlockRefusal(ErrorCode.ENDED)
    return UnlockRefusal(ErrorCode.EXPIRED) if now < granted_until + EXPIRY_NOTICE_FOR else None


def attempt(
    request: HttpRequest,
    page: ProtectedPage,
    *,
    guard: Guard | None,
    length: AccessLength,
    now: dt.datetime | None = None,
) -> tuple[Unlocked, None] | tuple[None, UnlockRefusal]:
    """Try the password that `request` posted at `page`, a source video or section that `guard` opens.

    Returns (Unlocked, None) with the session already renewed, or
    (None, UnlockRefusal).
    """
    form = UnlockForm(request.POST)
    if not form.is_valid():
        is_too_long = form.has_error("password", "too_long")
        return None, UnlockRefusal(ErrorCode.TOO_LONG if is_too_long else ErrorCode.MISSING)
    secret = browsers.new_secret()
    try:
        unlocked = unlock(
            page,
            visitor_of(request),
            guard=guard,
            password=form.cleaned_data["password"],
            new_key=browsers.digest(secret),
            length=length,
            now=now,
        )
    except TooManyGuesses as limited:
        return None, UnlockRefusal(ErrorCode.LIMITED, limited.retry_after, until=limited.until)
    except AccessOver:
        return None, UnlockRefusal(ErrorCode.OVER)
    except HashingBusy as busy:
        return None, UnlockRefusal(ErrorCode.BUSY, busy.retry_after)
    except WrongPassword as wrong:
        left, until = (wrong.allowance.left, wrong.allowance.until) if wrong.allowance else (None, None)
        of_section = page.guard_kind == SECTION
        return None, UnlockRefusal(ErrorCode.WRONG, of_section=of_section, tries_left=left, until=until)
    browsers.store_secret(request, secret)
    return unlocked, None
