"""Captions, and a description as plain text, that come with a film on the upload screen."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories import browser, make_section, make_user
from tests.uploads import forms
from video_pages.ingest import companions
from video_pages.library.text_models import TextTrack
from video_pages.models import VideoFile, VideoPage

pytestmark = pytest.mark.django_db

VTT = "WEBVTT\n\n00:00.000 --> 00:00.500\nGuten Abend\n"
SRT = "1\n00:00:00,000 --> 00:00:00,500\nGood evening\n"
JSON = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest", "HTTP_ACCEPT": "application/json"}


def captions(*files):
    return {"captions": [SimpleUploadedFile(name, text.encode()) for name, text in files]}


def refusal(editor, section, **data):
    """Send the form and return the words of its refusal; nothing may be left of it."""
    editor.defaults.update(JSON)
    answer = forms.upload(editor, section, **data)
    assert answer.status_code == 422, answer.text
    assert not VideoPage.objects.exists() and not VideoFile.objects.exists() and not TextTrack.objects.exists()
    return " ".join(error["message"] for error in answer.json()["errors"]["__all__"])


def test_captions_become_tracks_of_the_film_in_their_languages(editor):
    files = captions(("film.de.vtt", VTT), ("film.en.srt", SRT))
    forms.upload(editor, make_section(), **files, caption_languages=["de", "en"])
    tracks = VideoPage.objects.get().video_file.text_tracks.all()
    assert [(track.language, track.label, track.cues.get().text) for track in tracks] == [
        ("de", "Deutsch", "Guten Abend"),
        ("en", "English", "Good evening"),
    ]
    assert {(track.kind, track.is_default, track.is_hidden) for track in tracks} == {("subtitles", False, False)}


def test_a_description_of_its_own_takes_the_place_of_that_for_all(editor):
    forms.upload(editor, make_section(), own_description="A <b>night</b>\r\nby train\r\n\r\nIn two parts")
    assert VideoPage.objects.get().description == "<p>A &lt;b&gt;night&lt;/b&gt;<br/>by train</p><p>In two parts</p>"


def test_control_characters_and_blank_texts_leave_nothing():
    assert companions.description_html("One\x00\u202e two\n \n\n") == "<p>One two</p>"
    for blank in (" \n\n\t ", "\u200d \u00a0\n\n\u200b", "\ufeff"):
        assert companions.description_html(blank) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Prix\u00a0: 5\u202f€", "Prix\u00a0: 5\u202f€"),
        ("日本\u3000語", "日本\u3000語"),
        ("می\u200cروم 👩\u200d👧 soft\u00adly", "می\u200cروم 👩\u200d👧 soft\u00adly"),
        ("a\tb", "a b"),
        ("a\rb\x85c\u2028d", "a<br/>b<br/>c<br/>d"),
        ("a\u2029b\r\n\r\nc", "a</p><p>b</p><p>c"),
    ],
)
def test_words_of_a_description_stay_as_they_are_written(text, words):
    assert companions.description_html(text) == f"<p>{words}</p>"


@pytest.mark.parametrize(
    ("content", "language", "words"),
    [
        ("no captions", "en", "The captions “film.en.vtt”: "),
        (VTT, "", "Choose the language of the captions “film.en.vtt”."),
        (VTT, "xx-nothing", "Choose the language of the captions “film.en.vtt”."),
        ("WEBVTT\n" + "x" * 5_300_000, "en", "at most 5 MB"),
    ],
)
def test_captions_that_cannot_be_used_are_named_and_no_video_is_made(editor, content, language, words):
    data = {**captions(("film.en.vtt", content)), "caption_languages": [language]}
    assert words in refusal(editor, make_section(), **data)


def test_each_of_several_wrong_files_is_named(editor):
    files = captions(("a.vtt", "nothing"), ("b.vtt", VTT), ("c.vtt", "nothing"))
    words = refusal(editor, make_section(), **files, caption_languages=["en", "en", "en"])
    assert "“a.vtt”" in words and "“c.vtt”" in words and "“b.vtt”" not in words


def test_captions_without_a_language_for_each_and_too_many_of_them(editor):
    assert "“b.vtt”" in refusal(
        editor, make_section(), **captions(("a.vtt", VTT), ("b.vtt", VTT)), caption_languages=["en"]
    )
    many = captions(*[(f"{number}.vtt", VTT) for number in range(companions.MOST_CAPTIONS + 1)])
    assert "At most 50 files" in refusal(editor, make_section(), **many, caption_languages=["en"] * 51)


def test_a_description_that_is_too_long(editor):
    assert "longer than 20000 characters" in refusal(editor, make_section(), own_description="x" * 20_001)


def test_the_check_before_the_upload_names_wrong_captions_too(editor):
    editor.defaults.update(JSON)
    data = {**forms.fields(make_section()), **captions(("a.vtt", "nothing")), "caption_languages": ["en"]}
    answer = editor.post(
        "/admin/videos/upload/", {**data, "check": "1", "video_file_name": "a.mp4", "video_file_size": 9}
    )
    assert answer.status_code == 422 and "a.vtt" in answer.text


def test_names_of_captions_show_no_control_characters(editor):
    words = refusal(editor, make_section(), **captions(("evil\u202etxt.vtt", "nothing")), caption_languages=["en"])
    assert "\u202e" not in words and "“eviltxt.vtt”" in words


def test_captions_of_those_who_may_not_upload_are_not_read():
    answer = forms.upload(browser(make_user("nobody")), make_section(), **captions(("a.vtt", VTT)))
    assert answer.status_code in (302, 403, 413) and not TextTrack.objects.exists()


def test_the_likely_languages_of_captions_stand_first_and_that_of_the_editor_is_chosen(editor):
    make_section()
    html = editor.get(reverse(forms.URL), headers={"accept-language": "ja, fr;q=0.8"}).content.decode()
    (select,) = re.findall(r"<template data-caption-languages><select>(.*?)</select>", html, re.DOTALL)
    likely, others = re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', select)
    assert (likely[0], others[0]) == ("Likely here", "All languages")
    assert re.findall(r'value="([^"]+)"', likely[1]) == ["en", "ja", "fr"]
    assert re.findall(r'value="([^"]+)" selected', select) == ["en"]
    assert 'value="de"' in others[1] and 'value="ja"' not in others[1]
