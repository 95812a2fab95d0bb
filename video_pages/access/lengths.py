"""How long access lasts, as people set it: a number and what it is counted in."""

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

MAX_ACCESS_MINUTES = 60 * 24 * 30


class Unit(TextChoices):
    """What the length of access is counted in."""

    MINUTES = "minutes", _("minutes")
    HOURS = "hours", _("hours")
    DAYS = "days", _("days")
    DATE = "date", _("until a date")


MINUTES_IN = {Unit.DAYS: 24 * 60, Unit.HOURS: 60, Unit.MINUTES: 1}
LENGTHS = [(unit.value, unit.label) for unit in Unit if unit in MINUTES_IN]


def in_largest_unit(minutes):
    """Return (number, Unit) for `minutes`: 120 is 2 hours; (None, hours) for None or 0."""
    if not minutes:
        return None, Unit.HOURS
    unit = next(unit for unit, size in MINUTES_IN.items() if minutes % size == 0)
    return minutes // MINUTES_IN[unit], unit


def in_minutes(number, unit):
    """Return how many minutes `number` of `unit`, the value of a Unit other than DATE, are."""
    return number * MINUTES_IN[Unit(unit)]


def too_long():
    """Return the ValidationError for more than MAX_ACCESS_MINUTES."""
    days = MAX_ACCESS_MINUTES // MINUTES_IN[Unit.DAYS]
    return forms.ValidationError(_("At most %(days)d days."), code="max_value", params={"days": days})


class LengthWidget(forms.MultiWidget):
    """A number beside what it is counted in."""

    def __init__(self, attrs=None):
        number = forms.NumberInput(attrs={"min": 1, "aria-label": _("Access lasts")})
        unit = forms.Select(choices=LENGTHS, attrs={"aria-label": _("Counted in")})
        super().__init__({"length": number, "unit": unit}, attrs)

    def decompress(self, value):
        return list(in_largest_unit(value))


class LengthField(forms.MultiValueField):
    """A length of access that becomes whole minutes. Errors say what was typed wrong in the unit that was chosen."""

    widget = LengthWidget

    def __init__(self, **options):
        fields = (
            forms.IntegerField(min_value=1, max_value=MAX_ACCESS_MINUTES),
            forms.ChoiceField(choices=LENGTHS),
        )
        super().__init__(fields, **options)

    def compress(self, data_list):
        minutes = in_minutes(*data_list)
        if minutes > MAX_ACCESS_MINUTES:
            raise too_long()
        return minutes
