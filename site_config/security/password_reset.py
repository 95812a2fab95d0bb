"""Links that reset an editor's password: limited in number, with the same response for every address.

The text of the response, its time (sending a mail takes seconds) or an error of the mail server could reveal which
addresses have accounts. So each request does the same work: it is counted, queued, and answered. A thread then looks
for accounts and logs errors of the mail server.

Without a mail server there are no such links and no such screens (WAGTAIL_PASSWORD_RESET_ENABLED).
"""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from wagtail.admin.forms.auth import PasswordResetForm
from wagtail.admin.views.account import PasswordResetView

from home.context_processors import name_for_editors
from video_pages.access import request_limit
from video_pages.access.browser import client_address
from video_pages.access.request_limit import TooManyRequests
from video_pages.access.responses import keep_out_of_caches

ADDRESS, ACCOUNT = "reset-address", "reset-account"
LIMITS = {ADDRESS: 5, ACCOUNT: 3}
"""Requests of one client, and links to one account, within an hour."""
THREADS, MOST_WAITING = 2, 50

logger = logging.getLogger(__name__)
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="password-reset")
_places = threading.BoundedSemaphore(MOST_WAITING)


class LimitedPasswordResetView(PasswordResetView):
    """Wagtail's screen, with 429 and `Retry-After` for a client that has reached the limit.

    Its mail names the site.
    """

    subject_template_name = "home/admin/password_reset_subject.txt"
    email_template_name = "home/admin/password_reset.txt"

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
            extra_email_context={"site_title": name_for_editors(self.request)},
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


def count(kind: str, whom: object) -> None:
    """Count one request of `kind` (ADDRESS or ACCOUNT) for `whom`. Raises TooManyRequests, and then writes nothing."""
    request_limit.count(kind, whom, limit=LIMITS[kind])


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
