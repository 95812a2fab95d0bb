"""Japanese has no blank between sentences; other languages keep theirs."""

import re

import pytest
from django.template import Context, Template
from django.utils import translation

from video_pages.core.typography import close_up, colon, join_list, join_sentences, language_of, title_lang


@pytest.mark.parametrize(
    ("text", "closed_up"),
    [
        ("One. Two.", "One. Two."),
        ("一。 二。", "一。二。"),
        ("一。\n    <a href='/x y/'>二</a> 三。", "一。<a href='/x y/'>二</a> 三。"),
        ("<strong>一。</strong> 二。", "<strong>一。</strong>二。"),
        ("条件： 二", "条件：二"),
        ("一 二", "一 二"),
    ],
)
def test_no_blank_follows_a_full_width_stop(text, closed_up):
    assert close_up(text) == closed_up


def test_sentences_are_joined_with_blanks_where_the_language_has_them():
    assert join_sentences(["One.", "Two."]) == "One. Two."
    assert join_sentences(["一。", "二。"]) == "一。二。"


def test_paragraph_of_sentences_keeps_its_elements():
    page = Template("{% load video_tags %}{% sentences %}\n {{ one }}\n {{ two }} <b>3</b>\n{% endsentences %}")
    assert page.render(Context({"one": "一。", "two": "<二。"})) == "一。&lt;二。<b>3</b>"
    assert page.render(Context({"one": "One.", "two": "Two."})).split() == ["One.", "Two.", "<b>3</b>"]


def test_lists_and_labels_have_the_signs_of_the_language():
    with translation.override("en"):
        assert (join_list(["Ann", 2]), colon()) == ("Ann, 2", ": ")


@pytest.mark.parametrize(
    ("title", "screen", "language"),
    [
        ("海辺の朝", "de", "ja"),
        ("海辺の朝", "ja", ""),
        ("ｶﾒﾗ", "en", "ja"),
        ("夜勤", "de", "und-Hani"),
        ("夜勤", "ja", ""),
        ("Salt flats", "de", ""),
        ("Salt flats", "ja", "und-Latn"),
        ("Łódź", "ja", "und-Latn"),
        ("第1回 Salt flats", "ja", ""),
        ("夜勤 Night", "ja", ""),
        ("110", "ja", ""),
        ("", "ja", ""),
        (None, "ja", ""),
    ],
)
def test_a_title_in_other_letters_than_those_of_the_screen_names_its_language(title, screen, language):
    with translation.override(screen):
        assert title_lang(title) == (f' lang="{language}"' if language else "")


@pytest.mark.parametrize(
    ("own", "pages", "language"),
    [("en", ("ja",), "ja"), ("ja", ("de",), "ja"), ("en", ("ja", "zh-hans"), "und-Hani"), ("en", ("de",), "und-Hani")],
)
def test_chinese_characters_alone_are_japanese_on_a_site_with_japanese_and_no_chinese(settings, own, pages, language):
    settings.LANGUAGE_CODE, settings.PAGE_LANGUAGES = own, pages
    with translation.override("en"):
        assert language_of("夜勤") == language
        assert language_of("夜のカフェ") == "ja"


def test_titles_in_chinese_characters_have_the_size_of_japanese_ones(settings):
    css = (settings.BASE_DIR / "home/static/home/css/tokens.css").read_text()
    rule = re.search(r"([^{}]+)\{[^{}]*--title-scale: 0\.8", css)
    assert ":lang(ja)" in rule.group(1) and ":lang(und-Hani)" in rule.group(1)
