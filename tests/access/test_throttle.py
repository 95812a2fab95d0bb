"""The limit on guesses: five in 15 minutes by client and guard, exact over processes, and never shut to everyone."""

import datetime as dt

import pytest
from django.core import signing
from django.test import RequestFactory
from django.utils import timezone

from tests.factories import PASSWORD, browser, make_section, make_video, unlock
from video_pages.access import guess_limit, passwords, throttle
from video_pages.access.browser import client_address, network_of
from video_pages.access.guard import guard_of
from video_pages.models import Guess, VideoAccessSession

pytestmark = pytest.mark.django_db
WRONG = "not-the-password"
CLIENT = guess_limit.Guesser("client")


def miss(page, times, address="203.0.113.7", client=None):
    return [unlock(client or browser(), page, WRONG, REMOTE_ADDR=address).status_code for _ in range(times)]


def test_after_five_misses_the_sixth_try_answers_429_and_says_when_to_come_back(video):
    assert miss(video, 5) == [403] * 5
    response = unlock(browser(), video, PASSWORD, REMOTE_ADDR="203.0.113.7")
    assert response.status_code == 429
    assert 14 * 60 < int(response.headers["Retry-After"]) <= 15 * 60
    page = response.content.decode()
    assert "Too many tries: wait 15 minutes" in page and 'role="alert"' in page
    assert not VideoAccessSession.objects.exists()


def test_once_limited_nothing_is_hashed_and_nothing_written(video, monkeypatch, django_assert_max_num_queries):
    miss(video, 5)
    monkeypatch.setattr(passwords, "check_password", lambda *args: pytest.fail("hashed"))
    before = Guess.objects.count()
    client = browser()
    unlock(client, video, PASSWORD, REMOTE_ADDR="203.0.113.7")
    assert Guess.objects.count() == before
    assert "sessionid" not in client.cookies


def test_another_client_still_opens_what_one_client_guesses_at(video):
    miss(video, 5)
    assert unlock(browser(), video, REMOTE_ADDR="203.0.113.8").status_code == 303


def test_another_video_is_counted_apart(video):
    miss(video, 5)
    assert unlock(browser(), make_video(), REMOTE_ADDR="203.0.113.7").status_code == 303


def test_a_sections_password_is_counted_once_for_all_its_videos():
    section = make_section(password=PASSWORD)
    videos = [make_video(section=section, password=None) for _ in range(3)]
    assert miss(videos[0], 2) + miss(videos[1], 2) + miss(section, 1) == [403] * 5
    assert miss(videos[2], 1) == [429]
    assert miss(section, 1) == [429]


def test_the_right_password_is_not_counted(video):
    for _ in range(8):
        assert unlock(browser(), video, REMOTE_ADDR="203.0.113.7").status_code == 303
    assert miss(video, 5) == [403] * 5


def test_a_right_password_does_not_forgive_the_misses_before_it(video):
    miss(video, 4)
    assert unlock(browser(), video, REMOTE_ADDR="203.0.113.7").status_code == 303
    assert miss(video, 2) == [403, 429]


def test_a_try_is_free_again_when_the_oldest_miss_is_fifteen_minutes_old(video):
    guard, now = guard_of(video), timezone.now()
    for minute in range(5):
        throttle.count_miss(throttle.admit(guard, CLIENT, now=now + dt.timedelta(minutes=minute)))
    with pytest.raises(throttle.TooManyGuesses) as limited:
        throttle.admit(guard, CLIENT, now=now + dt.timedelta(minutes=5))
    assert limited.value.retry_after == 10 * 60
    with pytest.raises(throttle.TooManyGuesses):
        throttle.admit(guard, CLIENT, now=now + dt.timedelta(minutes=14, seconds=59))
    throttle.count_miss(throttle.admit(guard, CLIENT, now=now + dt.timedelta(minutes=15)))
    with pytest.raises(throttle.TooManyGuesses):
        throttle.admit(guard, CLIENT, now=now + dt.timedelta(minutes=15))


def besiege(guard, now, misses=101):
    Guess.objects.bulk_create(
        Guess(guard=guard.key, client=f"bot {number}", made_at=now - dt.timedelta(minutes=30))
        for number in range(misses)
    )


def test_a_guard_under_siege_gives_each_client_one_try_and_the_right_password_still_opens(video):
    guard, now = guard_of(video), timezone.now()
    besiege(guard, now, misses=100)
    assert miss(video, 2, address="198.51.100.1") == [403, 429]  # the first of them made it 101
    assert unlock(browser(), video, REMOTE_ADDR="198.51.100.2").status_code == 303
    assert unlock(browser(), video, REMOTE_ADDR="198.51.100.1").status_code == 429


