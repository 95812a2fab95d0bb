"""Ask for access: a request is stored, or it is not, and the person who asks cannot tell the difference."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from wagtail.models import Page

from video_pages.access import request_limit
from video_pages.access.locks import lock_key
from video_pages.access.requests.models import AccessRequest
from video_pages.access.requests.places import RequestPlace
from video_pages.core import clock
from video_pages.core.humanize import on_one_line

BY_CLIENT, BY_PAGE = "request-client", "request-page"
LIMITS = {BY_CLIENT: 5, BY_PAGE: 60}
"""Requests of one client, and requests for one page, within an hour. A page beyond its limit takes no more."""


def email_digests(email: str) -> list[str]:
    """Return the keyed digests of an email address: under SECRET_KEY, which is stored, and under the fallbacks.

    All spellings of its case have the same.
    """
    text, salt = email.strip().casefold(), "video_pages.access.requests"
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [salted_hmac(salt, text, secret=key, algorithm="sha256").hexdigest() for key in keys]


def ask(
    place: RequestPlace, *, client: str, name: str, email: str, reason: str = "", now: dt.datetime | None = None
) -> AccessRequest | None:
    """Store a request of somebody at the address `client` for `place`; return it.

    Name and reason are stored as one line each: in a mail, a further line could look like one of the site. Returns
    None, and stores nothing, if the email address is blocked here or if an earlier request of it for the same page
    waits for an answer. Raises TooManyRequests beyond the limits.
    """
    now = now or clock.now()
    request_limit.count(BY_CLIENT, client, limit=LIMITS[BY_CLIENT], now=now)
    page, digests = place.page, email_digests(email)
    request_limit.count(BY_PAGE, f"{page.guard_kind}:{page.pk}", limit=LIMITS[BY_PAGE], now=now)
    if is_blocked(page, digests):
        return None
    target = {f"{page.guard_kind}_id": page.pk}
    with transaction.atomic():
        lock_key(digests[0])
        waiting = AccessRequest.objects.filter(email_digest__in=digests, state=AccessRequest.State.NEW, **target)
        if waiting.exists():
            return None
        return AccessRequest.objects.create(
            **target,
            invitation=place.invitation,
            name=on_one_line(name),
            email=email,
            reason=on_one_line(reason),
            email_digest=digests[0],
            created_at=now,
        )


def is_blocked(page: Page, digests: list[str]) -> bool:
    """Return whether requests of the address with these digests for `page`, a source page, are blocked.

    A block at a section holds for all that is below it, one at a video for the section of the video.
    """
    blocks = AccessRequest.objects.filter(email_digest__in=digests, state=AccessRequest.State.BLOCKED)
    for video_path, section_path in blocks.values_list("video__path", "section__path"):
        section = section_path or video_path[: -Page.steplen]
        if page.path.startswith(section):
            return True
    return False
