"""The first start: create the first superuser, the pages about the site as drafts, and the demo."""

import secrets
from ipaddress import ip_address
from types import SimpleNamespace

from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from deploy.problems import Problem, say

USERNAME = "admin"

# While this file exists in the data directory, the first start is not complete: after an interruption, the next start
# continues it, with the demo and with a password that it prints.
MARKER = ".first-start"


def is_loopback(address: str) -> bool:
    """True if only this machine can reach `address`."""
    return ip_address(address).is_loopback


def first_start(values: SimpleNamespace) -> str:
    """Make the superuser, first pages and the demo if this is the first start with this database and data directory.

    `values` are those of `site_config.environment.env.read`. Returns the new superuser's password, or "" if there
    was a superuser already. Raises Problem if the demo can't be made. The caller removes the file MARKER after it has
    printed the password.
    """
    marker = values.DATA_DIR / MARKER
    if not get_user_model().objects.filter(is_superuser=True).exists():
        marker.touch()
    if not marker.exists():
        return ""
    password = make_superuser(values.ADMIN_PASSWORD)
    call_command("make_first_pages", verbosity=0)
    if values.DEMO and is_loopback(values.LISTEN_ADDRESS):
        load_demo(values.LISTEN_ADDRESS)
    return password


def make_superuser(given_password: str) -> str:
    """Make the user `admin` with `given_password`, or a random one if it is empty; return the password.

    A user `admin` who never logged in comes from an interrupted first start that did not print the password, and gets
    the new one. A user `admin` who has logged in keeps their password, and "" is returned.
    """
    users = get_user_model().objects
    user = users.filter(username=USERNAME).first()
    if user and user.last_login:
        return ""
    password = given_password or secrets.token_urlsafe(12)
    if user:
        user.set_password(password)
        user.save(update_fields=["password"])
    else:
        users.create_superuser(USERNAME, "", password)
    return password


def load_demo(address: str) -> None:
    """Run the command that makes the demo for a site on `address`; the worker does the rest of it. Raises Problem."""
    say("Making the demo (once; some minutes) …")
    try:
        call_command("load_demo", bind=address, leave_to_worker=True)
    except CommandError as error:
        raise Problem(f"The demo could not be made: {error} (DEMO=0 starts without it)") from None
