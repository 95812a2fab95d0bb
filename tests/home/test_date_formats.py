"""Dates and times are written in the format of the language, everywhere alike."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone, translation

from video_pages.core.humanize import format_moment, format_until

ROOT = Path(settings.BASE_DIR)
# Formats for machines: ISO 8601, and seconds since 1970 with their fraction.
FOR_MACHINES = {"c", "U.u"}
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
    ("language", "words"), [("en", "Nov. 28, 2026, 9:48 a.m. UTC"), ("de", "28. November 2026 09:48 UTC")]
)
def test_a_moment_is_written_as_the_language_writes_it(language, words):
    with translation.override(language), timezone.override(dt.UTC):
        assert format_moment(dt.datetime(2026, 11, 28, 9, 48, tzinfo=dt.UTC)) == words


def test_a_moment_in_the_near_future_is_a_clock_time():
    soon = timezone.now() + dt.timedelta(minutes=5)
    with translation.override("de"), timezone.override(dt.UTC):
        assert format_until(soon) == f"{soon:%H:%M} UTC"
