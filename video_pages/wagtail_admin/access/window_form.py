"""The forms of the window of a page: when it opens and when it closes."""

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django import forms
from django.utils.translation import gettext_lazy as _

from video_pages.access.set_window import validate_window
from video_pages.core import clock
from video_pages.core.page_protocols import LockablePage
from video_pages.wagtail_admin.access.moments import LATEST, KeepsMoments, MomentInput, moment_help

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def validate_distance(moment: dt.datetime) -> None:
    """Raise ValidationError unless `moment` (aware) is within ten years, before or after now."""
    if abs(moment - clock.now()) > LATEST:
        raise forms.ValidationError(_("At most ten years from now."), code="max_value")


def moment_field(label: "_StrPromise", help_text: "_StrPromise", css_class: str) -> forms.DateTimeField:
    """Return a field for a day and a time, which may be empty; `help_text` gets the time zone."""
    return forms.DateTimeField(
        label=label,
        required=False,
        validators=[validate_distance],
        help_text=moment_help(help_text),
        widget=MomentInput(css_class),
    )


class _WindowForm(forms.Form):
    """The base of forms with an opening and a closing."""

    def with_valid_window(self) -> dict[str, Any]:
        """Return the cleaned data; puts an error at the closing if it does not come after the opening."""
        if not self.errors:
            try:
                validate_window(self.cleaned_data["opens_at"], self.cleaned_data["closes_at"])
            except forms.ValidationError as error:
                self.add_error("closes_at", error)
        return self.cleaned_data


class WindowForm(KeepsMoments, _WindowForm):
    """The opening and the closing of one page."""

    prefix = "access"

    opens_at = moment_field(_("Opens"), _("Empty: it is open until it closes."), "access-dialog__until")
    closes_at = moment_field(
        _("Closes"), _("Empty: it stays open. A film that is playing stops."), "access-dialog__until"
    )

    @classmethod
    def showing(cls, page: LockablePage, data: Any = None) -> Self:
        """Return the form with the moments of the source page `page`, bound to `data` if it is not None."""
        return cls(data, initial={"opens_at": page.opens_at, "closes_at": page.closes_at})

    def clean(self) -> dict[str, Any]:
        self.keep_moments()
        return self.with_valid_window()


class ManyWindowsForm(_WindowForm):
    """The opening and the closing of many videos: each is set, removed, or left as each video has it."""

    prefix = "access"

    opens_at = moment_field(_("Opens"), _("Empty: each video keeps its own."), "bulk-screen__date")
    remove_opening = forms.BooleanField(label=_("Remove the opening"), required=False)
    closes_at = moment_field(_("Closes"), _("Empty: each video keeps its own."), "bulk-screen__date")
    remove_closing = forms.BooleanField(label=_("Remove the closing"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        for name, remove in (("opens_at", "remove_opening"), ("closes_at", "remove_closing")):
            if cleaned.get(name) and cleaned.get(remove):
                both = forms.ValidationError(_("Choose a moment, or remove it: not both."), code="both")
                self.add_error(name, both)
        if not self.errors and not any(cleaned.values()):
            nothing = forms.ValidationError(_("Choose a moment, or tick what to remove."), code="nothing")
            self.add_error("opens_at", nothing)
        return self.with_valid_window()

    def window_for(self, page: LockablePage) -> tuple[dt.datetime | None, dt.datetime | None]:
        """Return the new opening and closing of `page`. Requires a valid form."""
        fields = self.cleaned_data
        opens_at = None if fields["remove_opening"] else fields["opens_at"] or page.opens_at
        closes_at = None if fields["remove_closing"] else fields["closes_at"] or page.closes_at
        return opens_at, closes_at
