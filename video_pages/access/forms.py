"""The form that a locked page carries."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from video_pages.access import passwords
from video_pages.access.passwords import MAX_LENGTH


class UnlockForm(forms.Form):
    """A form with one password field. It only cleans; `unlocking.unlock` checks the password.

    Text that cannot be a password is refused here, before it counts as a guess: only invisible characters (code
    "required"), and more characters than a password may have (code "too_long").
    """

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
                # Twice the limit: a typed character may be two code points before normalisation.
                "maxlength": 2 * MAX_LENGTH,
            },
        ),
    )

    @sensitive_variables()
    def clean_password(self) -> str:
        typed = self.cleaned_data["password"]
        if passwords.is_blank(typed):
            raise ValidationError(self.fields["password"].error_messages["required"], code="required")
        if passwords.is_too_long(typed):
            raise ValidationError(passwords.TOO_LONG, code="too_long", params={"limit": MAX_LENGTH})
        return typed
