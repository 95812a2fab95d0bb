"""The form that grants a request."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from video_pages.access.invitations.rules import RuleBook
from video_pages.access.requests.models import AccessRequest
from video_pages.core import clock
from video_pages.core.site_time import day_of, last_minute_of
from video_pages.wagtail_admin.access.moments import MomentInput, moment_help, validate_future

USUAL_LENGTH = dt.timedelta(days=14)  # to the end of the last day, as invitations


class GrantForm(forms.Form):
    """The end of the invitation, its limit on browsers, its label over the picture, and a mail to the person.

    It begins with what the rules for invitations to the page of `request` allow.
    """

    prefix = "grant"

    ends_at = forms.DateTimeField(
        label=_("Ends"),
        validators=[validate_future],
        help_text=moment_help(_("From then on the link opens nothing, and a film that is still playing stops.")),
        widget=MomentInput,
    )
    at_once = forms.IntegerField(
        label=_("At the same time"),
        required=False,
        min_value=1,
        max_value=1000,
        help_text=_(
            "How many browsers may play at the same time. Empty: any number, if the rules for invitations allow it."
        ),
    )
    shows_label = forms.BooleanField(
        label=_("Label over the picture"),
        required=False,
        help_text=_("Faint, with the time. It deters people from passing the film on; it prevents nothing."),
    )
    is_mailed = forms.BooleanField(label=_("Mail it to the person"), required=False, initial=True)

    def add_errors(self, error: forms.ValidationError) -> None:
        """Show `error`, of a service, at the fields that it names, and what names another field above the form."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, errors in error.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)

    def __init__(self, *args: Any, request: AccessRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = RuleBook().rules_for(request.page.path)
        now = clock.now()
        usual, latest = last_minute_of(day_of(now) + USUAL_LENGTH), self.rules.latest_end(now)
        self.initial.setdefault("ends_at", usual if latest is None else min(usual, latest))
        self.initial.setdefault("at_once", self.rules.most_at_once)
        if not settings.DELIVERS_MAIL or not request.email:
            del self.fields["is_mailed"]
