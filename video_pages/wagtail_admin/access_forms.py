"""The forms of the access dialog. They only clean; the services of the access room act."""

from django import forms
from django.db import models
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


class Unit(models.TextChoices):
    """What the length of access is counted in."""

    MINUTES = "minutes", _("minutes")
    HOURS = "hours", _("hours")
    DAYS = "days", _("days")


MINUTES_IN = {Unit.DAYS: 24 * 60, Unit.HOURS: 60, Unit.MINUTES: 1}
TOO_LONG = _("At most %(days)d days.")


class LengthForm(forms.Form):
    """How long access lasts: a number and its unit; no number for the site's own length. `minutes` is the result."""

    prefix = "access"

    length = forms.IntegerField(
        label=_("Access lasts"),
        required=False,
        min_value=1,
        max_value=MAX_ACCESS_MINUTES,
        widget=forms.NumberInput(attrs={"class": "access-dialog__length"}),
    )
    unit = forms.ChoiceField(label=_("Counted in"), choices=Unit.choices, required=False)

    @classmethod
    def showing(cls, minutes):
        """Return an unbound form that shows `minutes` (None: the site's length) in the largest unit that fits."""
        unit = next((unit for unit, size in MINUTES_IN.items() if minutes and minutes % size == 0), Unit.HOURS)
        return cls(initial={"length": minutes // MINUTES_IN[unit] if minutes else None, "unit": unit})

    @property
    def minutes(self):
        """The length in whole minutes, or None; once the form is valid."""
        length, unit = self.cleaned_data["length"], self.cleaned_data["unit"] or Unit.MINUTES
        return length * MINUTES_IN[Unit(unit)] if length else None

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("length") and "unit" in cleaned and self.minutes > MAX_ACCESS_MINUTES:
            days = MAX_ACCESS_MINUTES // MINUTES_IN[Unit.DAYS]
            self.add_error("length", forms.ValidationError(TOO_LONG, code="max_value", params={"days": days}))
        return cleaned


class OpenForm(forms.Form):
    """The deliberate step of opening a video to everyone."""

    prefix = "access"

    confirmed = forms.BooleanField(
        label=_("Yes: anyone can watch this video, without a password."),
        error_messages={"required": _("Tick the sentence first: this opens the video to everyone.")},
    )
