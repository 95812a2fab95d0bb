"""Dates and times are written in the format of the language, everywhere alike."""

import datetime as dt
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import timezone, translation

from video_pages.core.humanize import (
    format_date,
    format_day,
    format_moment,
    format_until,
    local_day,
    moment_in_sentence,
)

ROOT = Path(settings.BASE_DIR)
# Formats for machines: ISO 8601, and seconds since 1970 without and with their fraction.
FOR_MACHINES = {"c", "U", "U.u"}
FILTER = re.compile(r"""\|(?:date|time):["']([^"']+)["']""")


def test_no_template_has_a_format_of_its_own():
    own = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "templates").rglob("*.html")
        for name in FILTER.findall(path.read_text())
        if not name.endswith("_FORMAT") and name not in FOR_MACHINES
    }
    assert own == set()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Nov 28, 2026, 09:48 UTC"),
        ("de", "28. Nov. 2026, 09:48 UTC"),
        ("es", "28 nov 2026, 09:48 UTC"),
        ("fr", "28 nov. 2026, 09:48 UTC"),
        ("it", "28 nov 2026, 09:48 UTC"),
        ("ja", "2026年11月28日 09:48 UTC"),
        ("nl", "28 nov 2026, 09:48 UTC"),
        ("pl", "28 lis 2026, 09:48 UTC"),
        ("pt-br", "28 de nov. de 2026, 09:48 UTC"),
    ],
)
def test_a_moment_is_written_as_the_language_writes_it(language, words):
    with translation.override(language), timezone.override(dt.UTC):
        assert format_moment(dt.datetime(2026, 11, 28, 9, 48, tzinfo=dt.UTC)) == words


@pytest.mark.parametrize(
    ("language", "month", "table", "sentence"),
    [
        ("de", 2, "28. Feb. 2030, 10:48 MEZ", "28. Feb. 2030, 10:48 Uhr MEZ"),
        ("de", 7, "28. Juli 2030, 11:48 MESZ", "28. Juli 2030, 11:48 Uhr MESZ"),
        ("en", 7, "Jul 28, 2030, 11:48 CEST", "Jul 28, 2030, 11:48 CEST"),
    ],
)
def test_german_says_uhr_in_sentences_and_names_its_zones(language, month, table, sentence):
    with translation.override(language), timezone.override(ZoneInfo("Europe/Berlin")):
        moment = dt.datetime(2030, month, 28, 9, 48, tzinfo=dt.UTC)
        assert format_moment(moment) == table
        assert moment_in_sentence(moment) == format_until(moment) == sentence


@pytest.mark.parametrize(
    ("language", "day", "words"),
    [("fr", 1, "1er déc. 2026"), ("fr", 11, "11 déc. 2026"), ("fr", 21, "21 déc. 2026"), ("de", 1, "1. Dez. 2026")],
)
def test_only_the_first_of_a_month_is_an_ordinal_and_only_in_french(language, day, words):
    with translation.override(language), timezone.override(dt.UTC):
        moment = dt.datetime(2026, 12, day, 1, 1, tzinfo=dt.UTC)
        assert format_day(moment) == format_date(moment.date()) == words
        assert format_moment(moment) == f"{words}, 01:01 UTC"


def test_the_admin_writes_a_date_in_this_format_and_its_age_in_the_tooltip():
    past, ahead = timezone.now() - dt.timedelta(hours=3), timezone.now() + dt.timedelta(hours=3)
    template = Template("{% load wagtailadmin_tags %}{% human_readable_date date %}")
    words = template.render(Context({"date": past}))
    assert f">{format_moment(past)}</time>" in words and "3\xa0hours ago" in words
    assert "ago" not in template.render(Context({"date": ahead}))


def test_a_moment_in_the_near_future_is_a_clock_time():
    soon = timezone.now() + dt.timedelta(minutes=5)
    with translation.override("de"), timezone.override(dt.UTC):
        assert format_until(soon) == f"{soon:%H:%M} Uhr UTC"


def test_a_moment_that_is_over_has_its_date():
    past = timezone.now() - dt.timedelta(minutes=5)
    assert format_until(past) == format_moment(past)


def test_a_date_with_its_time_names_its_zone():
    """All but Wagtail's own: `format_moment` and `local_time` write the zone, the filter `date` does not."""
    without = [path.name for path in (ROOT / "templates").rglob("*.html") if "DATETIME_FORMAT" in path.read_text()]
    assert without == []


def test_a_day_of_another_year_has_its_year():
    with timezone.override(dt.UTC):
        this_year = timezone.now().replace(month=6, day=24)
        later = this_year.replace(year=this_year.year + 2)
        assert "data-local-day>Jun 24<" in local_day(this_year)
        assert f"data-local-date>Jun 24, {later.year}<" in local_day(later)
