"""Search finds titles of pages that are listed for the visitor, and nothing else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import PageViewRestriction

from home.views import FILMS_PER_PAGE, LONGEST_QUERY
from tests import factories

pytestmark = pytest.mark.django_db

SEARCH = reverse("search")


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


@pytest.mark.parametrize("shown", [True, False])
def test_a_description_is_never_searched(client, shown):
    factories.make_video("A film", description="<p>The gardener did it.</p>", show_description=shown)
    response = client.get(SEARCH, {"q": "gardener"})
    assert not response.context["cards"]
    assert b"did it" not in response.content


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


def test_an_empty_search_finds_nothing_and_asks_for_a_query(client):
    factories.make_video("A film")
    for query in ("", "   "):
        response = client.get(SEARCH, {"q": query})
        assert not response.context["cards"]
        assert b"Only titles are searched" in response.content


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
    assert client.get(SEARCH, {"q": "a" * 1000}).context["query"] == "a" * LONGEST_QUERY


@pytest.mark.parametrize("page", ["0", "-1", "99999", "second", ""])
def test_an_odd_page_number_gives_a_page_that_exists(client, page):
    factories.make_video("A film")
    assert titles_for(client, "film", p=page) == ["A film"]


def test_long_results_go_on_at_a_second_page_with_the_same_words(client):
    section, file = factories.make_section(), factories.make_video_file()
    for number in range(FILMS_PER_PAGE + 1):
        factories.make_video(f"Film {number}", section=section, video_file=file, password=None)
    first = client.get(SEARCH, {"q": "film"})
    assert len(first.context["cards"]) == FILMS_PER_PAGE
    assert "?q=film&amp;p=2" in first.content.decode()
    assert len(titles_for(client, "film", p=2)) == 1


def test_queries_do_not_grow_with_the_number_of_results(client, django_assert_num_queries):
    section = factories.make_section("Film section")
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
