"""Film facts: rows of the player page, before the gate only where the editor says so, and in the search only then."""

import datetime as dt

import pytest
from django.utils import timezone

from tests import factories
from tests.wagtail_admin.page_screens import form_of, screen
from video_pages.access import passwords
from video_pages.access.set_window import set_window
from video_pages.models import VideoPage
from video_pages.pages.film_facts import Fact, credits_of, facts_of, names_in

pytestmark = pytest.mark.django_db
FACTS = {
    "year": 2026,
    "director": "Ana Silva, Rui Costa",
    "country": "Portugal",
    "language": "Portuguese",
    "age_rating": "12",
    "content_notes": "Flashing light",
    "premiere": "World premiere",
    "festivals": "Lisbon 2026\nBest short film, Porto 2026",
    "film_credits": "Camera: Inês Duarte\nMusic: Tiago Reis\nJoana Pinto",
}


def make(**fields):
    file = factories.make_video_file(duration=754.0)
    return factories.make_video("Salt flats", video_file=file, **{**FACTS, **fields})


def page_of(client, film):
    return client.get(film.url).content.decode()


def unlocked(film):
    client = factories.browser()
    factories.unlock(client, film)
    return client


def test_the_player_page_has_a_list_of_the_facts_that_are_filled_in():
    film = make(country="")
    page = page_of(unlocked(film), film)
    for name, value in (("Director", "Ana Silva, Rui Costa"), ("Year", "2026"), ("Running time", "13 min")):
        assert f'<dt dir="auto">{name}</dt><dd dir="auto">{value}</dd>' in page
    assert '<dt dir="auto">Music</dt><dd dir="auto">Tiago Reis</dd><dd dir="auto">Joana Pinto</dd>' in page
    assert '<dd dir="auto">Lisbon 2026</dd><dd dir="auto">Best short film, Porto 2026</dd>' in page
    assert ">Country<" not in page


def test_without_facts_nothing_shows_and_the_length_of_the_file_alone_is_no_fact():
    film = factories.make_video("Salt flats")
    assert facts_of(film, 754) == []
    assert "film-facts" not in page_of(unlocked(film), film)


def test_a_running_time_of_its_own_comes_before_that_of_the_file():
    film = VideoPage(running_minutes=92)
    assert facts_of(film, 754) == [Fact("Running time", ["1 h 32 min"], True, True)]


def test_facts_are_behind_the_gate_unless_the_editor_shows_them_to_everyone():
    film = make()
    page = page_of(factories.browser(), film)
    assert "film-facts" not in page
    assert not any(secret in page for secret in ("Ana Silva", "World premiere", "Tiago Reis", "Flashing light"))
    VideoPage.objects.update(show_facts=True)
    page = page_of(factories.browser(), film)
    assert "Ana Silva, Rui Costa" in page
    assert 'name="password"' in page


def test_facts_outside_the_window_show_as_on_a_locked_page():
    film = make()
    passwords.set_open(film, True)
    set_window(film, opens_at=timezone.now() + dt.timedelta(days=1), closes_at=None)
    assert "Ana Silva" not in page_of(factories.browser(), film)
    VideoPage.objects.update(show_facts=True)
    assert "Ana Silva" in page_of(factories.browser(), film)


@pytest.mark.parametrize("word", ["Silva", "Portugal", "Tiago", "Flashing"])
def test_the_search_finds_facts_only_while_everyone_may_read_them(word):
    film = make()
    client = factories.browser()

    def found():
        return "Salt flats" in client.get("/search/", {"q": word}).content.decode()

    film.save()
    assert not found()
    film.show_facts = True
    film.save()
    assert found()
    film.show_facts = False
    film.save()
    assert not found()


def test_the_facts_of_a_film_shown_elsewhere_are_those_of_its_source():
    film = make(show_facts=True)
    alias = film.create_alias(parent=factories.make_section("Elsewhere"))
    VideoPage.objects.filter(pk=alias.pk).update(director="Somebody else", show_facts=True)
    page = page_of(factories.browser(), alias)
    assert "Ana Silva" in page
    assert "Somebody else" not in page


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("Camera: Ana\n\n Music : Rui ", [("Camera", ["Ana"]), ("Music", ["Rui"])]),
        ("With\nAna\nCamera: Rui", [("Credits", ["With", "Ana"]), ("Camera", ["Rui"])]),
        ("Cast:\nAna\nRui", [("Cast", ["Ana", "Rui"])]),
        ("Camera:", []),
        ("撮影：鈴木、田中", [("撮影", ["鈴木、田中"])]),
        (": Ana", [("Credits", [": Ana"])]),
        ("Title: A: B", [("Title", ["A: B"])]),
    ],
)
def test_credits_are_lines_of_role_and_name(text, rows):
    assert credits_of(VideoPage(film_credits=text)) == rows


def test_an_editor_fills_in_facts_and_html_stays_text():
    film = factories.make_video("Salt flats")
    client = factories.browser(factories.make_superuser())
    fields = {**FACTS, "director": "<b>Ana</b> & Co", "show_facts": "on", "action-publish": "yes"}
    response = client.post(screen(film, "edit/"), form_of(film, **fields))
    assert response.status_code == 302, response.content.decode()[:2000]
    film.refresh_from_db()
    assert film.year == 2026
    page = page_of(factories.browser(), film)
    assert "&lt;b&gt;Ana&lt;/b&gt; &amp; Co" in page


@pytest.mark.parametrize(("field", "value"), [("year", "1700"), ("year", "20266"), ("running_minutes", "0")])
def test_an_impossible_number_is_refused(field, value):
    film = factories.make_video("Salt flats")
    client = factories.browser(factories.make_superuser())
    response = client.post(screen(film, "edit/"), form_of(film, **{field: value, "action-publish": "yes"}))
    assert response.status_code == 200
    film.refresh_from_db()
    assert getattr(film, field) is None


@pytest.mark.parametrize("text", ["Ana Silva, Rui Costa", "Ana Silva，Rui Costa", "Ana Silva、 Rui Costa,"])
def test_names_have_the_commas_of_any_script_between_them(text):
    assert names_in(text) == ["Ana Silva", "Rui Costa"]
