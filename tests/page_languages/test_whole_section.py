"""A section is translated with all in it, in batches: it goes on after a failure, a kill or a closed window."""

import os
import signal
import subprocess
import sys

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import browser, get_home, make_section, make_user, make_video
from tests.page_languages.editing import only_on, screen
from tests.wagtail_admin.bulk import BY_SCRIPT
from video_pages.models import VideoIndexPage, VideoPage
from video_pages.pages.translating import translate, untranslated_below

MOST = "video_pages.wagtail_admin.translations.screen.MOST_COPIES"
SLICE = "video_pages.pages.translating.SLICE"
CHILD = """
import django; django.setup()
from video_pages.pages import translating
from video_pages.models import VideoIndexPage, VideoPage
from wagtail.models import Locale
translating.SLICE, copy = 2, VideoPage.copy_for_translation
def copy_and_print(page, *arguments, **keywords):
    print(page.title, flush=True)
    return copy(page, *arguments, **keywords)
VideoPage.copy_for_translation = copy_and_print
translating.translate(VideoIndexPage.objects.get(pk=%d), Locale.objects.get(language_code="de"), with_subtree=True)
"""


@pytest.fixture
def season(german_home):
    """A section with five films, two of them in a section of their own."""
    section = make_section("Season")
    inner = make_section("Shorts", parent=section)
    for number, place in enumerate((section, inner, section, inner, section)):
        make_video(f"Film {number}", section=place)
    return VideoIndexPage.objects.get(pk=section.pk)


def rest(section, code="de"):
    return reverse("translation_rest", args=(section.pk, code))


def ids(section, german):
    return list(untranslated_below(section, german).values_list("pk", flat=True))


def titles(section):
    """Return the titles of the translations below `section`, which are sorted."""
    return sorted(VideoPage.objects.filter(alias_of__path__startswith=section.path).values_list("title", flat=True))


ALL = [f"Film {number}" for number in range(5)]


def test_a_large_section_leads_to_the_screen_that_translates_what_is_left(editor, season, german, monkeypatch):
    monkeypatch.setattr(MOST, 5)
    answer = editor.post(screen(season), {"locales": [german.pk], "with_subtree": "on"})
    assert answer.headers["Location"] == rest(season) and titles(season) == []
    answer = editor.get(rest(season))
    shown = answer.text
    assert answer.context["heading"] == "Translate “Season”: German"
    assert "6 films and sections in it are not translated yet." in shown and "Film 4" in shown
    assert "<summary>6 films and sections</summary>" in shown
    assert "Translate 6 pages in it" in editor.get(screen(season)).text


def test_the_screen_reads_the_rows_of_the_titles_that_it_shows_only(editor, season, german, monkeypatch):
    translate(season, german)
    monkeypatch.setattr("video_pages.wagtail_admin.translations.rest.MOST_TITLES", 2)
    left = ids(season, german)
    with CaptureQueriesContext(connection) as queries:
        answer = editor.get(rest(season))
    assert (answer.context["count"], len(answer.context["titles"])) == (6, 2)
    assert answer.context["ids"].split() == [str(pk) for pk in left]
    rows = [query["sql"] for query in queries if "draft_title" in query["sql"] and "translation_key" in query["sql"]]
    assert [sql for sql in rows if "EXISTS" in sql and "LIMIT 2" not in sql] == []


def test_batches_translate_it_and_what_was_sent_twice_is_there_once(editor, season, german):
    translate(season, german)
    left = ids(season, german)
    for batch in (left[:3], left[:3], left[3:]):
        answer = editor.post(rest(season), {"ids": " ".join(map(str, batch))}, headers=BY_SCRIPT)
        assert answer.json()["done"] == batch
    assert titles(season) == ALL and ids(season, german) == []
    assert editor.get(rest(season)).headers["Location"] == screen(season)
    assert "pages in it" not in editor.get(screen(season)).text


