"""The signed cookie of a browser that has opened a guard.

It holds a random id of the browser, and for each guard the date of the password that the browser knew; and the
invitations that it has opened, for which it is the same viewer each time. A copy of the
cookie has the same id and shares the tries that are counted by it, at any address. A new password invalidates the entry
of its guard. Other browsers at one address are distinguished by Django's CSRF cookie, which comes with the form and
must be sent back with it. It can be invented, so `guess_limit` grants little for it.
"""

import secrets
from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.http.response import HttpResponseBase

from video_pages.access.browser import MOST_AGE
from video_pages.access.guard import Guard
from video_pages.access.models import VideoAccessSession

COOKIE = "known_browser"
SALT = "video_pages.access.known_browsers"
COOKIE_SECONDS = 90 * 24 * 60 * 60
MAX_GUARDS = 40  # a cookie holds 4 KB; the oldest are dropped
ID_BYTES = 16
INVITATION = "invitation:"
"""Stands before the id of an invitation where the key of a guard could stand, too."""


class KnownBrowser(NamedTuple):
    """The content of the signed cookie: the browser's id, and {guard key: date of the password it knew}, oldest first.

    `ends` is {guard key: the end of the latest access, in seconds since 1970}.
    """

    id: str
    opened: dict[str, int]
    ends: dict[str, int]


def read_known_browser(cookie: str) -> KnownBrowser | None:
    """Return the KnownBrowser in the text of a cookie, or None unless it is valid and was signed within 90 days."""
    try:
        held = signing.loads(cookie, salt=SALT, max_age=COOKIE_SECONDS)
    except signing.BadSignature:
        return None
    if not (isinstance(held, list) and len(held) == 2 and isinstance(held[0], str) and isinstance(held[1], dict)):
        return None  # a cookie of an older version of the site
    browser_id, entries = held
    # In older cookies an entry is the date alone.
    pairs = {key: entry if isinstance(entry, list) else [entry, 0] for key, entry in entries.items()}
    opened, ends = ({key: pair[place] for key, pair in pairs.items()} for place in (0, 1))
    return KnownBrowser(browser_id, opened, ends)


def new_browser() -> KnownBrowser:
    """Return the content of the first cookie of a browser: a new random id."""
    return KnownBrowser(secrets.token_urlsafe(ID_BYTES), {}, {})


def invitations_in(known: KnownBrowser | None) -> list[int]:
    """Return the ids of the invitations that a browser with the cookie `known` has opened, the latest first."""
    keys = [key.removeprefix(INVITATION) for key in known.opened if key.startswith(INVITATION)] if known else []
    return [int(key) for key in reversed(keys)]


def cookies_after(invitation_id: int) -> dict[str, str]:
    """Return the cookies of a new browser that has opened the invitation with `invitation_id`."""
    opened = {f"{INVITATION}{invitation_id}": [0, 0]}
    return {COOKIE: signing.dumps([new_browser().id, opened], salt=SALT)}


def remember_unlock(
    response: HttpResponseBase, known: KnownBrowser | None, *, guard: Guard, row: VideoAccessSession
) -> None:
    """Write into the cookie on `response` that this browser has opened `guard`, and until when `row` gives access.

    `known` is the browser's former cookie, or None. Access ends at the latest when the session's cookie expires.
    """
    _remember(response, known or new_browser(), guard.key, guard.password_date, row)


def remember_invitation(response: HttpResponseBase, known: KnownBrowser, row: VideoAccessSession) -> None:
    """Write into the cookie on `response` that this browser has opened the invitation that granted `row`.

    `known` is `Visitor.lasting_id`: by its id the browser is found again as the same viewer.
    """
    _remember(response, known, f"{INVITATION}{row.granted_by_id}", 0, row)


def _remember(
    response: HttpResponseBase, known: KnownBrowser, opened_key: str, date: int, row: VideoAccessSession
) -> None:
    others = [(key, [date, known.ends[key]]) for key, date in known.opened.items() if key != opened_key]
    ends = min(row.expires_at.timestamp(), (row.created_at + MOST_AGE).timestamp())
    opened = dict([*others[-(MAX_GUARDS - 1) :], (opened_key, [date, int(ends)])])
    _write(response, known.id, opened)


def remember_browser(response: HttpResponseBase, known: KnownBrowser) -> None:
    """Write into the cookie on `response` what it held, `known`: a new browser is found again by its id."""
    _write(response, known.id, {key: [date, known.ends[key]] for key, date in known.opened.items()})


def _write(response: HttpResponseBase, browser_id: str, opened: dict[str, list[int]]) -> None:
    response.set_cookie(
        COOKIE,
        signing.dumps([browser_id, opened], salt=SALT),
        max_age=COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def remember_extension(
    response: HttpResponseBase, known: KnownBrowser | None, *, guard: Guard | None, access_id: int | None
) -> None:
    """Write into the cookie on `response` that the row `access_id` of `guard` was extended.

    Otherwise a page would say after the former end that time is over, whatever ended the access. Nothing happens for a
    browser without the cookie.
    """
    if known is None or guard is None or access_id is None or guard.key not in known.opened:
        return
    row = VideoAccessSession.objects.filter(pk=access_id).first()
    if row is not None:
        remember_unlock(response, known, guard=guard, row=row)
