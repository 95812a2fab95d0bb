"""Scripts join no texts: the signs between a label and its value, and between names, are those of the language."""

import re

import pytest
from django.conf import settings
from django.utils import translation

from video_pages.uploads.messages import messages

LABEL_AND_VALUE = re.compile(r"`\$\{[^`]*\}: \$\{")
NAMES = re.compile(r"""\.join\(["'], ["']\)""")
SELECTORS = {"player_in_place.js"}
"""What they join is read by browsers."""


def test_no_script_writes_a_colon_or_a_comma_between_two_texts():
    scripts = [path for app in ("home", "video_pages") for path in (settings.BASE_DIR / app / "static").rglob("*.js")]
    assert len(scripts) > 100
    found = {path.name for path in scripts for sign in (LABEL_AND_VALUE, NAMES) if sign.search(path.read_text())}
    assert found == SELECTORS


@pytest.mark.parametrize(("language", "comma"), [("en", ", "), ("ja", "、")])
def test_names_of_files_have_the_comma_of_the_language(language, comma):
    with translation.override(language):
        assert messages()["comma"] == comma
