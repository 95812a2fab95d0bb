"""Every search of the site takes whatever is typed: the query language of the engine is not the visitor's."""

import itertools
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from modelsearch.query import MATCH_ALL, MATCH_NONE, And, Not, Or, Phrase, PlainText
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page
from wagtail.search.backends import get_search_backend
from wagtailmedia.models import get_media_model

from site_config.search.own_index import MOST_WORDS, clean
from tests import factories, fuzz
from tests.site_config.addresses import patterns
from video_pages.models import VideoIndexPage, VideoPage

pytestmark = pytest.mark.django_db

SYNTAX = (
    *('"', '5" film', '""', '"a" "b', '"a" OR', "a AND", "NOT", "NEAR(a b)", "NEAR(", "a NEAR b", "*", "a*", "^x"),
    *("a:b", "{a}: b", "-a", "(", ")", "(a", "+", "\\", "%", "%s", "'", "''", "a'b", "\u201c", "\u00a0", "a \x01 b"),
    *("a " * 2000, "\" '" * 600, 'a "b" ' * 600),
)
ALSO = (
    "admin/pages/{page}/?q=",
    "admin/pages/{page}/results/?q=",
    "admin/images/chooser/results/?q=",
    "admin/media/chooser/video/?q=",
    "admin/media/chooser/video/results/?q=",
    "admin/pages/usage/video_pages/videopage/?q=",
    "admin/pages/usage/video_pages/videopage/results/?q=",
    "admin/choose-page/{page}/?q=",
    "admin/bulk/wagtailimages/image/delete/?id=all&q=",
    "admin/bulk/wagtailcore/page/publish/?id=all&q=",
    "admin/bulk/auth/user/delete/?id=all&q=",
)
"""Addresses with arguments: the others are found by asking each."""


def searches(client):
    """Return the addresses, up to the typed text, whose answers ask the index of SQLite or PostgreSQL."""
    page = factories.get_home().pk
    plain = sorted(pattern for pattern in patterns() if "<" not in pattern)
    asked = [f"{address}?{'search' if 'api' in address else 'q'}=" for address in plain]
    asked += [each.format(page=page) for each in ALSO]
    found = []
    for address in asked:
        with CaptureQueriesContext(connection) as queries:
            for _block in client.get(f"/{address}film"):
                pass
        if any(re.search(r" MATCH |@@", query["sql"]) for query in queries):
            found.append(f"/{address}")
    return found


@pytest.mark.walk
def test_no_search_of_the_site_fails_on_what_is_typed():
    factories.make_video("A film")
    get_image_model().objects.create(title="A film", file=get_test_image_file())
    client = factories.browser(factories.make_superuser())
    addresses = searches(client)
    for part in ("/search/", "/admin/images/?", "/admin/media/?", f"/admin/pages/{factories.get_home().pk}/?"):
        assert any(address.startswith(part) for address in addresses), (part, addresses)
    for part in (
        "choose-page",
        "chooser/video",
        "pages/usage",
        "bulk/wagtailimages",
        "api/main/pages",
        "api/main/images",
    ):
        assert any(part in address for address in addresses), (part, addresses)
    texts = itertools.cycle(SYNTAX)
    for address in addresses:
        # Each gets some of the texts, other ones than the next; `test_each_text_is_answered_by_the_index` has them all.
        for typed in itertools.islice(texts, 5):
            path, _, query = address.partition("?")
            *others, field = query.removesuffix("=").split("&")
            sent = dict(other.split("=") for other in others) | {field: typed}
            response = client.get(path, sent)
            for _block in response:
                pass
            assert response.status_code < 500, (address, typed[:40])


def test_each_text_is_answered_by_the_index():
    backend = get_search_backend()
    for model in (Page, VideoPage, VideoIndexPage, get_image_model(), get_media_model()):
        for ask, typed in itertools.product((backend.search, backend.autocomplete), SYNTAX):
            list(ask(typed, model.objects.all()))


