"""Percentages have one spelling for each language, on pages and in scripts: "91%" in English, "91 %" in German."""

import re

import polib
import pytest
from django.utils import translation

from deploy import catalogues
from video_pages.core.humanize import format_whole_percent
from video_pages.uploads.messages import messages

NO_BREAK = "\N{NO-BREAK SPACE}"
BETWEEN = {
    "en": "",
    "de": NO_BREAK,
    "es": NO_BREAK,
    "fr": NO_BREAK,
    "it": "",
    "ja": "",
    "nl": "",
    "pl": NO_BREAK,
    "pt-br": "",
}


@pytest.mark.parametrize(("language", "between"), BETWEEN.items())
def test_each_language_has_its_own_space_before_the_sign_and_gives_it_to_scripts(language, between):
    with translation.override(language):
        assert format_whole_percent(91) == f"91{between}%"
        assert messages()["percent"] == f"{{number}}{between}%"


@pytest.mark.parametrize("path", catalogues.catalogues(), ids=lambda path: path.parents[1].name)
def test_no_other_text_writes_a_sign_after_a_number_that_is_filled_in(path):
    spelled = re.compile(r"(?:\)[sd]|%%s|\})\s?%%?(?![%(sd])")
    found = {entry.msgid for entry in polib.pofile(str(path)) if spelled.search(entry.msgid)}
    assert found == {"%(percent)s%%"}
