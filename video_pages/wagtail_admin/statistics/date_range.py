"""From which day to which: what an editor chooses, by a button or by two dates."""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
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
    """The days from `first` to `last`, both included; `preset` is the number of the button that chose them, or ""."""

    first: dt.date
    last: dt.date
    preset: str = ""


class DaysForm(forms.Form):
    """Two dates; both may be left empty."""

    first = forms.DateField(label=gettext_lazy("First day"), required=False, widget=AdminDateInput)
    last = forms.DateField(label=gettext_lazy("Last day"), required=False, widget=AdminDateInput)

    def clean(self):
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last:
            if first > last:
                raise forms.ValidationError(_("The first day is later than the last."), code="order")
            if (last - first).days >= MOST_DAYS:
                raise forms.ValidationError(_("Choose ten years at most."), code="too_many")
        return self.cleaned_data


def usual_range(now):
    """Return the Range that is shown before anybody chooses."""
    return Range(*last_days(USUAL, now), str(USUAL))


def chosen_range(first, last, now):
    """Return the Range of two dates, either of which may be None: up to today, or the usual length; `bounded`."""
    if first is None and last is None:
        return usual_range(now)
    last = bounded_day(last or max(first, day_of(now)), now)
    return Range(*bounded(first or last - dt.timedelta(days=USUAL - 1), last, now))


def asked_range(query, now):
    """Return (Range, DaysForm) for the query of an address: `days`, or `first` and `last`. What is wrong is told."""
    days = query.get("days", "")
    if days in CHOICES:
        return Range(*last_days(int(days), now), days), DaysForm()
    if not (query.get("first") or query.get("last")):
        return usual_range(now), DaysForm()
    form = DaysForm(query)
    if not form.is_valid():
        return usual_range(now), form
    return chosen_range(form.cleaned_data["first"], form.cleaned_data["last"], now), form


def presets(chosen):
    """Return [(address, words, True if chosen)] of the buttons."""
    return [("?" + urlencode({"days": days}), words, days == chosen.preset) for days, words in CHOICES.items()]
