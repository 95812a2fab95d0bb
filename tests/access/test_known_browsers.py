"""Browsers behind one address are told apart: who has opened a guard, who has missed, who has done neither."""

import re

import pytest
from django.contrib.auth.hashers import make_password
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import PASSWORD, browser, make_section, make_video, unlock
from video_pages.access import known_browsers
from video_pages.access.guard import guard_of
from video_pages.models import Guess, VideoPage

pytestmark = pytest.mark.django_db
WRONG = "not-the-password"


def with_form(name):
    """A browser that was given a form, and with it the CSRF cookie `name`."""
    client = browser()
    client.cookies["csrftoken"] = name.ljust(32, "x")  # one of another length is replaced by the answer
    return client


def tries(client, page, count, password=WRONG, **extra):
    return [unlock(client, page, password, **extra).status_code for _ in range(count)]


def copy_of(client):
    """Another browser that was given the signed cookie of `client`."""
    other = browser()
    other.cookies[known_browsers.COOKIE] = client.cookies[known_browsers.COOKIE].value
    return other


def test_one_pupil_does_not_lock_out_a_class(video):
    assert tries(with_form("pupil"), video, 6) == [403] * 5 + [429]
    assert tries(with_form("neighbour"), video, 1, PASSWORD) == [303]
    assert tries(with_form("another"), video, 2) == [403, 429]
    assert tries(with_form("another"), video, 1, PASSWORD) == [429]


def test_a_view_of_the_page_identifies_the_browser_and_writes_nothing(video):
    tries(with_form("pupil"), video, 5)
    count = Guess.objects.count()
    client = browser()
    response = client.get(video.url)
    assert set(response.cookies) == {"csrftoken"}
    assert Guess.objects.count() == count
    assert tries(client, video, 1, PASSWORD) == [303]


def test_a_browser_that_shows_no_cookie_gets_no_try_at_a_limited_address(video):
    assert tries(with_form("pupil"), video, 5) == [403] * 5
    assert tries(browser(), video, 1, PASSWORD) == [429]


def test_a_miss_at_one_video_leaves_a_browser_its_try_at_another(video):
    second = make_video()
    tries(with_form("pupil"), second, 5)
    assert tries(with_form("neighbour"), video, 1) == [403]
    assert tries(with_form("neighbour"), second, 1, PASSWORD) == [303]


def test_rows_hold_digests_of_what_tells_browsers_apart(video):
    client = with_form("mine")
    unlock(client, video)
    tries(client, video, 1)
    tries(with_form("another"), video, 1)
    held, _opened = signing.loads(client.cookies[known_browsers.COOKIE].value, salt=known_browsers.SALT)
    digests = list(Guess.objects.values_list("browser", flat=True))
    assert len(set(digests)) == 2 and {len(digest) for digest in digests} == {64}
    assert held not in digests and with_form("another").cookies["csrftoken"].value not in digests


def test_who_has_opened_it_before_keeps_five_tries_at_an_address_that_others_have_used_up(video):
    client = browser()
    unlock(client, video)
    assert tries(with_form("pupil"), video, 6) == [403] * 5 + [429]
    assert tries(client, video, 6) == [403] * 5 + [429]


def test_a_copied_cookie_shares_its_five_tries_at_whatever_address(video):
    client = browser()
    unlock(client, video, REMOTE_ADDR="198.51.100.1")
    limited = {"REMOTE_ADDR": "203.0.113.7"}
    tries(with_form("pupil"), video, 5, **limited)
    assert tries(copy_of(client), video, 3, REMOTE_ADDR="198.51.100.2") == [403] * 3
    assert tries(copy_of(client), video, 3, **limited) == [403, 403, 429]
    assert tries(client, video, 1, REMOTE_ADDR="198.51.100.1") == [429]


def test_a_new_password_ends_what_the_cookie_is_worth_and_the_same_password_set_anew_too(video):
    client = browser()
    unlock(client, video)
    for password in ("a-new-password", PASSWORD):
        video.set_password(password)
        tries(with_form("pupil"), video, 5, REMOTE_ADDR="203.0.113.7")
        stale = copy_of(client)
        assert tries(stale, video, 2, REMOTE_ADDR="203.0.113.7")[1] == 429  # one try, as any other browser
        Guess.objects.all().delete()


