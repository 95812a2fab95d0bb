"""The forms of the access dialog. They only clean; the services of the access room act."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from video_pages.access.lengths import MAX_ACCESS_MINUTES, Unit, in_largest_unit, in_minutes, too_long
from video_pages.access.models import Listed
from video_pages.access.passwords import MAX_LENGTH, MIN_LENGTH, validate_password
from video_pages.core import clock


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
        help_text=_(
            "Where visitors are shown the title: in lists, in the search, on the home page. Whoever opens or guesses "
            "the address reads the title above the password form, whatever you choose here."
        ),
        error_messages={"invalid_choice": _("Choose one of these.")},
    )


LATEST = dt.timedelta(days=10 * 365)
MOMENT_FORMAT = "%Y-%m-%dT%H:%M"  # what browsers take and send for datetime-local


def validate_end(until):
    """Raise ValidationError unless access can end at `until` (aware): not yet over, and within ten years."""
    now = clock.now()
    if until <= now:
        text = _("This moment is over. To end access now, use “End all access” or remove the password.")
        raise forms.ValidationError(text, code="over")
    if until > now + LATEST:
        raise forms.ValidationError(_("At most ten years from now."), code="max_value")


class LengthForm(forms.Form):
    """How long access lasts: a number and its unit, or until a date; no number for the site's own length.

    `minutes` and `ends_at` (aware) are the result: one of them is None, or both.
    """

    prefix = "access"

    length = forms.IntegerField(
        label=_("Access lasts"),
        required=False,
        min_value=1,
        max_value=MAX_ACCESS_MINUTES,
        widget=forms.NumberInput(attrs={"class": "access-dialog__length"}),
    )
    unit = forms.ChoiceField(label=_("Counted in"), choices=Unit.choices, required=False)
    until = forms.DateTimeField(
        label=_("Day and time of the end"),
        required=False,
        help_text=_("From then on the password opens nothing, and a film that is still playing stops."),
        widget=forms.DateTimeInput(
            format=MOMENT_FORMAT, attrs={"type": "datetime-local", "class": "access-dialog__until"}
        ),
    )

    @classmethod
    def showing(cls, minutes, until=None):
        """Return an unbound form that shows the date `until`, or `minutes` in the largest unit that fits.

        None for both: the site's length.
        """
        if until is not None:
            return cls(initial={"unit": Unit.DATE, "until": until})
        length, unit = in_largest_unit(minutes)
        return cls(initial={"length": length, "unit": unit})

    @property
    def minutes(self):
        """The length in whole minutes, or None; once the form is valid."""
        length, unit = self.cleaned_data.get("length"), self.cleaned_data["unit"] or Unit.MINUTES
        return in_minutes(length, unit) if length and unit != Unit.DATE else None

    @property
    def ends_at(self):
        """The date (aware), or None; once the form is valid."""
        return self.cleaned_data["until"] if self.cleaned_data["unit"] == Unit.DATE else None

    def clean(self):
        cleaned = super().clean()
        has_date = cleaned.get("unit") == Unit.DATE
        self.errors.pop("length" if has_date else "until", None)  # what is not shown stops nobody
        if has_date:
            self._clean_date(cleaned.get("until"))
            return cleaned
        if cleaned.get("length") and "unit" in cleaned and self.minutes > MAX_ACCESS_MINUTES:
            self.add_error("length", too_long())
        return cleaned

    def _clean_date(self, until):
        if "until" in self.errors:
            return
        if until is None:
            self.add_error("until", forms.ValidationError(_("Choose the day and the time."), code="required"))
            return
        try:
            validate_end(until)
        except forms.ValidationError as error:
            self.add_error("until", error)


class EndDateForm(forms.Form):
    """The end date of many videos: a new one, or none; `cleaned_data["until"]` is None for none."""

    prefix = "access"

    until = forms.DateTimeField(
        label=_("Day and time of the end"),
        required=False,
        validators=[validate_end],
        help_text=_("From then on the passwords open nothing, and a film that is still playing stops."),
        widget=forms.DateTimeInput(
            format=MOMENT_FORMAT, attrs={"type": "datetime-local", "class": "bulk-screen__date"}
        ),
    )
    remove = forms.BooleanField(label=_("Remove the end date"), required=False)

    def clean(self):
        cleaned = super().clean()
        if "until" in self.errors:
            return cleaned
        if cleaned.get("until") and cleaned.get("remove"):
            raise forms.ValidationError(_("Choose a date, or remove it: not both."), code="both")
        if not cleaned.get("until") and not cleaned.get("remove"):
            raise forms.ValidationError(_("Choose a date, or tick “Remove the end date”."), code="nothing")
        return cleaned


class OpenForm(forms.Form):
    """The deliberate step of opening a video to everyone."""

    prefix = "access"

    confirmed = forms.BooleanField(
        label=_("Yes: anyone can watch this video, without a password."),
        error_messages={"required": _("Tick the sentence first: this opens the video to everyone.")},
    )
