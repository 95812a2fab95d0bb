"""The admin's login under attack: where a try comes from, how many are counted, and whose turn it is to be hashed.

django-axes counts wrong passwords in its AccessAttempt rows, by name and address together. A guesser who invents a new
name each time would never be stopped by that, so the address is counted alone as well, with a higher limit. And each
try waits for its turn with the visitors who type a video's password: a crowd can't take every core.
"""

from axes.attempts import get_cool_off_threshold
from axes.backends import AxesStandaloneBackend
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_failure_limit
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.db.models import Sum
from django.views.decorators.debug import sensitive_variables

from video_pages.access.browser import client_address
from video_pages.access.queues import hashing_turn

NO_ADDRESS = "0.0.0.0"  # noqa: S104  (a value to count by, nothing listens on it)


def login_address(request):
    """Return the client's address as axes can store it: an IPv6 network by its first address.

    The same trusted proxies are believed as for a video's password. A client without an address (a unix
    socket, an odd proxy) counts as one and the same.
    """
    address = client_address(request.META).partition("/")[0]
    return NO_ADDRESS if address == "unknown" else address


class LoginHandler(AxesDatabaseHandler):
    """axes' own counting, and LOGIN_FAILURES_PER_ADDRESS for an address whatever the names.

    Not by "ip_address" in AXES_LOCKOUT_PARAMETERS: all of these share one limit, and a right password would wipe the
    slate of the whole address, so that whoever has an account could guess at the others' without end.
    """

    def get_failures(self, request, credentials=None):
        """The failures that count against this try; at least the limit if its address has used up its own."""
        failures = super().get_failures(request, credentials)
        of_address = AccessAttempt.objects.filter(
            ip_address=request.axes_ip_address, attempt_time__gte=get_cool_off_threshold(request)
        ).aggregate(total=Sum("failures_since_start", default=0))["total"]
        if of_address < settings.LOGIN_FAILURES_PER_ADDRESS:
            return failures
        return max(failures, get_failure_limit(request, credentials))

    def clean_expired_user_attempts(self, request=None, credentials=None):
        """Remove old rows, but not for a try that is refused: nothing is written for those."""
        if getattr(request, "axes_locked_out", False):
            return 0
        return super().clean_expired_user_attempts(request, credentials)


class LoginBackend(AxesStandaloneBackend, ModelBackend):
    """Django's users and passwords, checked in turn and only while tries are left.

    `authenticate` raises PermissionDenied when there are none, and HashingBusy, which is no failure of anybody's, when
    too many wait: `site_config.security.busy` turns that into an answer.
    """

    @sensitive_variables("password")
    def authenticate(self, request, username=None, password=None, **kwargs):
        self._require_tries(request, username, password, kwargs)
        with hashing_turn():
            # Those who waited before may have used them up.
            self._require_tries(request, username, password, kwargs)
            return ModelBackend.authenticate(self, request, username=username, password=password, **kwargs)

    @sensitive_variables("password")
    def _require_tries(self, request, username, password, others):
        AxesStandaloneBackend.authenticate(self, request, username=username, password=password, **others)