def test_a_rehash_is_not_a_new_password_for_the_cookie_either(video):
    client = browser()
    unlock(client, video)
    VideoPage.objects.filter(pk=video.pk).update(password_hash=make_password(PASSWORD))
    tries(with_form("pupil"), video, 5)
    assert tries(client, video, 5) == [403] * 5


def test_opening_one_guard_says_nothing_of_another(video):
    client = browser()
    unlock(client, make_video())
    tries(with_form("pupil"), video, 5)
    assert tries(client, video, 2) == [403, 429]


def test_a_cookie_older_than_ninety_days_is_as_good_as_none(video, monkeypatch):
    client = browser()
    unlock(client, video)
    tries(with_form("pupil"), video, 5)
    with monkeypatch.context() as later:
        later.setattr(known_browsers, "COOKIE_SECONDS", -1)
        assert tries(client, video, 1) == [429]
    assert known_browsers.COOKIE_SECONDS == 90 * 24 * 60 * 60


@pytest.mark.parametrize("held", [["video:1"], ["id"], ["id", []], [1, {}], {"id": {}}, "text", None])
def test_a_cookie_of_another_shape_is_as_good_as_none(video, held):
    client = with_form("mine")
    client.cookies[known_browsers.COOKIE] = signing.dumps(held, salt=known_browsers.SALT)
    assert tries(client, video, 1, PASSWORD) == [303]
    noted = signing.loads(client.cookies[known_browsers.COOKIE].value, salt=known_browsers.SALT)[1]
    assert {key: date for key, (date, _end) in noted.items()} == {guard_of(video).key: guard_of(video).password_date}


def test_the_cookie_keeps_its_id_and_forgets_the_oldest_guards(video, monkeypatch):
    monkeypatch.setattr(known_browsers, "MAX_GUARDS", 2)
    client, others = browser(), [make_video(), make_section(password=PASSWORD)]
    unlock(client, video)
    first, _opened = signing.loads(client.cookies[known_browsers.COOKIE].value, salt=known_browsers.SALT)
    for page in others:
        unlock(client, page)
    last, opened = signing.loads(client.cookies[known_browsers.COOKIE].value, salt=known_browsers.SALT)
    assert first == last
    assert list(opened) == [guard_of(page).key for page in others]


def test_forty_guards_fit_into_a_cookie():
    guards = {f"section:{number + 10**9}": 1_795_903_947_194_869 for number in range(known_browsers.MAX_GUARDS)}
    assert len(signing.dumps(["x" * 22, guards], salt=known_browsers.SALT)) < 3500


def message_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_first_miss_behind_a_limited_address_says_that_others_used_the_tries(video):
    other, visitor = with_form("another"), with_form("visitor")
    answers = [unlock(other, video, WRONG) for _ in range(5)]
    assert "No try is left." in message_of(answers[-1])
    assert "Others on the same network" not in message_of(answers[-1])
    answer = unlock(visitor, video, WRONG)
    assert answer.status_code == 403
    assert "No try is left. Others on the same network typed wrong passwords, too" in message_of(answer)
    answer = unlock(visitor, video, WRONG)
    assert answer.status_code == 429
    assert "then try again. Others on the same network" in message_of(answer)


@pytest.mark.parametrize("make", [make_video, lambda: make_section(password=PASSWORD)])
def test_the_limit_is_shown_when_the_page_is_loaded_again_and_costs_others_no_query(make, django_assert_num_queries):
    page, limited = make(), with_form("limited")
    for _ in range(2):  # what is read once is read, and what the first request makes is made
        with_form("first").get(page.url)
    with CaptureQueriesContext(connection) as before:
        with_form("other").get(page.url)
    count = len(before)
    for _ in range(5):
        unlock(limited, page, WRONG)
    answer = limited.get(page.url)
    assert answer.status_code == 200
    assert "Too many tries: wait 15 minutes" in message_of(answer)
    assert 'data-wait-seconds="' in message_of(answer)
    with django_assert_num_queries(count):
        other = with_form("other").get(page.url)
    assert "Too many tries" not in message_of(other)
    Guess.objects.all().delete()
    assert "Too many tries" not in message_of(limited.get(page.url))
