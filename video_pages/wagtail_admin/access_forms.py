"""The forms of the access dialog. They only clean; the services of the access room act."""

from django import forms
from django.utils.translation import gettext_lazy as _

from video_pages.access.models import MAX_ACCESS_MINUTES, Listed
from video_pages.access.passwords import MAX_LENGTH, MIN_LENGTH, validate_password


class PasswordForm(forms.Form):
    """A new password, write-only: what was typed is never sent back."""

    # Every form of the dialog stands on the page editor's page, whose ids begin with "id_".
    prefix = "access"

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        help_text=_("%(least)d to %(most)d characters. Capital letters and spaces count.")
        % {"least": MIN_LENGTH, "most": MAX_LENGTH},
        error_messages={"required": _("Type a password, or let one be generated.")},
        widget=forms.PasswordInput(
            render_value=False,
            attrs={"autocomplete": "new-password", "autocapitalize": "none", "spellcheck": "false"},
        ),
    )

    def clean_password(self):
        password = self.cleaned_data["password"]
        validate_password(password)
        return password


class ListedForm(forms.Form):
    """Where the page's title shows, asked beside each new password; an answer that is missing changes nothing."""

    prefix = "access"

    listed = forms.ChoiceField(
        label=_("Listed"),
        choices=Listed.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Where visitors are shown the title: in lists, in the search, on the home page."),
        error_messages={"invalid_choice": _("Choose one of these.")},
    )


class LengthForm(forms.Form):
    """How long access lasts, in minutes; nothing for the site's own length."""

    prefix = "access"

    minutes = forms.IntegerField(
        label=_("Minutes"),
        required=False,
        min_value=1,
        max_value=MAX_ACCESS_MINUTES,
        widget=forms.NumberInput(attrs={"class": "access-dialog__minutes"}),
    )


class OpenForm(forms.Form):
    """The deliberate step of opening a video to everyone."""

    prefix = "access"

    confirmed = forms.BooleanField(
        label=_("Yes: anyone can watch this video, without a password."),
        error_messages={"required": _("Tick the sentence first: this opens the video to everyone.")},
    )
