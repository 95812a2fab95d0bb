"""The page of a player is sent compressed where its length tells nobody anything."""

import gzip

import pytest

from tests import factories
from video_pages.pages.compressed import accepts_gzip

pytestmark = pytest.mark.django_db
ACCEPTED = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture
def film():
    return factories.make_video()


@pytest.fixture
def viewer(film):
    browser = factories.browser()
    assert factories.unlock(browser, film).status_code == 303
    return browser


def test_a_browser_that_accepts_gzip_gets_the_same_page_in_a_third_of_the_bytes(film, viewer):
    plain, packed = viewer.get(film.url), viewer.get(film.url, headers=ACCEPTED)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.content) < len(plain.content) / 3
    assert b'id="player"' in gzip.decompress(packed.content)
    assert packed.headers["Cache-Control"] == plain.headers["Cache-Control"]


def test_the_length_is_random(film, viewer):
    assert len({len(viewer.get(film.url, headers=ACCEPTED).content) for _visit in range(8)}) > 1


def test_a_request_with_a_query_is_answered_uncompressed(film, viewer):
    """Text that others put into the page would let them measure its secrets by the length (BREACH)."""
    assert "Content-Encoding" not in viewer.get(f"{film.url}?t=5", headers=ACCEPTED).headers


def test_a_locked_page_is_not_compressed(film):
    assert "Content-Encoding" not in factories.browser().get(film.url, headers=ACCEPTED).headers


def test_a_browser_that_refuses_gzip_gets_plain_text_and_caches_keep_the_two_apart(film, viewer):
    answers = [viewer.get(film.url, headers={"Accept-Encoding": value}) for value in ("gzip;q=0, br", "gzip")]
    assert ["Content-Encoding" in answer.headers for answer in answers] == [False, True]
    assert all("Accept-Encoding" in answer["Vary"] and "Cookie" in answer["Vary"] for answer in answers)


@pytest.mark.parametrize(
    ("header", "is_accepted"),
    [
        ("gzip", True),
        ("br, GZIP ; q=0.5", True),
        ("gzip;q = 1.000", True),
        ("*", True),
        ("br, *;q=0.1", True),
        ("", False),
        ("br", False),
        ("x-gzipped, notgzip", False),
        ("gzip;q=0", False),
        ("gzip;q=0.000, *", False),
        ("br, gzip; q=0, *;q=0", False),
        ("gzip;q=nonsense", False),
        ("gzip;q=", False),
        ("gzip;level=9", False),
        (",;,=;q", False),
    ],
)
def test_gzip_is_accepted_if_it_is_named_or_anything_is_and_not_refused(header, is_accepted):
    assert accepts_gzip(header) is is_accepted
