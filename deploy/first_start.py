"""What happens once: the first superuser, and the demo."""

import secrets
from ipaddress import ip_address

from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from deploy.problems import Problem, say

# While this file stands in the data directory, the first start is not done: a start that was interrupted
# in the middle of the demo goes on with it the next time.
MARKER = ".first-start"


def is_loopback(address):
    """Whether only this machine can reach `address`."""
    return ip_address(address).is_loopback


def first_start(values):
    """Make the superuser and the demo if this is the first start with this database and data directory.

    `values` are those of `site_config.env.read`. Returns the new superuser's password, or "" if there
    was a superuser already. Raises Problem if the demo can't be made.
    """
    marker = values.DATA_DIR / MARKER
    password = ""
    if not get_user_model().objects.filter(is_superuser=True).exists():
        marker.touch()
        password = make_superuser(values.ADMIN_PASSWORD)
    if marker.exists():
        if values.DEMO and is_loopback(values.LISTEN_ADDRESS):
            load_demo(values.LISTEN_ADDRESS)
        marker.unlink()
    return password


def make_superuser(given_password):
    """Make the user `admin` with `given_password`, or a random one if it is empty; return the password."""
    password = given_password or secrets.token_urlsafe(12)
    get_user_model().objects.create_superuser("admin", "", password)
    return password


def load_demo(address):
    """Run the command that makes the demo for a site on `address`; it says what it does. Raises Problem."""
    say("Making the demo (once; less than a minute) …")
    try:
        call_command("load_demo", bind=address)
    except CommandError as error:
        raise Problem(f"The demo could not be made: {error} (DEMO=0 starts without it)") from None
