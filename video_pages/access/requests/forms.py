"""The form in which somebody asks for access."""

from django import forms
from django.utils.translation import gettext_lazy as _

from video_pages.access.requests.models import MOST_NAME, MOST_REASON


class RequestForm(forms.Form):
    """Name, address and reason. `is_filled_by_a_robot` says that the field which people do not see has text."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=MOST_NAME,
        error_messages={"required": _("Write your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your email address"),
        max_length=254,
        error_messages={"required": _("Write your email address."), "invalid": _("This is no email address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    reason = forms.CharField(
        label=_("Why you would like to watch"),
        max_length=MOST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))

    @property
    def is_filled_by_a_robot(self) -> bool:
        """True if the field `website` has text. Requires a valid form."""
        return bool(self.cleaned_data["website"])
