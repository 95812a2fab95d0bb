"""One table of queries and results for both databases. `tests/test_postgresql.py` runs this module on PostgreSQL."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factories, fuzz
from video_pages.access.listed import viewer_with
from video_pages.models import VideoIndexPage, VideoPage
from video_pages.search.find import Searcher, SearchOrder, forgiving
from video_pages.search.words import query_of

pytestmark = pytest.mark.django_db

SECTIONS = {
    "": ["Plain title"],
    "Łódź 2026": ["Straße nach Łódź", "Crème brûlée"],
    "世界": ["東京タワーの夜", "世界地图"],
}
TITLES = [
    *("Salt", "Salt flats", "The salt flats, second cut", "Basalt", "Salted caramel"),
    *("København by night", "İstanbul'da ISPARTA", "Ærø", "film film film", '5" nail & "quotes"', "C++ in 10 minutes"),
    *("한국어 영화", "ภาษาไทยง่าย", "Ёлка", "हिन्दी फ़िल्म", "Ὀδύσσεια", "naïve café", "S01E02", "100% a_b\\c"),
]
DESCRIPTIONS = {"Salt": "<p>A <b>gardener</b> at work</p>", "Basalt": "<p>Hidden gardener</p>"}
SHOWN = {"Salt"}
# query: titles in the order of "best match"; after the newest comes the one made before it.
TABLE = {
    "salt": ["Salt", "Salt flats", "Salted caramel", "The salt flats, second cut"],
    "SALT fl": ["Salt flats", "The salt flats, second cut"],
    "flats salt": ["Salt flats", "The salt flats, second cut"],
    "sal fla sec": ["The salt flats, second cut"],
    "strasse": ["Straße nach Łódź"],
    "STRAẞE": ["Straße nach Łódź"],
    "lodz creme": ["Crème brûlée"],
    "brûlee": ["Crème brûlée"],
    "kobenhavn": ["København by night"],
    "istanbul ısparta": ["İstanbul'da ISPARTA"],
    "aero": ["Ærø"],
    "елк": ["Ёлка"],
    "οδυσσ": ["Ὀδύσσεια"],
    "cafe naive": ["naïve café"],
    "東京": ["東京タワーの夜"],
    "タワー": ["東京タワーの夜"],
    "夜": ["東京タワーの夜"],
    "界地": ["世界地图"],
    "世界": ["世界地图", "東京タワーの夜"],
    "图世": [],
    "국어": ["한국어 영화"],
    "ไทย": ["ภาษาไทยง่าย"],
    "हिन्दी": ["हिन्दी फ़िल्म"],
    "gardener": ["Salt"],
    "film": ["film film film"],
    "s01": ["S01E02"],
    '5"': ['5" nail & "quotes"'],
    '"quotes': ['5" nail & "quotes"'],
    "c++": [
        "C++ in 10 minutes",
        "Crème brûlée",
        "100% a_b\\c",
        "naïve café",
        "Salted caramel",
        "The salt flats, second cut",
    ],
    "100%": ["100% a_b\\c"],
    "a_b\\": ["100% a_b\\c"],
    "nothing here": [],
    "": [],
    "   ": [],
    "'; DROP TABLE": [],
    "NEAR(salt flats)": [],
    "salt OR nothing": [],
    "salt -flats": ["Salt flats", "The salt flats, second cut"],
    "salt*": ["Salt", "Salt flats", "Salted caramel", "The salt flats, second cut"],
    "title_words:salt": [],
    "salt & !flats": ["Salt flats", "The salt flats, second cut"],
    "salt <-> flats": ["Salt flats", "The salt flats, second cut"],
    "salt:*A": ["Salt"],  # its description has a word with A
    "{}:()^+\x00\x01": [],
    "salt " * 60: ["Salt", "Salt flats", "Salted caramel", "The salt flats, second cut"],
    "x" * 5000: [],
}
FORGIVEN = {
    "slat flats": ["Salt flats", "The salt flats, second cut"],
    "flasts": ["Salt flats", "The salt flats, second cut"],
    "carmel": ["Salted caramel"],
    "kobenhaven": ["København by night"],
    "strase": ["Straße nach Łódź"],
    "istambul": ["İstanbul'da ISPARTA"],
    "kaffe": [],
    "mniutes": ["C++ in 10 minutes"],
    "lodx creme": ["Crème brûlée"],
}


@pytest.fixture
def searcher():
    return make_site()


def make_site():
    """Make the pages of the table, each newer than the one before, and return a Searcher for a stranger."""
    file = factories.make_video_file()
    for title in TITLES:
        fields = {"description": DESCRIPTIONS.get(title, ""), "show_description": title in SHOWN}
        factories.make_video(title, section=the_section("Zoo"), video_file=file, password=None, **fields)
    for section, titles in SECTIONS.items():
        for title in titles:
            factories.make_video(title, section=the_section(section or "Zoo"), video_file=file, password=None)
    hidden = factories.make_section("Hidden", listed="nowhere")
    factories.make_video("Salt film strasse 東京 gardener", section=hidden, video_file=file, password=None)
    return Searcher(viewer_with(), factories.get_home())


def the_section(title):
    return VideoIndexPage.objects.filter(title=title).first() or factories.make_section(title)


def titles(hits):
    return [page.title for page in hits.pages]


def test_every_query_of_the_table_finds_the_same_on_each_database(searcher):
    found = {query: titles(searcher.videos(query_of(query), limit=20)) for query in TABLE}
    assert found == TABLE
    for query, expected in TABLE.items():
        newest = searcher.videos(query_of(query), limit=20, order=SearchOrder.NEWEST)
        places = [page.pk for page in newest.pages]
        assert places == sorted(places, reverse=True)
        assert sorted(titles(newest)) == sorted(expected)


def test_typing_errors_are_forgiven_in_the_same_way(searcher):
    for query, expected in FORGIVEN.items():
        assert titles(searcher.videos(query_of(query), limit=20)) == []
        wider = forgiving(query_of(query))
        assert (titles(searcher.videos(wider, limit=20)) if wider else []) == expected, query


def test_sections_are_found_by_their_titles(searcher):
    assert titles(searcher.sections(query_of("lodz"), limit=5)) == ["Łódź 2026"]
    assert titles(searcher.sections(query_of("世"), limit=5)) == ["世界"]
    assert titles(searcher.sections(query_of("hidden"), limit=5)) == []


@pytest.mark.fuzzed
def test_any_text_is_answered(searcher):
    @fuzz.fuzzed(150)
    @given(st.text(st.sampled_from("ab \"'*^:(){}+-\\%\0\x01,. NEARANDOT&|!<>\u0301\u00e9世界ไ")) | fuzz.texts())
    def answered(typed):
        query = query_of(typed)
        for order in SearchOrder.values:
            searcher.videos(query, order=order, limit=3, after=typed[:20])
        wider = forgiving(query)
        if wider:
            searcher.sections(wider, limit=3)

    answered()


@pytest.mark.fuzzed
def test_any_title_is_found_by_itself():
    section, file = factories.make_section(), factories.make_video_file()
    searcher = Searcher(viewer_with(), factories.get_home())
    video = factories.make_video("First", section=section, video_file=file)

    @fuzz.fuzzed(30)
    @given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40))
    def found(title):
        if not title.strip():
            return
        video.title = title
        video.save()
        query = query_of(title)
        assert titles(searcher.videos(query, limit=3)) == ([title] if query else [])

    found()
    assert VideoPage.objects.count() == 1
