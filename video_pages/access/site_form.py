"""The form of a whole site: type a password once, and open what it opens here.

Guesses are counted by client and by this form, under the rules of `guess_limit`. A wrong text costs one hash, however
many passwords the site has. A right one is checked again at each page that it opens, by the same service as at the
page's own form, so limits, windows, dates and invitations hold as there. Whatever opens nothing now is answered in the
same words, costs one hash each time as well, and counts as a miss: neither the answer nor its time tells of another
page.
"""

import dataclasses
import datetime as dt
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.debug import sensitive_variables
from wagtail.models import Page

from video_pages.access import browser as browsers
from video_pages.access import fingerprints, known_browsers, passwords, queues, throttle
from video_pages.access.access_length import AccessLength
from video_pages.access.attempt import ATTEMPTED, limited, refusal_of_form
from video_pages.access.decide import is_current, passes_restrictions
from video_pages.access.forms import UnlockForm
from video_pages.access.guard import SECTION, AccessState, Guard, access_states
from video_pages.access.invitations import typed
from video_pages.access.invitations.by_mail.tickets import Ticket, new_ticket
from video_pages.access.invitations.opening import CodeNeeded, InvitationClosed, status_of
from video_pages.access.invitations.states import InvitationState
from video_pages.access.recognised_passwords import recognised
from video_pages.access.refusals import ErrorCode, UnlockRefusal
from video_pages.access.site_settings import AccessSettings
from video_pages.access.throttle import TooManyGuesses
from video_pages.access.unlocking import AccessOver, Unlocked, WrongPassword, unlock
from video_pages.access.visitor import visitor_of
from video_pages.core import clock, metrics


@dataclasses.dataclass(frozen=True)
class OpenedSource:
    """A source page that a text has opened, and how; or the `ticket` of the mail code that it needs first."""

    page: Any
    unlocked: Unlocked | None = None
    ticket: Ticket | None = None


def guard_of_site(home: Page) -> Guard:
    """Return the stand-in by which guesses at the form of the site below `home` are counted. It opens nothing."""
    return Guard(SECTION, home.pk, "")


def attempt(
    request: HttpRequest, home: Page, *, now: dt.datetime | None = None
) -> tuple[list[OpenedSource], UnlockRefusal | None]:
    """Try the password that `request` posted at every page below `home`, the home page of a site, in each language.

    Returns (the pages that it opens, None) with the session renewed, or ([], UnlockRefusal).
    """
    setattr(request, ATTEMPTED, True)
    opened, refusal = _attempt(request, home, now or clock.now())
    metrics.UNLOCKS.labels(refusal.code.value if refusal else _outcome(opened)).inc()
    return opened, refusal


@sensitive_variables("texts")
def _attempt(request: HttpRequest, home: Page, now: dt.datetime) -> tuple[list[OpenedSource], UnlockRefusal | None]:
    form = UnlockForm(request.POST)
    if not form.is_valid():
        return [], refusal_of_form(form)
    texts = passwords.spellings(form.cleaned_data["password"])
    guard, guesser = guard_of_site(home), visitor_of(request).guesser
    try:
        guess: Any = throttle.admit(guard, guesser, now=now)
    except TooManyGuesses as refused:
        return [], limited(refused)
    except queues.HashingBusy as busy:
        return [], UnlockRefusal(ErrorCode.BUSY, busy.retry_after)
    try:
        opened = _open_all(request, home, texts, form.cleaned_data["password"], now)
    except queues.HashingBusy as busy:
        throttle.withdraw(guess)
        return [], UnlockRefusal(ErrorCode.BUSY, busy.retry_after)
    if opened:
        throttle.withdraw(guess)
        return opened, None
    throttle.count_miss(guess)
    left, _waits, until, others = throttle.allowance_for(guard, guesser, now=now)
    return [], UnlockRefusal(ErrorCode.WRONG, of_site=True, tries_left=left, until=until, used_by_others=others)


def remember(request: HttpRequest, response: HttpResponseBase, opened: list[OpenedSource]) -> None:
    """Write into the signed cookie on `response` what this browser has `opened`, and the id that tickets name."""
    known = visitor_of(request).lasting_id
    known_browsers.remember_browser(response, known)
    for each in opened:
        if each.unlocked is None:
            continue
        if each.unlocked.invitation is not None:
            known_browsers.remember_invitation(response, known, each.unlocked.row)
        else:
            known_browsers.remember_unlock(response, known, guard=each.unlocked.guard, row=each.unlocked.row)
        known = known_browsers.read_known_browser(response.cookies[known_browsers.COOKIE].value) or known


