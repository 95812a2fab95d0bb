"""`LANGUAGE`: the codes of this project, and what GNU gettext's variable of the same name has on many systems."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from site_config import languages
from site_config.environment import env


@pytest.fixture(autouse=True)
def offered(monkeypatch):
    monkeypatch.setattr(languages, "CHOICES", [("en", "English"), ("de", "Deutsch"), ("pt-br", "Português (Brasil)")])


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("de_AT.UTF-8", "de"),
        ("en_GB:en", "en"),
        ("sv:de:en", "de"),
        ("pt_BR", "pt-br"),
        ("pt-br", "pt-br"),
        ("C", "en"),
        ("sv", "en"),
        ("sr@latin", "en"),
        ("", "en"),
    ],
)
def test_the_first_that_there_is(value, code):
    assert languages.language(value) == code


@pytest.mark.parametrize("value", ["german", "d", "de fr", "de,fr", "1"])
def test_what_is_no_language_is_refused(value):
    with pytest.raises(ImproperlyConfigured, match="LANGUAGE is .* but must be one of en, de, pt-br"):
        env.read({"LANGUAGE": value})