def test_a_film_of_another_section_is_not_done(editor, season, german):
    translate(season, german)
    elsewhere, inside = make_video("Elsewhere", section=make_section("Other")), ids(season, german)[0]
    answer = editor.post(rest(season), {"ids": f"{elsewhere.pk} {inside}"}, headers=BY_SCRIPT).json()
    assert answer["done"] == [inside]
    assert answer["leftOut"] == [{"title": "", "reason": "It is no longer there."}]
    assert not elsewhere.has_translation(german)


def test_without_the_script_one_form_translates_all_there_is_time_for(editor, season, german, monkeypatch):
    translate(season, german)
    monkeypatch.setattr("video_pages.wagtail_admin.translations.rest.SECONDS_WITHOUT_SCRIPT", -1)
    form = {"ids": " ".join(map(str, ids(season, german)))}
    assert editor.post(rest(season), form).headers["Location"] == rest(season)
    assert titles(season) == []
    monkeypatch.undo()
    editor.post(rest(season), form)
    assert titles(season) == ALL


def test_a_failure_leaves_what_was_copied_before_it_and_the_next_call_goes_on(season, german, monkeypatch):
    copy = VideoPage.copy_for_translation

    def fail_at_the_last(page, *arguments, **keywords):
        copied = copy(page, *arguments, **keywords)
        if page.title == "Film 4":
            raise OSError("the disk is full")
        return copied

    monkeypatch.setattr(VideoPage, "copy_for_translation", fail_at_the_last)
    monkeypatch.setattr(SLICE, 1)
    with pytest.raises(OSError, match="disk is full"):
        translate(season, german, with_subtree=True)
    assert titles(season) == ALL[:4]
    monkeypatch.undo()
    translate(season, german, with_subtree=True)
    assert titles(season) == ALL


def test_only_who_may_publish_the_section_translates_and_no_id_of_another_section(editor, season, german):
    foreign = make_video("Elsewhere")
    assert editor.get(rest(season)).status_code == 404, "the section itself is not translated"
    translate(season, german)
    assert editor.get(rest(season, "fr")).status_code == 404
    own = browser(only_on(season, "eve"))
    own.post(rest(season), {"ids": str(foreign.pk)}, headers=BY_SCRIPT)
    assert not VideoPage.objects.filter(alias_of=foreign).exists()
    assert own.post(rest(season), {"ids": " ".join("1" * 11)}, headers=BY_SCRIPT).status_code in (200, 400)
    many = " ".join(map(str, range(1, 12)))
    assert own.post(rest(season), {"ids": many}, headers=BY_SCRIPT).status_code == 400
    other = browser(only_on(make_section("Other"), "adam"))
    for client in (other, browser(make_user("guest")), browser()):
        assert client.post(rest(season), {"ids": str(foreign.pk)}, headers=BY_SCRIPT).status_code in (302, 403)
    assert titles(season) == []


def test_the_number_of_queries_of_both_screens_does_not_grow(editor, season, german, django_assert_max_num_queries):
    translate(season, german)
    for address in (screen(season), rest(season)):
        editor.get(address)
        with django_assert_max_num_queries(45) as few:
            editor.get(address)
        for number in range(3):
            make_video(f"Further {number}", section=season)
        with django_assert_max_num_queries(len(few)):
            editor.get(address)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_process_that_is_killed_in_the_middle_leaves_whole_batches_and_another_goes_on(
    transactional_db, german, german_home, season, child_environment
):
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD % season.pk],
        env={**child_environment, "PAGE_LANGUAGES": "de"},
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        for _copied in range(4):
            assert child.stdout.readline().startswith("Film")
        os.kill(child.pid, signal.SIGKILL)
    there = len(titles(season))
    assert 2 <= there < 5
    assert get_home().get_translation(german).live
    translate(VideoIndexPage.objects.get(pk=season.pk), german, with_subtree=True)
    assert titles(season) == ALL
    section = VideoIndexPage.objects.get(alias_of=season)
    assert section.numchild == section.get_children().count() == 4
