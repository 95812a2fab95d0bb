"""Links that reset an editor's password: limited in number, with the same response for every address.

The text of the response, its time (sending a mail takes seconds) or an error of the mail server could reveal which
addresses have accounts. So each request does the same work: it is counted, queued, and answered. A thread then looks
for accounts and logs errors of the mail server.

Without a mail server there are no such links and no such screens (WAGTAIL_PASSWORD_RESET_ENABLED).
"""

import datetime as dt
import logging
import math
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.crypto import salted_hmac
from wagtail.admin.forms.auth import PasswordResetForm
from wagtail.admin.views.account import PasswordResetView

from video_pages.access.browser import client_address
from video_pages.access.models import Guess
from video_pages.access.responses import keep_out_of_caches
from video_pages.core import clock

WINDOW = dt.timedelta(hours=1)  # shorter than guesses are kept
ADDRESS, ACCOUNT = "reset-address", "reset-account"
LIMITS = {ADDRESS: 5, ACCOUNT: 3}
"""Requests of one client, and links to one account, within WINDOW."""
THREADS, MOST_WAITING = 2, 50

logger = logging.getLogger(__name__)
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="password-reset")
_places = threading.BoundedSemaphore(MOST_WAITING)


class TooManyRequests(Exception):
    """The limit is reached; the next request is possible after `retry_after` whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"wait {retry_after} seconds")
        self.retry_after = retry_after


class LimitedPasswordResetView(PasswordResetView):
    """Wagtail's screen, with 429 and `Retry-After` for a client that has reached the limit."""

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            count(ADDRESS, client_address(self.request.META))
        except TooManyRequests as limited:
            context = {"retry_after": limited.retry_after}
            response = keep_out_of_caches(render(self.request, "429.html", context, status=429))
            response.headers["Retry-After"] = str(limited.retry_after)
            return response
        send_later(
            form.cleaned_data["email"],
            domain_override=self.request.get_host(),
            use_https=self.request.is_secure(),
            email_template_name=self.email_template_name,
            subject_template_name=self.subject_template_name,
        )
        return HttpResponseRedirect(self.get_success_url())


class LimitedPasswordResetForm(PasswordResetForm):
    """Sends a link to the accounts with an address, except those that have reached the limit, which are logged."""

    def get_users(self, email: str) -> list[User]:
        return [user for user in super().get_users(email) if self._may_be_sent_one(user)]

    def _may_be_sent_one(self, user: User) -> bool:
        try:
            count(ACCOUNT, user.pk)
        except TooManyRequests:
            logger.warning("The account %s was sent no further link to reset its password.", user.pk)
            return False
        return True


def count(kind: str, whom: object, *, now: dt.datetime | None = None) -> None:
    """Count one request of `kind` (ADDRESS or ACCOUNT) for `whom`. Raises TooManyRequests, and then writes nothing.

    It is stored as a Guess under a digest, so that the count is exact over all processes and is purged with guesses.
    """
    now = now or clock.now()
    client = salted_hmac(f"site_config.password_reset.{kind}", str(whom), algorithm="sha256").hexdigest()
    rows = Guess.objects.filter(guard=kind, client=client, made_at__gt=now - WINDOW, made_at__lte=now + WINDOW)
    _refuse_beyond(LIMITS[kind] - 1, rows, now)
    own = Guess.objects.create(guard=kind, client=client, made_at=now)
    # Simultaneous requests have all written their row before this check, so no more than the limit pass it.
    try:
        _refuse_beyond(LIMITS[kind], rows, now)
    except TooManyRequests:
        own.delete()
        raise


def _refuse_beyond(limit: int, rows: QuerySet[Guess], now: dt.datetime) -> None:
    newest = list(rows.order_by("-made_at", "-pk").values_list("made_at", flat=True)[: limit + 1])
    if len(newest) > limit:
        free_at = min(newest[-1], now) + WINDOW
        raise TooManyRequests(max(1, math.ceil((free_at - now).total_seconds())))


def send_later(email: str, **options: Any) -> None:
    """Send links to the accounts with the address `email` in a thread; `options` are those of the form's `save`."""
    if not _places.acquire(blocking=False):
        logger.error("A request for a link to reset a password was dropped: the mail server is too slow for them all.")
        return
    _threads.submit(_send, email, translation.get_language(), options)


def _send(email: str, language: str | None, options: dict[str, Any]) -> None:
    try:
        with translation.override(language):
            form = LimitedPasswordResetForm({"email": email})
            if form.is_valid():
                form.save(**options)  # logs errors of the mail server
    except Exception:
        logger.exception("A link to reset a password could not be sent.")
    finally:
        connection.close()
        _places.release()
