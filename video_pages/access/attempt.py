"""One attempt at the form of a locked page: from the request to an access row and a renewed session, or to a reason."""

import dataclasses
import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.debug import sensitive_variables

from video_pages.access import browser as browsers
from video_pages.access import fingerprints, known_browsers, passwords, throttle
from video_pages.access.access_length import AccessLength
from video_pages.access.decide import Verdict
from video_pages.access.forms import UnlockForm
from video_pages.access.guard import SECTION, Guard
from video_pages.access.invitations import refusal_counts, typed
from video_pages.access.invitations.by_mail.tickets import new_ticket
from video_pages.access.invitations.opening import LONGEST, CodeNeeded, InvitationClosed
from video_pages.access.queues import HashingBusy
from video_pages.access.recognised_passwords import recognised
from video_pages.access.refusals import CODES_OF_VERDICTS, OF_STATES, ErrorCode, UnlockRefusal
from video_pages.access.site_settings import AccessSettings
from video_pages.access.throttle import TooManyGuesses
from video_pages.access.unlocking import AccessOver, Unlocked, WrongPassword, unlock
from video_pages.access.visitor import Visitor, visitor_of
from video_pages.core import metrics
from video_pages.core.page_protocols import LockablePage

ATTEMPTED = "attempted_password"
"""The attribute of a request whose password was tried at a page, and counted."""
EXPIRY_NOTICE_FOR = dt.timedelta(days=1)
"""For how long after its end a page explains that the access has expired; later it shows the form alone."""


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
    if known is None or guard is None or guard.is_stand_in or opened is None:
        return None
    if opened != guard.password_date:
        return UnlockRefusal(ErrorCode.CHANGED)
    granted_until = dt.datetime.fromtimestamp(known.ends.get(guard.key, 0), dt.UTC)
    if now < granted_until:
        return UnlockRefusal(ErrorCode.ENDED)
    return UnlockRefusal(ErrorCode.EXPIRED) if now < granted_until + EXPIRY_NOTICE_FOR else None


def reason_of_lock(
    visitor: Visitor,
    guard: Guard | None,
    *,
    is_expired: bool,
    now: dt.datetime,
    verdict: Verdict | None = None,
    reach: Sequence[int] = (),
) -> UnlockRefusal | None:
    """Return the UnlockRefusal that a page shows before any attempt: a limit on guesses, the end of access, or None.

    `verdict` is that on the page, if there is one: the end of an invitation is its reason. `reach` is that of
    the AccessState: an invitation of these pages that this browser has opened may have ended. The limit on guesses is
    looked up only for a browser with the cookie of `remember_limit`, invitations for one that has opened some: others
    cost no query.
    """
    if guard is not None and _limit_cookie(guard) in visitor.cookies:
        limit = throttle.present_limit(guard, visitor.guesser, now=now)
        if limit is not None:
            return limited(limit)
    if verdict is not None and verdict.reason in CODES_OF_VERDICTS:
        return UnlockRefusal(CODES_OF_VERDICTS[verdict.reason])
    opened = known_browsers.invitations_in(visitor.known_browser)
    if opened and reach and typed.has_ended(opened, reach, now):
        return UnlockRefusal(ErrorCode.INVITATION_OVER)
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


def tries_password(request: HttpRequest) -> bool:
    """Return whether `request` was an `attempt`: other forms are limited too, and are not counted as passwords."""
    return hasattr(request, ATTEMPTED)


def refusal_of_form(form: UnlockForm) -> UnlockRefusal:
    """Return the UnlockRefusal of a `form` whose text cannot be a password."""
    return UnlockRefusal(ErrorCode.TOO_LONG if form.has_error("password", "too_long") else ErrorCode.MISSING)


def limited(limit: TooManyGuesses) -> UnlockRefusal:
    """Return the UnlockRefusal of a client that has to wait."""
    return UnlockRefusal(ErrorCode.LIMITED, limit.retry_after, until=limit.until, used_by_others=limit.used_by_others)


def attempt(
    request: HttpRequest,
    page: LockablePage,
    *,
    guard: Guard | None,
    reach: Sequence[int] | None = None,
    length: AccessLength,
    now: dt.datetime | None = None,
) -> tuple[Unlocked, None] | tuple[None, UnlockRefusal]:
    """Try the password that `request` posted at `page`, a source video or section that `guard` opens; see `unlock`.

    Returns (Unlocked, None) with the session already renewed, or
    (None, UnlockRefusal).
    """
    setattr(request, ATTEMPTED, True)
    outcome = _attempt(request, page, guard=guard, reach=reach, length=length, now=now)
    refusal = outcome[1]
    metrics.UNLOCKS.labels(refusal.code.value if refusal else "unlocked").inc()
    return outcome


def _attempt(
    request: HttpRequest,
    page: LockablePage,
    *,
    guard: Guard | None,
    reach: Sequence[int] | None = None,
    length: AccessLength,
    now: dt.datetime | None,
) -> tuple[Unlocked, None] | tuple[None, UnlockRefusal]:
    form = UnlockForm(request.POST)
    if not form.is_valid():
        return None, refusal_of_form(form)
    secret = browsers.new_secret()
    try:
        unlocked = unlock(
            page,
            visitor_of(request),
            guard=guard,
            reach=reach,
            password=form.cleaned_data["password"],
            new_key=browsers.digest(secret),
            length=length,
            now=now,
        )
    except TooManyGuesses as wait:
        return None, limited(wait)
    except InvitationClosed as closed:
        refusal_counts.count_closed(closed.invitation, closed.state, now=now)
        return None, UnlockRefusal(OF_STATES[closed.state])
    except CodeNeeded as needed:
        minutes = length.for_guard(guard) if guard else LONGEST
        ticket = new_ticket(
            needed.invitation,
            visitor_of(request),
            address="" if browsers.is_in_frame(request) else request.get_full_path(),
            usual_minutes=int(minutes.total_seconds()) // 60,
        )
        return None, UnlockRefusal(ErrorCode.MAIL_CODE, ticket=ticket)
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
    browsers.store_secret(request, secret, until=unlocked.row.expires_at)
    _keep_fingerprint(request, unlocked, form.cleaned_data["password"])
    return unlocked, None


@sensitive_variables("typed_text", "text")
def _keep_fingerprint(request: HttpRequest, unlocked: Unlocked, typed_text: str) -> None:
    """Store the fingerprint of a password that has just been right, if the site wants it and it has none."""
    if not AccessSettings.for_request(request).finds_passwords:
        return
    guard, invitation = unlocked.guard, unlocked.invitation
    owner = (guard.kind, guard.page_id, guard.password_hash)
    if invitation is not None:
        owner = ("invitation", invitation.pk, invitation.password_hash)
    text = next((text for text in passwords.spellings(typed_text) if recognised.recognises(guard, text)), None)
    if text is None or fingerprints.is_stored(*owner):
        return
    try:
        fingerprints.store(*owner, fingerprints.fingerprint_of(text))
    except HashingBusy:
        return  # the next time that it is typed
