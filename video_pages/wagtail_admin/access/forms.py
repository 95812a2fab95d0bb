"""The forms of the access dialog. They validate; the services in `access` write."""

import datetime as dt
from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy as _

from video_pages.access.lengths import Unit, in_largest_unit, in_minutes, validate_length
from video_pages.access.models import Downloads, Listed
from video_pages.access.new_password_field import NewPasswordField
from video_pages.wagtail_admin.access.moments import KeepsMoments, MomentInput, moment_help, validate_end


class PasswordForm(forms.Form):
    """A new password. Write-only: no response contains the typed value."""

    # All forms of the dialog are on the page of the page editor, whose ids begin with "id_".
    prefix = "access"

    password = NewPasswordField(
        label=_("New password"),
        help_text=_("%(least)d to %(most)d characters. Capital letters and spaces count."),
        error_messages={"required": _("Type a password, or let one be generated.")},
    )


class ListedForm(forms.Form):
    """The choice where the title is listed, shown beside each new password; a missing choice changes nothing."""

    prefix = "access"

    listed = forms.ChoiceField(
        label=_("Listed"),
        choices=Listed.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_(
            "Where visitors are shown the title: in lists, in the search, on the home page. A visitor who opens or "
            "guesses the address reads the title above the password form, whatever you choose here."
        ),
        error_messages={"invalid_choice": _("Choose one of these.")},
    )


class DownloadsForm(forms.Form):
    """The choice about downloads."""

    prefix = "access"

    downloads = forms.ChoiceField(
        label=_("May viewers keep a copy?"),
        choices=Downloads.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "A download is the file as you uploaded it, with everything that the camera wrote into it, or a smaller "
            "MP4. A copy that somebody has saved cannot be taken back. Playing does not depend on this."
        ),
        error_messages={"required": _("Choose one of these."), "invalid_choice": _("Choose one of these.")},
    )


class LengthForm(KeepsMoments, forms.Form):
    """The length of access: a number and its unit, or a date; without a number the site's length applies.

    `minutes` and `ends_at` (aware) are the result. At least one of them is None.
    """

    prefix = "access"

    length = forms.IntegerField(
        label=_("Access lasts"),
        required=False,
        widget=forms.NumberInput(attrs={"class": "access-dialog__length", "min": 1}),
    )
    unit = forms.ChoiceField(label=_("Counted in"), choices=Unit.choices, required=False)
    until = forms.DateTimeField(
        label=_("Day and time of the end"),
        required=False,
        help_text=moment_help(_("From then on the password opens nothing, and a film that is still playing stops.")),
        widget=MomentInput("access-dialog__until"),
    )

    @classmethod
    def showing(cls, minutes: int | None, until: dt.datetime | None = None, data: Any = None) -> Self:
        """Return a form that shows the date `until`, or `minutes` in the largest unit that fits.

        If both are None, the form shows no length: the site's length applies. It is bound to `data` if that is not
        None.
        """
        if until is not None:
            return cls(data, initial={"unit": Unit.DATE, "until": until})
        length, unit = in_largest_unit(minutes)
        return cls(data, initial={"length": length, "unit": unit})

    @property
    def minutes(self) -> int | None:
        """The length in whole minutes, or None. Requires a valid form."""
        length, unit = self.cleaned_data.get("length"), self.cleaned_data["unit"] or Unit.MINUTES
        return in_minutes(length, unit) if length and unit != Unit.DATE else None

    @property
    def ends_at(self) -> dt.datetime | None:
        """The date (aware), or None. Requires a valid form."""
        return self.cleaned_data["until"] if self.cleaned_data["unit"] == Unit.DATE else None

    def clean(self) -> dict[str, Any]:
        self.keep_moments()
        cleaned = self.cleaned_data
        has_date = cleaned.get("unit") == Unit.DATE
        self.errors.pop("length" if has_date else "until", None)  # the page hides this field, so ignore its errors
        if has_date:
            self._clean_date(cleaned.get("until"))
            return cleaned
        length = cleaned.get("length")
        if length is not None and "unit" in cleaned:
            try:
                validate_length(length, cleaned["unit"] or Unit.MINUTES)
            except forms.ValidationError as error:
                self.add_error("length", error)
        return cleaned

    def _clean_date(self, until: dt.datetime | None) -> None:
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
    """The end date of many videos. `cleaned_data["until"]` is None if the end date is to be removed."""

    prefix = "access"

    until = forms.DateTimeField(
        label=_("Day and time of the end"),
        required=False,
        validators=[validate_end],
        help_text=moment_help(_("From then on the passwords open nothing, and a film that is still playing stops.")),
        widget=MomentInput("bulk-screen__date"),
    )
    remove = forms.BooleanField(label=_("Remove the end date"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if "until" in self.errors:
            return cleaned
        if cleaned.get("until") and cleaned.get("remove"):
            both = forms.ValidationError(_("Choose a date, or remove it: not both."), code="both")
            self.add_error("until", both)
        elif not cleaned.get("until") and not cleaned.get("remove"):
            nothing = forms.ValidationError(_("Choose a date, or tick “Remove the end date”."), code="nothing")
            self.add_error("until", nothing)
        return cleaned


class OpenForm(forms.Form):
    """The confirmation that a video is opened to everyone."""

    prefix = "access"

    confirmed = forms.BooleanField(
        label=_("Yes: anyone can watch this video, without a password."),
        error_messages={"required": _("Tick the sentence first: this opens the video to everyone.")},
    )
