"""Who guesses, as far as a request shows: its address, its browser's id, the guards that it has opened before.

A browser that opens a guard gets a signed cookie: a random id of its own, and for each guard the date of the password
that it knew. A copy of the cookie shares the id, and so the tries that are counted by it, at whatever address; a new
password makes what the cookie says of its guard worthless. Any other browser is told from its neighbours by Django's
CSRF cookie, which came with the form and must come back with it. That one can be invented, so `limit` gives little for
it.
"""

import secrets
from typing import NamedTuple

from django.conf import settings
from django.core import signing

from video_pages.access.browser import client_digest, digest
from video_pages.access.guess_limit import Guesser

COOKIE = "known_browser"
SALT = "video_pages.access.known_browsers"
COOKIE_SECONDS = 90 * 24 * 60 * 60
MAX_GUARDS = 40  # a cookie holds 4 KB; the oldest are forgotten
ID_BYTES = 16


class KnownBrowser(NamedTuple):
    """What the signed cookie holds: the browser's id, and {guard key: date of the password it knew}, oldest first.

    `ends` is {guard key: when the access ends that was given last, in seconds since 1970}.
    """

    id: str
    opened: dict
    ends: dict


def known_browser(request):
    """Return the KnownBrowser behind `request`, or None without a cookie that we have signed within 90 days."""
    try:
        held = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_SECONDS)
    except signing.BadSignature:
        return None
    if not (isinstance(held, list) and len(held) == 2 and isinstance(held[0], str) and isinstance(held[1], dict)):
        return None  # as an older version of the site wrote it
    browser_id, notes = held
    # Before it held ends, a note was the date alone.
    pairs = {key: note if isinstance(note, list) else [note, 0] for key, note in notes.items()}
    opened, ends = ({key: pair[place] for key, pair in pairs.items()} for place in (0, 1))
    return KnownBrowser(browser_id, opened, ends)


def guesser_of(request):
    """Return the `guess_limit.Guesser` behind `request`."""
    client, known = client_digest(request), known_browser(request)
    if known is not None:
        return Guesser(client, digest(known.id), known.opened)
    token = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
    return Guesser(client, digest(token) if token else "")


def remember_unlock(request, response, unlocked):
    """Note in the cookie on `response` what this browser has opened with the present password, and until when.

    `unlocked` is the `grant.Unlocked`. The session, and access with it, ends with its own cookie at the latest.
    """
    guard = unlocked.guard
    known = known_browser(request) or KnownBrowser(secrets.token_urlsafe(ID_BYTES), {}, {})
    others = [(key, [date, known.ends[key]]) for key, date in known.opened.items() if key != guard.key]
    ends = min(unlocked.row.expires_at.timestamp(), unlocked.row.created_at.timestamp() + settings.SESSION_COOKIE_AGE)
    opened = dict([*others[-(MAX_GUARDS - 1) :], (guard.key, [guard.password_date, int(ends)])])
    response.set_cookie(
        COOKIE,
        signing.dumps([known.id, opened], salt=SALT),
        max_age=COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