@sensitive_variables("texts", "typed_text")
def _open_all(
    request: HttpRequest, home: Page, texts: list[str], typed_text: str, now: dt.datetime
) -> list[OpenedSource]:
    """Open every page of the site of `home` that one of `texts` opens now, for the browser of `request`.

    Raises HashingBusy. What is right but opens nothing is not recognised the next time, and costs a hash like any
    wrong text.
    """
    guard, visitor = guard_of_site(home), visitor_of(request)

    def is_open(invitation: Any) -> bool:
        return status_of(invitation, visitor, now).state is InvitationState.ACTIVE

    for text in texts:
        fingerprint, is_computed = _fingerprint(guard, text)
        pages = fingerprints.pages_with(fingerprint, _paths_of(home), is_open) if fingerprint else []
        opened = _open_pages(request, pages, typed_text, now)
        if opened:
            return opened
        recognised.drop(guard, text)
        if not is_computed:
            fingerprints.fingerprint_of(text)
    return []


def _paths_of(home: Page) -> tuple[str, ...]:
    """Return the tree paths of `home` and of its live translations; a query on a site with several languages."""
    if not settings.WAGTAIL_I18N_ENABLED:
        return (home.path,)
    return (home.path, *home.get_translations().live().order_by("path").values_list("path", flat=True))


@sensitive_variables("typed_text", "secret")
def _open_pages(request: HttpRequest, pages: list[Any], typed_text: str, now: dt.datetime) -> list[OpenedSource]:
    """Open those of `pages` that the text opens now, at once or by a code. Raises HashingBusy if there is none yet."""
    visitor, secret = visitor_of(request), browsers.new_secret()
    minutes = AccessSettings.for_request(request).access_minutes
    opened: list[OpenedSource] = []
    try:
        for page in pages:
            state = access_states([page])[page.pk]
            guard = typed.entrance(state, now)
            if guard is None or not _is_open_to(page, state, request, now):
                continue
            length = AccessLength(minutes, page.duration_seconds)
            try:
                unlocked = unlock(
                    page,
                    visitor,
                    guard=guard,
                    reach=state.reach,
                    password=typed_text,
                    new_key=browsers.digest(secret),
                    length=length,
                    now=now,
                )
            except CodeNeeded as needed:
                usual_minutes = int(length.for_guard(guard).total_seconds()) // 60
                address = page.for_reader().get_url(request)
                ticket = new_ticket(needed.invitation, visitor, address=address, usual_minutes=usual_minutes)
                opened.append(OpenedSource(page, ticket=ticket))
                continue
            except queues.HashingBusy:
                if not opened:
                    raise
                break  # the others open when the text is typed again
            except (WrongPassword, TooManyGuesses, InvitationClosed, AccessOver):
                continue
            opened.append(OpenedSource(page, unlocked=unlocked))
    finally:
        # The first unlock has moved all rows of this browser to the new key: the session must follow in any case.
        ends = [each.unlocked.row.expires_at for each in opened if each.unlocked]
        if ends:
            browsers.store_secret(request, secret, until=max(ends))
    return opened


def _outcome(opened: list[OpenedSource]) -> str:
    """Return the label in the metrics of a text that has `opened` these pages, at least one."""
    return "unlocked" if any(each.unlocked for each in opened) else ErrorCode.MAIL_CODE.value


@sensitive_variables("text")
def _fingerprint(guard: Guard, text: str) -> tuple[str, bool]:
    """Return (the fingerprint of `text`, "" if no password has it; whether this request computed a hash for it).

    Requests at once with one right text share a hash.
    """
    computed: list[str] = []

    def compute() -> str:
        computed.append(fingerprints.fingerprint_of(text))
        return computed[0] if fingerprints.exist_for(computed[0]) else ""

    return recognised.proven_hash(guard, text, compute), bool(computed)


def _is_open_to(page: Any, state: AccessState, request: HttpRequest, now: dt.datetime) -> bool:
    """Return whether `page` answers this visitor with a form now: live, inside its window, not private."""
    if not is_current(page.live, page.expire_at, now) or state.window is None or not state.window.is_open(now):
        return False
    return not state.maybe_restricted or passes_restrictions(page, visitor_of(request).user)