def test_a_browser_that_has_opened_the_guard_before_keeps_its_five_tries_under_siege(video):
    known = browser()
    assert unlock(known, video, REMOTE_ADDR="198.51.100.3").status_code == 303
    besiege(guard_of(video), timezone.now())
    assert miss(video, 4, address="198.51.100.3", client=known) == [403] * 4
    assert unlock(known, video, REMOTE_ADDR="198.51.100.3").status_code == 303
    assert miss(video, 2, address="198.51.100.3", client=known) == [403, 429]


def test_the_cookie_of_a_known_browser_is_signed_and_says_nothing_of_other_guards(video):
    known = browser()
    unlock(known, make_video(), REMOTE_ADDR="198.51.100.3")
    besiege(guard_of(video), timezone.now())
    assert miss(video, 2, address="198.51.100.3", client=known) == [403, 429]
    forger = browser()
    forger.cookies["known_browser"] = signing.dumps([guard_of(video).key], key="another key", salt="x")
    assert miss(video, 2, address="198.51.100.4", client=forger) == [403, 429]


def test_a_forged_forwarding_header_changes_nothing(video):
    for number in range(5):
        header = {"HTTP_X_FORWARDED_FOR": f"192.0.2.{number}", "REMOTE_ADDR": "203.0.113.7"}
        assert unlock(browser(), video, WRONG, **header).status_code == 403
    response = unlock(browser(), video, HTTP_X_FORWARDED_FOR="192.0.2.99", REMOTE_ADDR="203.0.113.7")
    assert response.status_code == 429


@pytest.mark.parametrize(
    ("proxies", "header", "expected"),
    [
        (0, "192.0.2.1", "203.0.113.7"),
        (1, "192.0.2.1", "192.0.2.1"),
        (1, "6.6.6.6, 192.0.2.1", "192.0.2.1"),
        (2, "6.6.6.6, 192.0.2.1, 10.0.0.2", "192.0.2.1"),
        (2, "192.0.2.1", "203.0.113.7"),
        (1, "", "203.0.113.7"),
        (1, "nonsense", "unknown"),
        (1, " , ,", "203.0.113.7"),
        (1, "192.0.2.1:4711", "192.0.2.1"),
        (1, "6.6.6.6:1, 192.0.2.1:4711", "192.0.2.1"),
        (2, "[2001:db8:1:2::9]:4711, 10.0.0.2", "2001:db8:1:2::/64"),
        (1, "[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
        (1, "2001:db8:1:2::9", "2001:db8:1:2::/64"),
        (1, '"[2001:db8:1:2::9]:4711"', "2001:db8:1:2::/64"),
        (1, "[::ffff:192.0.2.1]:4711", "192.0.2.1"),
        (1, "[fe80::1%25eth0]:80", "fe80::/64"),
        (1, "192.0.2.1:", "192.0.2.1"),
        (1, "[", "unknown"),
        (1, "]:80", "unknown"),
        (1, ":80", "unknown"),
        (1, "9" * 5000, "unknown"),
    ],
)
def test_forwarding_is_believed_only_as_far_as_our_own_proxies_reach(settings, proxies, header, expected):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="203.0.113.7", HTTP_X_FORWARDED_FOR=header)
    assert client_address(request.META) == expected


def test_ipv6_is_counted_by_its_64_bit_network_and_mapped_ipv4_as_ipv4():
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::1") == "2001:db8:1:2::/64"
    assert network_of("2001:db8:1:3::1") != network_of("2001:db8:1:2::1")
    assert network_of("::ffff:203.0.113.7") == "203.0.113.7"
    assert network_of("fe80::1%eth0") == "fe80::/64"
    assert network_of("192.0.2.1:80") != network_of("192.0.2.2:80")
    assert network_of("") == network_of("'; drop table") == "unknown"


def test_no_address_is_kept(video):
    miss(video, 1)
    guess = Guess.objects.get()
    assert len(guess.client) == 64 and "203" not in guess.guard


def test_misses_from_the_future_count_for_a_while_and_then_no_more(video):
    """A clock set back by ten minutes gives no new tries; one set back by a day locks nobody out for a day."""
    guard, now = guard_of(video), timezone.now()
    for _ in range(5):
        throttle.count_miss(throttle.admit(guard, CLIENT, now=now))
    with pytest.raises(throttle.TooManyGuesses) as limited:
        throttle.admit(guard, CLIENT, now=now - dt.timedelta(minutes=10))
    assert limited.value.retry_after <= 15 * 60
    throttle.admit(guard, CLIENT, now=now - dt.timedelta(days=1))


def test_old_guesses_are_purged_after_two_hours(video):
    miss(video, 3)
    now = timezone.now()
    # An hour is what the limits count; the other is for a clock that is set back.
    assert throttle.purge(now=now + dt.timedelta(hours=1, minutes=59)) == 0
    assert throttle.purge(now=now + dt.timedelta(hours=2, minutes=1)) == 3
