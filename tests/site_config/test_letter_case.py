"""Searches find capital letters beyond ASCII, as on PostgreSQL; the cost for 100,000 rows."""

import time

import pytest
from django.db import connection
from django.db.models import F, Value

from site_config.sqlite3 import letter_case
from tests.access.invitations.links import guest, play
from tests.factories import browser, make_section, make_superuser, make_video, make_video_file
from video_pages.access.invitations import create_invitation
from video_pages.access.requests.asking import ask
from video_pages.access.requests.places import RequestPlace
from video_pages.models import VideoFile, VideoPage

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL folds by the locale of its database"),
]
TITLES = ["Über uns", "Élan", "Łódź", "ΣΊΣΥΦΟΣ", "STRASSE", "100%_Ä"]


@pytest.fixture
def films():
    for title in TITLES:
        make_video(title)
    return VideoPage.objects.order_by("pk")


def titles(found):
    return list(found.values_list("title", flat=True))


@pytest.mark.parametrize(
    ("typed", "title"),
    [("über", "Über uns"), ("ÉLAN", "Élan"), ("łÓDŹ", "Łódź"), ("σίσυφος", "ΣΊΣΥΦΟΣ"), ("straße", "STRASSE")],
)
def test_each_lookup_without_case_finds_the_word(films, typed, title):
    assert titles(films.filter(title__icontains=typed)) == [title]
    assert titles(films.filter(title__istartswith=typed)) == [title]
    assert titles(films.filter(title__iendswith=title[2:].swapcase())) == [title]
    assert titles(films.filter(title__iexact=title.swapcase())) == [title]
    assert titles(films.filter(title__icontains=Value(typed))) == [title]


def test_wildcards_are_letters_and_other_lookups_tell_cases_apart(films):
    assert titles(films.filter(title__icontains="%_ä")) == ["100%_Ä"]
    assert titles(films.filter(title__icontains="0_ä")) == []
    assert titles(films.filter(title__contains="über")) == titles(films.filter(title="über uns")) == []
    assert titles(films.filter(title__icontains=F("title"))) == TITLES
    assert not films.filter(seo_title__icontains=F("video_file__original_filename")).exists()  # of no file: NULL


def test_the_lists_of_the_admin_find_it():
    section = make_section("Übungen")
    film = make_video("Élan", section=section, video_file=make_video_file())
    VideoFile.objects.filter(pk=film.video_file_id).update(original_filename="ÄRA.mp4")
    play(guest(create_invitation(film, kind="link", label="Ödön")[0]), film)
    ask(RequestPlace(film, None), client="192.0.2.1", name="Ägir", email="a@example.org", reason="")
    editor = browser(make_superuser())
    for screen, words in {
        "videos": ["élan", "ära"],
        "open-sessions": ["élan", "ödön"],
        "invitations": ["élan", "ödön"],
        "access-requests": ["élan", "ägir"],
    }.items():
        for word in words:
            assert len(editor.get(f"/admin/{screen}/", {"q": word}).context["object_list"]) == 1, (screen, word)


def test_the_searched_text_is_folded_once_and_a_hundred_thousand_rows_are_quick():
    folded = []
    connection.ensure_connection()

    def counting(value):
        folded.append(value)
        return letter_case.fold(value)

    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
    query = f"{numbers} SELECT COUNT(*) FROM n WHERE CASEFOLD('Film Ä ' || i) LIKE CASEFOLD(%s) ESCAPE '\\'"  # noqa: S608
    with connection.cursor() as cursor:
        begin = time.process_time()
        assert cursor.execute(query, ["%Ä 9999%"]).fetchone() == (11,)
        assert time.process_time() - begin < 2  # a tenth of it, where nothing else runs
        connection.connection.create_function(letter_case.FUNCTION, 1, counting, deterministic=True)
        try:
            cursor.execute(query, ["%Ä 9999%"]).fetchone()
        finally:
            letter_case.register(connection.connection)
    assert folded.count("%Ä 9999%") == 1 and len(folded) == 100_001
