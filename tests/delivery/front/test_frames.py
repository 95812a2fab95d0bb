"""The key of a frame stands in the address; then neither the session nor its odd forms count."""

import pytest

from tests.delivery.frames import frame_url, open_frame
from tests.delivery.front.same_replies import MADE, address, remember_view, same
from tests.delivery.wsgi_requests import ask, front

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_memory")]


@pytest.fixture
def key(video):
    made = open_frame(video)
    remember_view(video)
    return made


@pytest.mark.parametrize("name", ["source", "poster", "hls/master.m3u8", f"{MADE}/720p.mp4"])
def test_it_opens_without_a_session_or_with_any(video, key, name):
    for cookie in (None, "a" * 32, "no key of a session"):
        assert same(frame_url(video, key, name), cookie=cookie).status == "200 OK"


def test_another_key_is_refused_by_the_view_whatever_the_session_opens(video, cookie):
    assert same(frame_url(video, "A" * 43), cookie=cookie, is_passed=True).status == "403 Forbidden"


def test_the_key_in_the_place_of_a_session_opens_nothing(video, key):
    for planted in (key, f"~{key}"):
        assert same(address(video), cookie=planted, is_passed=True).status == "403 Forbidden"


def test_a_verdict_takes_one_query_and_then_none(video, key, django_assert_num_queries):
    for number in (1, 0):
        with django_assert_num_queries(number):
            assert ask(front(), frame_url(video, key)).status == "200 OK"