@fuzz.fuzzed(100)
@given(st.text(st.sampled_from("ab \"'*^:(){}+-\\%\0\x01,. NEARANDOT\u0301\u00e9")), st.sampled_from(["and", "or"]))
def test_a_query_of_any_kind_is_answered_by_the_index(typed, operator):
    list(VideoPage.objects.search(typed, operator=operator))
    list(VideoPage.objects.autocomplete(typed, operator=operator))
    list(VideoPage.objects.search(And([PlainText(typed), Or([Phrase(typed), PlainText("film")])])))


def test_words_around_a_quotation_mark_are_found():
    video = factories.make_video('The 5" film')
    assert list(VideoPage.objects.autocomplete('5" fil')) == [video]
    assert list(VideoPage.objects.search('"5 film"')) == [video]
    assert list(VideoPage.objects.autocomplete("5 & film")) == [video]
    assert list(VideoPage.objects.autocomplete('"')) == []


def test_a_query_has_a_bounded_number_of_words():
    cleaned = clean(And([PlainText("a " * 40), Phrase("b " * 40)]))
    assert [len(part.query_string.split()) for part in cleaned.subqueries] == [40, MOST_WORDS - 40]


def test_what_is_left_of_a_query_without_words():
    assert clean(PlainText('" \0 *')) is MATCH_NONE
    assert clean(MATCH_ALL) is MATCH_ALL
    assert repr(clean(And([PlainText('"'), Phrase("a")]))) == repr(Phrase("a"))
    assert repr(clean(Not(PlainText('"')))) == repr(Not(MATCH_ALL))


def test_the_title_that_was_typed_comes_first_and_other_kinds_are_not_found():
    for title in ("Salt", "Salt flats", "Old salt"):
        factories.make_video(title, section=factories.get_home().get_first_child() or factories.make_section("Salt"))
    assert [page.title for page in VideoPage.objects.autocomplete("salt")] == ["Salt", "Salt flats", "Old salt"]
    assert [page.title for page in VideoIndexPage.objects.search("salt")] == ["Salt"]
    ordered = VideoPage.objects.order_by("title").autocomplete("salt", order_by_relevance=False)
    assert [page.title for page in ordered] == ["Old salt", "Salt", "Salt flats"]


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL ranks each hit once")
def test_the_work_of_a_search_grows_with_the_hits_and_not_with_their_square():
    section, file = factories.make_section(), factories.make_video_file()

    def steps():
        list(VideoPage.objects.autocomplete("common")[:20])  # updates the index first
        count = itertools.count()
        connection.connection.set_progress_handler(lambda: next(count) and None, 100)
        list(VideoPage.objects.autocomplete("common")[:20])
        connection.connection.set_progress_handler(None, 0)
        return next(count)

    made = []
    for number in (30, 90):
        for _index in range(number):
            factories.make_video("Common title", section=section, video_file=file, password=None)
        made.append(steps())
    assert made[1] < 6 * made[0], made


@pytest.mark.parametrize("url", ["sqlite:///{folder}/unused.sqlite3", "postgres://u:p@127.0.0.1:1/unused"])
def test_backend_of_each_database_is_loaded_without_the_models_of_the_other(url, tmp_path):
    """In a process of its own, because the models of one database alone are loaded."""
    environment = {
        **os.environ,
        "DATABASE_URL": url.format(folder=tmp_path),
        "ENV_FILE": "-",
        "DATA_DIR": str(tmp_path),
        "LOG_LEVEL": "ERROR",
    }
    environment |= {"DJANGO_SETTINGS_MODULE": "site_config.settings.dev", "SECRET_KEY": "k" * 25 + tmp_path.name * 5}
    load = "import django; django.setup(); from wagtail.search.backends import get_search_backend as get; print(get())"
    command = [sys.executable, "-c", load]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "SearchBackend" in done.stdout
