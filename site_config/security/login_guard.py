"""Limits on attempts to sign in to the admin, by name and by address, and their place in the queue of hashes.

django-axes counts wrong passwords in its AccessAttempt rows, by name and address together. That does not limit a client
that invents a new name for each attempt, so attempts are also counted by address alone, with a higher limit. Hashes
are queued together with those of visitors' passwords (`access/queues.py`), so that many attempts can't occupy all
cores.
"""

import datetime as dt
import math
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.backends import AxesStandaloneBackend
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_cool_off, get_failure_limit
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.db.models import Max, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from video_pages.access.browser import client_address
from video_pages.access.queues import hashing_turn
from video_pages.access.responses import keep_out_of_caches

NO_ADDRESS = "0.0.0.0"  # noqa: S104  (counts clients without an address; nothing listens on it)


def login_address(request: HttpRequest) -> str:
    """Return the client's address as axes can store it: an IPv6 network by its first address.

    The trusted proxies are those for visitors' passwords. All clients without an address (a unix socket, an unusual
    proxy) count as one.
    """
    address = client_address(request.META).partition("/")[0]
    return NO_ADDRESS if address == "unknown" else address


class LoginHandler(AxesDatabaseHandler):
    """The counts of axes, and in addition LOGIN_FAILURES_PER_ADDRESS for an address with any names.

    Not with "ip_address" in AXES_LOCKOUT_PARAMETERS: all of these share one limit, and a right password would reset
    the count of the whole address, so that a user with an account could guess other passwords without limit.
    """

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Return the failures that count for this attempt; at least the limit if its address has reached its own."""
        failures = super().get_failures(request, credentials)
        address = request.axes_ip_address  # type: ignore[attr-defined]  # axes sets it
        of_address = AccessAttempt.objects.filter(
            ip_address=address, attempt_time__gte=get_cool_off_threshold(request)
        ).aggregate(total=Sum("failures_since_start", default=0))["total"]
        if of_address < settings.LOGIN_FAILURES_PER_ADDRESS:
            return failures
        return max(failures, get_failure_limit(request, credentials))

    def clean_expired_user_attempts(
        self, request: HttpRequest | None = None, credentials: dict[str, Any] | None = None
    ) -> int:
        """Remove old rows, except for a refused attempt, which writes nothing."""
        if getattr(request, "axes_locked_out", False):
            return 0
        return super().clean_expired_user_attempts(request, credentials)


class LoginBackend(AxesStandaloneBackend, ModelBackend):
    """Django's users and passwords, checked in a queue and only while attempts are left.

    `authenticate` raises PermissionDenied if none are left, and HashingBusy if the queue is full. The latter counts as
    no failure; `site_config.security.busy` responds to it.
    """

    @sensitive_variables("password")
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        self._require_tries(request, username, password, kwargs)
        with hashing_turn():
            # Again: attempts that were queued before this one may have reached the limit.
            self._require_tries(request, username, password, kwargs)
            return ModelBackend.authenticate(self, request, username=username, password=password, **kwargs)

    @sensitive_variables("password")
    def _require_tries(
        self, request: HttpRequest | None, username: str | None, password: str | None, others: dict[str, Any]
    ) -> None:
        AxesStandaloneBackend.authenticate(self, request, username=username, password=password, **others)


def refuse(request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None) -> HttpResponse:
    """Return the answer to a login that is locked out: 429, with the seconds until its failures stop counting."""
    last = AccessAttempt.objects.filter(
        ip_address=login_address(request), attempt_time__gte=get_cool_off_threshold(request)
    ).aggregate(last=Max("attempt_time"))["last"]
    pause = get_cool_off(request) or dt.timedelta()
    seconds = max(1, math.ceil((last + pause - timezone.now()).total_seconds())) if last else 1
    answer = keep_out_of_caches(render(request, "429.html", {"retry_after": seconds}, status=429))
    answer.headers["Retry-After"] = str(seconds)
    return answer
