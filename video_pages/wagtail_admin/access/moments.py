"""Days and times in forms: the browser's own field, its limits and its help; the moments that a form shows."""

import datetime as dt
from typing import TYPE_CHECKING

from django import forms
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from video_pages.core import clock

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LATEST = dt.timedelta(days=10 * 365)
MOMENT_FORMAT = "%Y-%m-%dT%H:%M"  # the value of an <input type="datetime-local">
OVER = _("This moment is over.")
ACCESS_OVER = _("This moment is over. To end access now, use “End all access” or remove the password.")


class MomentInput(forms.DateTimeInput):
    """A day and a time in the browser's own field, which has the language of the browser.

    Wagtail's field has that of the editor; fields for a day alone are Wagtail's. This one needs no script, which has to
    find it in dialogs and forms that are loaded later, and phones show their own clock for it.
    """

    def __init__(self, css_class: str = "") -> None:
        attrs = {"class": css_class} if css_class else {}
        super().__init__(format=MOMENT_FORMAT, attrs={"type": "datetime-local", **attrs})


def validate_future(moment: dt.datetime, *, over: "_StrPromise" = OVER) -> None:
    """Raise ValidationError, with the message `over`, unless `moment` (aware) is in the future and within ten years."""
    now = clock.now()
    if moment <= now:
        raise forms.ValidationError(over, code="over")
    if moment > now + LATEST:
        raise forms.ValidationError(_("At most ten years from now."), code="max_value")


def validate_end(until: dt.datetime) -> None:
    """Raise as `validate_future`, for the end of the access by a password."""
    validate_future(until, over=ACCESS_OVER)


def moment_help(text: "_StrPromise") -> "_StrPromise":
    """Return the help text of a moment: `text`, and the time zone in which the editor's date is read."""
    zone = lazy(timezone.get_current_timezone_name, str)()
    return format_lazy(_("{text} The time zone is {zone}."), text=text, zone=zone)


class KeepsMoments(forms.BaseForm):
    """A form in which a field that still has the text that it showed keeps the stored moment.

    The text has no seconds, and in the hour that a change of the clocks repeats it names two moments, which Django
    refuses. A subclass calls `keep_moments` first in its `clean`.
    """

    def keep_moments(self) -> None:
        """Put the stored moments of such fields into the cleaned data, and remove the errors of their texts."""
        for name, field in self.fields.items():
            stored = self.initial.get(name) if isinstance(field, forms.DateTimeField) else None
            if stored and self[name].data == field.widget.format_value(field.prepare_value(stored)):
                self.errors.pop(name, None)
                self.cleaned_data[name] = stored
