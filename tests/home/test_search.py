"""The search page: what it finds and shows, its orders and pages, its refusals."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import PageViewRestriction

from home import search
from tests import factories
from video_pages.models import VideoPage
from video_pages.search import find, limits
from video_pages.search.words import MAX_QUERY_LENGTH

pytestmark = pytest.mark.django_db

SEARCH, SUGGESTIONS = reverse("search"), reverse("search_suggestions")


def titles_for(client, query, **parameters):
    response = client.get(SEARCH, {"q": query, **parameters})
    assert response.status_code == 200
    return [card.title for card in response.context["cards"]]


def test_a_film_is_found_by_a_word_of_its_title_or_its_beginning(client):
    factories.make_video("Salt flats, second cut")
    factories.make_video("The game of life")
    assert titles_for(client, "flats") == ["Salt flats, second cut"]
    assert titles_for(client, "sal") == ["Salt flats, second cut"]
    assert titles_for(client, "CUT salt") == ["Salt flats, second cut"]
    assert titles_for(client, "harbour") == []


def test_a_description_is_searched_only_if_everyone_may_read_it(client):
    factories.make_video("A film", description="<p>The gardener did it.</p>", show_description=True)
    factories.make_video("Another", description="<p>The gardener did it.</p>", show_description=False)
    assert titles_for(client, "gardener") == ["A film"]
    assert b"did it" not in client.get(SEARCH, {"q": "gardener"}).content


def test_a_film_is_found_by_the_title_of_its_section_too(client):
    factories.make_video("The speech", section=factories.make_section("Graduation 2026"))
    assert titles_for(client, "graduation speech") == ["The speech"]


def test_the_description_for_search_engines_is_not_searched(client):
    factories.make_video("A film", search_description="Murder in the greenhouse", seo_title="Greenhouse")
    assert titles_for(client, "greenhouse") == []


def test_drafts_and_restricted_films_are_not_found(client):
    factories.make_video("Hidden draft", live=False)
    private = factories.make_video("Hidden film")
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    members = factories.make_section("Hidden section")
    PageViewRestriction.objects.create(page=members, restriction_type=PageViewRestriction.LOGIN)
    factories.make_video("Hidden below", section=members)
    response = client.get(SEARCH, {"q": "hidden"})
    assert not response.context["cards"]
    assert not response.context["sections"]


def test_a_locked_film_is_found_as_a_locked_card_without_an_address_of_its_files(client):
    video = factories.make_video("Locked film")
    text = client.get(SEARCH, {"q": "locked"}).content.decode()
    assert video.url in text
    assert "Password" in text
    assert "/stream/" not in text


def test_sections_are_found_too(client):
    section = factories.make_section("Graduation 2026")
    factories.make_video(section=section)
    (card,) = client.get(SEARCH, {"q": "grad"}).context["sections"]
    assert (card.title, card.count) == ("Graduation 2026", 1)


def test_further_sections_are_named_and_follow_on_pages_of_their_own(client, monkeypatch):
    monkeypatch.setattr(search, "MOST_SECTIONS", 2)
    monkeypatch.setattr(search, "SECTIONS_PER_PAGE", 2)
    sections = [factories.make_section(f"Graduation {year}") for year in range(2021, 2026)]
    factories.make_video("Graduation film", section=sections[0])
    response = client.get(SEARCH, {"q": "graduation"})
    text = response.content.decode()
    assert "The 2 sections that match “graduation” best" in text and "1 film with “graduation”" in text
    titles = [card.title for card in response.context["sections"]]
    for _page in range(2):
        after = response.context["sections_next"]
        assert f"sections_after={after}" in text and "More sections" in text
        response = client.get(SEARCH, {"q": "graduation", "sections_after": after})
        text = response.content.decode()
        titles += [card.title for card in response.context["sections"]]
        assert not response.context["cards"] and "More sections with “graduation”" in text
    assert sorted(titles) == [section.title for section in sections]
    assert response.context["sections_next"] == ""
    assert "To the best matches" in text and ">More sections<" not in text


def test_further_sections_of_a_search_with_a_typing_error_forgive_it_too(client, monkeypatch):
    monkeypatch.setattr(search, "MOST_SECTIONS", 1)
    for year in (2025, 2026):
        factories.make_section(f"Graduation {year}")
    first = client.get(SEARCH, {"q": "gradaution"})
    after = first.context["sections_next"]
    assert f"sections_after={after}&amp;near=1" in first.content.decode()
    response = client.get(SEARCH, {"q": "gradaution", "sections_after": after, "near": "1"})
    assert len(response.context["sections"]) == 1
    assert "Sections with words similar to “gradaution”" in response.content.decode()


def test_the_status_tells_of_sections_if_no_film_is_found(client):
    factories.make_section("Graduation 2026")
    text = client.get(SEARCH, {"q": "grad"}).content.decode()
    assert "1 section with “grad”" in text and "films with" not in text
    page = client.get(SEARCH, {"q": "nowhere"}).content.decode()
    assert "0 films" not in page and page.partition("<main")[2].count("Nothing here has these words.") == 1


def test_an_empty_search_finds_nothing_and_asks_for_a_query(client):
    factories.make_video("A film")
    for query in ("", "   "):
        response = client.get(SEARCH, {"q": query})
        assert not response.context["cards"]
        assert b"descriptions that everyone may read" in response.content


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "'",
        '"a" OR',
        "a AND",
        "NOT",
        "*",
        "a*",
        "(",
        "a:b",
        "^x",
        "-",
        "--",
        ";",
        "\\",
        "%",
        "_",
        "é" * 300,
    ],
)
def test_odd_words_find_nothing_and_break_nothing(client, query):
    factories.make_video("Plain title")
    assert titles_for(client, query) == []


def test_the_query_is_shown_escaped_and_limited_in_length(client):
    factories.get_home()
    text = client.get(SEARCH, {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in text
    assert client.get(SEARCH, {"q": "a" * 1000}).context["query"] == "a" * MAX_QUERY_LENGTH


@pytest.mark.parametrize("after", ["0", "-1", "9" * 19, "9" * 30, "second", "", "1.2.3", "\u0663", "99999999.1"])
def test_an_odd_place_to_go_on_from_answers_a_page(client, after):
    factories.make_video("A film")
    for order in ("best", "newest", "odd"):
        assert titles_for(client, "film", after=after, order=order) in ([], ["A film"])
    assert titles_for(client, "film", sections_after=after) == ([] if after else ["A film"])


@pytest.fixture
def three_on_a_page(monkeypatch):
    monkeypatch.setattr(search, "VIDEOS_PER_PAGE", 3)


def many_videos(number):
    section, file, now = factories.make_section("Everything"), factories.make_video_file(), timezone.now()
    for index in range(number):
        fields = {"title": f"Film {index}", "slug": f"film-{index}", "video_file": file}
        video = VideoPage(**fields, first_published_at=now + dt.timedelta(minutes=index))
        section.add_child(instance=video)


@pytest.mark.parametrize("order", ["best", "newest"])
def test_long_results_go_on_at_further_pages_until_each_film_was_shown_once(client, order, three_on_a_page):
    many_videos(7)
    titles, after = [], ""
    for page in range(3):
        response = client.get(SEARCH, {"q": "film", "order": order, "after": after})
        titles += [card.title for card in response.context["cards"]]
        after = response.context["next"]
        assert bool(after) == (page < 2)
        assert (f"after={after}" in response.content.decode()) == (page < 2)
    assert titles == [f"Film {index}" for index in range(6, -1, -1)]


def test_the_status_tells_a_number_only_of_films_that_are_shown(client, three_on_a_page):
    many_videos(5)
    assert "The 3 best matches" in client.get(SEARCH, {"q": "film"}).content.decode()
    assert "The 3 newest films" in client.get(SEARCH, {"q": "film", "order": "newest"}).content.decode()
    assert "1 film with" in client.get(SEARCH, {"q": "film 2"}).content.decode()


def test_a_full_page_offers_no_more_if_only_hidden_films_are_left(client, three_on_a_page):
    many_videos(3)
    hidden = factories.make_section("Hidden", listed="nowhere")
    factories.make_video("Film hidden", section=hidden)
    for order in ("best", "newest"):
        response = client.get(SEARCH, {"q": "film", "order": order})
        assert len(response.context["cards"]) == 3
        assert response.context["next"] == ""
        assert "after=" not in response.content.decode().replace("after=None", "")


def test_the_title_that_is_searched_for_comes_first_and_newest_first_orders_by_date(client):
    factories.make_video("Salt")
    factories.make_video("Salt flats")
    factories.make_video("Old salt")
    assert titles_for(client, "salt") == ["Salt", "Salt flats", "Old salt"]
    assert titles_for(client, "salt", order="newest") == ["Old salt", "Salt flats", "Salt"]


def test_a_typing_error_is_forgiven_and_said_in_words(client):
    factories.make_video("The Mandelbrot set")
    response = client.get(SEARCH, {"q": "mandelbort"})
    assert [card.title for card in response.context["cards"]] == ["The Mandelbrot set"]
    assert "Nothing here has “mandelbort”. These have “Mandelbrot”:" in response.content.decode()


def test_with_few_hits_a_similar_word_is_suggested(client):
    factories.make_video("Harbour")
    factories.make_video("Harbor")
    response = client.get(SEARCH, {"q": "harbor"})
    assert [card.title for card in response.context["cards"]] == ["Harbor"]
    assert f'Did you mean <a href="{SEARCH}?q=Harbour">Harbour</a>?' in response.content.decode()


def test_no_word_of_a_hidden_film_is_suggested(client):
    factories.make_video("Mandelbrot", section=factories.make_section(listed="nowhere"))
    factories.make_video("Harbor")
    factories.make_video("Harbour", listed="unlocked")
    for query in ("mandelbort", "harbor"):
        text = client.get(SEARCH, {"q": query}).content.decode()
        assert "Mandelbrot" not in text and "Harbour" not in text and "Did you mean" not in text


def test_suggestions_name_what_the_page_of_results_shows(client):
    factories.make_video("Salt flats", section=factories.make_section("Salt"))
    factories.make_video("Salt hidden", listed="unlocked")
    found = client.get(SUGGESTIONS, {"q": "sal"}).json()["suggestions"]
    assert [(each["title"], each["kind"]) for each in found] == [("Salt", "section"), ("Salt flats", "film")]
    assert all(each["url"].startswith("/") for each in found)
    assert client.get(SUGGESTIONS, {"q": " "}).json() == {"suggestions": []}
    assert client.get(SUGGESTIONS).headers["Cache-Control"] == "private, no-store"
    assert client.post(SUGGESTIONS).status_code == 405


@pytest.mark.parametrize(("reader", "languages"), [("en", [None, "ja"]), ("ja", ["en", None])])
def test_a_suggestion_names_the_language_of_a_title_in_another_one(client, monkeypatch, reader, languages):
    for title in ("Salt flats", "Salt 塩の湖"):
        factories.make_video(title)
    suggestion = search._suggestion

    def read_by(*about):
        with translation.override(reader):
            return suggestion(*about)

    monkeypatch.setattr(search, "_suggestion", read_by)
    found = client.get(SUGGESTIONS, {"q": "salt"}).json()["suggestions"]
    assert [each.get("lang") for each in sorted(found, key=lambda each: each["title"])] == languages


def test_who_has_unlocked_a_film_finds_its_title_but_not_by_its_section(client):
    section = factories.make_section("Rehearsals", listed="unlocked", password="a-long-password")
    video = factories.make_video("Opening night", section=section, listed="unlocked")
    factories.make_video("Opening day", listed="unlocked")
    assert titles_for(client, "opening") == []
    factories.unlock(client, video)
    for order in ("best", "newest"):
        assert titles_for(client, "opening", order=order) == ["Opening night"]
        assert titles_for(client, "rehearsals", order=order) == []


def test_too_many_searches_at_once_are_refused_with_503(client, monkeypatch):
    factories.get_home()
    monkeypatch.setattr(limits, "_present", threading.BoundedSemaphore(1))
    with limits.search_turn():
        response = client.get(SEARCH, {"q": "film"})
        assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
        assert b"Many people are searching" in response.content
        answer = client.get(SUGGESTIONS, {"q": "film"})
        assert (answer.status_code, answer.json()) == (503, {"suggestions": []})
    assert client.get(SEARCH, {"q": "film"}).status_code == 200


def test_a_search_that_takes_too_long_is_stopped_and_refused_with_503(client, monkeypatch):
    many_videos(1)
    monkeypatch.setattr(limits, "STATEMENT_SECONDS", 0.001)
    monkeypatch.setattr(find, "_ranked", lambda *args: list(slow_rows()))
    assert client.get(SEARCH, {"q": "film"}).status_code == 503


def slow_rows():
    """A query that would take minutes."""
    numbers = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT max(i) FROM n"
    )
    with connection.cursor() as cursor:
        cursor.execute(numbers)
        return cursor.fetchall()


def test_queries_do_not_grow_with_the_number_of_results(client, django_assert_num_queries):
    section = factories.make_section("Film section")
    for _number in range(search.FEW):  # with fewer, similar words are looked for
        factories.make_video("Film", section=section)
    client.get(SEARCH, {"q": "film"})  # warm the site cache
    with CaptureQueriesContext(connection) as baseline:
        client.get(SEARCH, {"q": "film"})
    factories.make_video("Film", section=section)
    factories.make_video("Film", section=factories.make_section("Film, more", password="a-long-password"))
    with django_assert_num_queries(len(baseline)):
        client.get(SEARCH, {"q": "film"})


def test_results_are_kept_out_of_shared_caches(client):
    factories.get_home()
    assert client.get(SEARCH).headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_search_answers_get_and_refuses_other_methods(client, method):
    factories.get_home()
    assert getattr(client, method)(SEARCH).status_code == 405
