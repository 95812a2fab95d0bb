"""The length of access as people set it: a number and its unit."""

from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

MAX_ACCESS_MINUTES = 60 * 24 * 30


class Unit(TextChoices):
    """The unit of a length of access."""

    MINUTES = "minutes", _("minutes")
    HOURS = "hours", _("hours")
    DAYS = "days", _("days")
    DATE = "date", _("until a date")


# The largest first: `in_largest_unit` takes the first that divides.
MINUTES_IN = {Unit.DAYS: 24 * 60, Unit.HOURS: 60, Unit.MINUTES: 1}
UNIT_CHOICES = [(unit.value, unit.label) for unit in Unit if unit in MINUTES_IN]


def in_largest_unit(minutes: int | None) -> tuple[int | None, Unit]:
    """Return (number, Unit) for `minutes`: 120 is 2 hours; (None, hours) for None or 0."""
    if not minutes:
        return None, Unit.HOURS
    unit = next(unit for unit, size in MINUTES_IN.items() if minutes % size == 0)
    return minutes // MINUTES_IN[unit], unit


def in_minutes(number: int, unit: str) -> int:
    """Return `number` of `unit` in minutes; `unit` is the value of a Unit other than DATE."""
    return number * MINUTES_IN[Unit(unit)]


OUT_OF_RANGE = {
    Unit.MINUTES: _("Choose 1 to %(most)d minutes."),
    Unit.HOURS: _("Choose 1 to %(most)d hours."),
    Unit.DAYS: _("Choose 1 to %(most)d days."),
}


def validate_length(number: int, unit: str) -> None:
    """Raise ValidationError, with the limits in `unit`, unless `number` of `unit` is from 1 to MAX_ACCESS_MINUTES."""
    most = MAX_ACCESS_MINUTES // MINUTES_IN[Unit(unit)]
    if not 1 <= number <= most:
        raise forms.ValidationError(OUT_OF_RANGE[Unit(unit)], code="out_of_range", params={"most": most})


class LengthWidget(forms.MultiWidget):
    """A number beside its unit."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        number = forms.NumberInput(attrs={"min": 1, "aria-label": _("Access lasts")})
        unit = forms.Select(choices=UNIT_CHOICES, attrs={"aria-label": _("Counted in")})
        super().__init__({"length": number, "unit": unit}, attrs)

    def decompress(self, value: int | None) -> list[Any]:
        return list(in_largest_unit(value))


class LengthField(forms.MultiValueField):
    """A length of access that becomes whole minutes. Errors use the unit that was chosen."""

    widget = LengthWidget

    def __init__(self, **options: Any) -> None:
        fields = (
            forms.IntegerField(),
            forms.ChoiceField(choices=UNIT_CHOICES),
        )
        super().__init__(fields, **options)

    def compress(self, data_list: list[Any]) -> int:
        number, unit = data_list
        validate_length(number, unit)
        return in_minutes(number, unit)
