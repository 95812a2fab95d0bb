"""Codes of languages as files have them become the tags and names that players show."""

import pytest
from django.utils import translation

from video_pages.library.languages import (
    known_languages,
    language_name,
    normalize_language,
    translated_language_name,
)


@pytest.mark.parametrize(
    ("code", "tag"),
    [
        ("eng", "en"),
        ("ger", "de"),
        ("deu", "de"),
        ("fre", "fr"),
        ("chi", "zh"),
        ("DE", "de"),
        ("pt_BR", "pt-BR"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("iw", "he"),
        ("fil", "fil"),
        ("nor", "no"),
        ("de-1996", "de-1996"),
    ],
)
def test_codes_become_tags(code, tag):
    assert normalize_language(code) == tag


@pytest.mark.parametrize("code", ["", None, "und", "mul", "zxx", "qaa", "<b>", "x" * 400, "en\0", "e", "English", "١٢"])
def test_what_names_no_language_becomes_nothing(code):
    assert normalize_language(code) == ""
    assert language_name(code) == ""


@pytest.mark.parametrize(
    ("tag", "name"),
    [("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("de-AT", "Deutsch (AT)"), ("yo", "Yoruba")],
)
def test_languages_are_called_as_they_call_themselves(tag, name):
    assert language_name(tag) == name


def test_every_language_that_is_offered_is_a_tag_with_a_name():
    assert all(normalize_language(tag) == tag and language_name(tag) for tag in known_languages())


@pytest.mark.parametrize(
    ("active", "tag", "name"),
    [
        ("en", "de", "German"),
        ("de", "de", "Deutsch"),
        ("de", "ja", "Japanisch"),
        ("en", "de-AT", "German (AT)"),
        ("en", "pt-BR", "Brazilian Portuguese"),
        ("en", "gsg", "German Sign Language"),
        ("en", "zh", "Chinese"),
        ("fr", "de", "Allemand"),
        ("en", "", ""),
    ],
)
def test_languages_are_called_in_the_language_of_the_reader(active, tag, name):
    with translation.override(active):
        assert translated_language_name(tag) == name
