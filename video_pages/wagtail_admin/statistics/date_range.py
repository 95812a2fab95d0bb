"""The range of days that an editor chooses, by a button or by two dates."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from video_pages.analytics.day_bounds import (
    MOST_DAYS,
    bounded,
    bounded_day,
    day_of,
    last_days,
)

CHOICES = {
    "7": gettext_lazy("7 days"),
    "28": gettext_lazy("28 days"),
    "90": gettext_lazy("90 days"),
    "365": gettext_lazy("A year"),
}
USUAL = 28


@dataclass(frozen=True)
class Range:
    """The days from `first` to `last`, both included. `preset` is the key of the chosen button in CHOICES, or ""."""

    first: dt.date
    last: dt.date
    preset: str = ""


class DaysForm(forms.Form):
    """Two dates, both optional."""

    first = forms.DateField(label=gettext_lazy("First day"), required=False, widget=AdminDateInput)
    last = forms.DateField(label=gettext_lazy("Last day"), required=False, widget=AdminDateInput)

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last:
            if first > last:
                raise forms.ValidationError(_("The first day is later than the last."), code="order")
            if (last - first).days >= MOST_DAYS:
                raise forms.ValidationError(_("Choose ten years at most."), code="too_many")
        return self.cleaned_data


def usual_range(now: dt.datetime) -> Range:
    """Return the default Range: the last USUAL days."""
    return Range(*last_days(USUAL, now), str(USUAL))


def chosen_range(first: dt.date | None, last: dt.date | None, now: dt.datetime) -> Range:
    """Return the Range of two dates, limited by `bounded`.

    If `last` is None, the range ends today. If `first` is None, it has the default length.
    """
    if last is None:
        if first is None:
            return usual_range(now)
        last = max(first, day_of(now))
    last = bounded_day(last, now)
    return Range(*bounded(first or last - dt.timedelta(days=USUAL - 1), last, now))


def asked_range(query: QueryDict, now: dt.datetime) -> tuple[Range, DaysForm]:
    """Return (Range, DaysForm) for the parameters `days`, or `first` and `last`, of a query.

    If the dates are invalid, the form contains the errors and the range is the default.
    """
    days = query.get("days", "")
    if days in CHOICES:
        return Range(*last_days(int(days), now), days), DaysForm()
    if not (query.get("first") or query.get("last")):
        return usual_range(now), DaysForm()
    form = DaysForm(query)
    if not form.is_valid():
        return usual_range(now), form
    return chosen_range(form.cleaned_data["first"], form.cleaned_data["last"], now), form


def presets(chosen: Range) -> list[tuple[str, str, bool]]:
    """Return [(address, label, True if chosen)] of the buttons."""
    return [("?" + urlencode({"days": days}), str(label), days == chosen.preset) for days, label in CHOICES.items()]
