"""Results that tests of the object storage read: of a request to the server, and of the command `check_storage`."""

import io
import urllib.error
import urllib.request

from django.core.management import CommandError, call_command


def status_of(request):
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  http on loopback
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers


def check_storage(*arguments):
    """Return (what the command prints and its error, whether it failed)."""
    out = io.StringIO()
    try:
        call_command("check_storage", *arguments, stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}{error}", True
    return out.getvalue(), False
