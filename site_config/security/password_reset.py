"""Links that reset an editor's password: limited, and the same answer whoever asks for one.

A stranger could learn which addresses have accounts from the words of an answer, from its time (it takes seconds to
hand over a mail) and from an error of the mail server. So a request does the same work in every case: it is counted,
put in a line, and answered. A thread then looks for accounts; what the mail server says is for the log.

Without a mail server there are no such links and no such screens (WAGTAIL_PASSWORD_RESET_ENABLED).
"""

import datetime as dt
import logging
import math
import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection
from django.http import HttpResponseRedirect
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
"""How often in WINDOW one client may ask, and one account be sent a link."""
THREADS, MOST_WAITING = 2, 50

logger = logging.getLogger(__name__)
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="password-reset")
_places = threading.BoundedSemaphore(MOST_WAITING)


class TooManyRequests(Exception):
    """No more requests of this kind for `retry_after` whole seconds."""

    def __init__(self, retry_after):
        super().__init__(f"wait {retry_after} seconds")
        self.retry_after = retry_after


class LimitedPasswordResetView(PasswordResetView):
    """Wagtail's screen, which answers 429 with `Retry-After` to a client that has asked too often."""

    def form_valid(self, form):
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
    """Sends a link to the accounts with an address, unless one was sent too many of late; of that nobody is told."""

    def get_users(self, email):
        return [user for user in super().get_users(email) if self._may_be_sent_one(user)]

    def _may_be_sent_one(self, user):
        try:
            count(ACCOUNT, user.pk)
        except TooManyRequests:
            logger.warning("The account %s was sent no further link to reset its password.", user.pk)
            return False
        return True


def count(kind, whom, *, now=None):
    """Count one request of `kind` (ADDRESS or ACCOUNT) for `whom`. Raises TooManyRequests, and then writes nothing.

    Kept as a Guess under a digest: exact over all processes, and purged with the guesses.
    """
    now = now or clock.now()
    client = salted_hmac(f"site_config.password_reset.{kind}", str(whom), algorithm="sha256").hexdigest()
    rows = Guess.objects.filter(guard=kind, client=client, made_at__gt=now - WINDOW, made_at__lte=now + WINDOW)
    _refuse_beyond(LIMITS[kind] - 1, rows, now)
    own = Guess.objects.create(guard=kind, client=client, made_at=now)
    # Of several at once all have written before they look: no more than the limit get past this.
    try:
        _refuse_beyond(LIMITS[kind], rows, now)
    except TooManyRequests:
        own.delete()
        raise


def _refuse_beyond(limit, rows, now):
    newest = list(rows.order_by("-made_at", "-pk").values_list("made_at", flat=True)[: limit + 1])
    if len(newest) > limit:
        free_at = min(newest[-1], now) + WINDOW
        raise TooManyRequests(max(1, math.ceil((free_at - now).total_seconds())))


def send_later(email, **options):
    """Send links to the accounts with the address `email` in a thread; `options` are those of the form's `save`."""
    if not _places.acquire(blocking=False):
        logger.error("A request for a link to reset a password was dropped: the mail server is too slow for them all.")
        return
    _threads.submit(_send, email, translation.get_language(), options)


def _send(email, language, options):
    try:
        with translation.override(language):
            form = LimitedPasswordResetForm({"email": email})
            if form.is_valid():
                form.save(**options)  # which logs what the mail server refuses
    except Exception:
        logger.exception("A link to reset a password could not be sent.")
    finally:
        connection.close()
        _places.release()
