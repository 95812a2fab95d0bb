"""Two web servers as one site: access, its end and guesses are the same at both."""

import time

import pytest

from tests.scale.visitor import Visitor
from tests.waiting import wait_for
from video_pages.access.guess_limit import TRIES
from video_pages.access.models import VideoAccessSession
from video_pages.delivery.verdicts import MOST_AGE

FIRST, SECOND = 0, 1
ACCESS = VideoAccessSession._meta.db_table


def has_player(answer):
    return 'id="player"' in answer.text


def has_form(answer):
    return 'name="password"' in answer.text


def test_what_one_server_writes_the_other_sees(site, film):
    """A visitor unlocks at one server and watches at the other; an editor signs in at one and works at the other."""
    visitor = Visitor(site)
    assert has_form(visitor.ask(film.path, at=SECOND))
    assert visitor.unlock(film, at=FIRST) == 303
    assert has_player(visitor.ask(film.path, at=SECOND)) and has_player(visitor.ask(film.path))
    assert visitor.watch(film) == 206
    editor = Visitor(site).sign_in(at=SECOND)
    assert editor.ask("/admin/videos/", at=FIRST).status == editor.ask("/admin/videos/").status == 200
    title = f"Seen at both {time.monotonic_ns()}"
    site.rows("UPDATE wagtailcore_page SET title = %s WHERE id = %s", title, film.page_id)
    assert all(title in visitor.ask(film.path, at=server).text for server in (FIRST, SECOND))


@pytest.mark.parametrize("ends_at", [FIRST, pytest.param(SECOND, marks=pytest.mark.soak)])
def test_access_that_ends_at_one_server_ends_at_the_other_within_two_seconds(site, film, visitor, ends_at):
    editor = Visitor(site).sign_in(at=ends_at)
    form = editor.ask(f"/admin/access/{film.page_id}/", at=ends_at)
    assert "End all access" in form.text
    # The gate of both servers knows this browser.
    assert [visitor.watch(film) for _request in range(4)] == [206] * 4
    done = editor.post(f"/admin/access/{film.page_id}/", {"action": "end"}, at=ends_at)
    ended = began = time.monotonic()
    assert done.status == 302
    while visitor.watch(film) != 403:
        assert began - ended < MOST_AGE
        began = time.monotonic()
        time.sleep(0.02)
    assert site.rows(f"SELECT count(*) FROM {ACCESS}") == [(0,)]  # noqa: S608
    wait_for(lambda: time.monotonic() - ended > MOST_AGE)
    assert [visitor.watch(film) for _request in range(8)] == [403] * 8
    assert all(has_form(visitor.ask(film.path, at=server)) for server in (FIRST, SECOND))


def test_guesses_at_two_servers_count_together(site, film):
    guesser = Visitor(site, address="203.0.113.50")
    tries = [guesser.unlock(film, "not the password", at=number % 2) for number in range(TRIES + 2)]
    assert tries == [403] * TRIES + [429] * 2
    assert guesser.unlock(film, "not the password", at=FIRST) == 429
    assert Visitor(site, address="203.0.113.51").unlock(film, at=SECOND) == 303
