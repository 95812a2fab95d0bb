"""The type of a request that Wagtail lets through to a screen of the admin."""

from django.contrib.auth.models import User
from django.http import HttpRequest


class EditorRequest(HttpRequest):
    """A request of a signed-in user. Only annotations name it: `require_admin_access` has checked the user."""

    user: User
