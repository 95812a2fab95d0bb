"""The form that a locked page carries."""

from django import forms
from django.utils.translation import gettext_lazy as _

from video_pages.access.passwords import MAX_LENGTH


class UnlockForm(forms.Form):
    """One password field. It only cleans: whether the password is right, `grant.unlock` says."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,  # compared exactly
        error_messages={"required": _("Type the password, then open the film.")},
        widget=forms.PasswordInput(
            render_value=False,
            attrs={
                "autocomplete": "current-password",
                "autocapitalize": "none",
                "autocorrect": "off",
                "spellcheck": "false",
                # Twice the limit: one typed letter may be two code points before it is normalised.
                "maxlength": 2 * MAX_LENGTH,
            },
        ),
    )
