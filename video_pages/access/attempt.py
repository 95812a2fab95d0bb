"""One attempt at the form of a locked page: from the request to an access row and a renewed session, or to a reason."""

import dataclasses
import datetime as dt
import math

from django.conf import settings
from django.db.models import TextChoices
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from video_pages.access import browser as browsers
from video_pages.access import passwords, throttle
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
}


@dataclasses.dataclass(frozen=True)
class UnlockRefusal:
    """Why an attempt failed, and for a limited client the whole seconds to wait.

    `tries_left` is how many tries this browser has left, None if the page does not say; `until` (aware) is the end of
    the limit that applies now or after those tries; `used_by_others` says that other browsers of the same network used
    some of the tries.
    """

    code: ErrorCode
    retry_after: int | None = None
    of_section: bool = False
    tries_left: int | None = None
    until: dt.datetime | None = None
    used_by_others: bool = False

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
        wait = ngettext(
            "Too many tries: wait %(minutes)d minute, then try again.",
            "Too many tries: wait %(minutes)d minutes, then try again.",
            minutes,
        ) % {"minutes": minutes}
        return f"{wait} {OTHERS_TRIED}" if self.used_by_others else wait

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
        return f"{_('No try is left.')} {OTHERS_TRIED}" if self.used_by_others else _("No try is left.")


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


def reason_of_lock(
    visitor: Visitor, guard: Guard | None, *, is_expired: bool, now: dt.datetime
) -> UnlockRefusal | None:
    """Return the UnlockRefusal that a page shows before any attempt: a limit on guesses, the end of access, or None.

    The limit is looked up only for a browser with the cookie of `remember_limit`: others cost no query.
    """
    if guard is not None and _limit_cookie(guard) in visitor.cookies:
        limit = throttle.present_limit(guard, visitor.guesser, now=now)
        if limit is not None:
            return _limited(limit)
    return explain_ended_access(visitor, guard, is_expired=is_expired, now=now)


def remember_limit(response: HttpResponseBase, guard: Guard, refusal: UnlockRefusal, now: dt.datetime) -> None:
    """Write a cookie on `response` if `refusal` lets the browser wait: the page says so when it is loaded again.

    The cookie lasts until the end of the limit and grants nothing.
    """
    seconds = refusal.wait_seconds(now)
    if seconds:
        response.set_cookie(
            _limit_cookie(guard),
            "1",
            max_age=seconds,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def _limit_cookie(guard: Guard) -> str:
    return f"limited_{guard.kind}_{guard.page_id}"


def _limited(limit: TooManyGuesses) -> UnlockRefusal:
    return UnlockRefusal(ErrorCode.LIMITED, limit.retry_after, until=limit.until, used_by_others=limit.used_by_others)


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
        return None, _limited(limited)
    except AccessOver:
        return None, UnlockRefusal(ErrorCode.OVER)
    except HashingBusy as busy:
        return None, UnlockRefusal(ErrorCode.BUSY, busy.retry_after)
    except WrongPassword as wrong:
        refusal = UnlockRefusal(ErrorCode.WRONG, of_section=page.guard_kind == SECTION)
        if wrong.allowance is None:
            return None, refusal
        left, _waits, until, used_by_others = wrong.allowance
        return None, dataclasses.replace(refusal, tries_left=left, until=until, used_by_others=used_by_others)
    browsers.store_secret(request, secret)
    return unlocked, None
