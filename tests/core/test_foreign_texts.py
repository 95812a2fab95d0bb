"""The texts of wagtailmedia that this project translates are its texts still."""

from pathlib import Path

import pytest
import wagtailmedia
from django.utils import translation
from django.utils.translation import gettext

from video_pages.core.foreign_texts import TEXTS

CATALOGUE = Path(wagtailmedia.__file__).parent / "locale" / "en" / "LC_MESSAGES" / "django.po"


@pytest.mark.parametrize("text", TEXTS)
def test_it_is_one_of_its_texts(text):
    assert f'msgid "{text}"' in CATALOGUE.read_text()


def test_it_has_them_in_german_itself():
    with translation.override("de"):
        assert gettext("Choose video") != "Choose video"
