"""The visitor of a request: one value for each request, whose costly parts are computed on demand."""

import pytest
from django.test import RequestFactory

from tests.factories import browser, make_video, unlock
from video_pages.access import known_browsers
from video_pages.access.visitor import Visitor, visitor_of

COSTLY = {"address", "network", "known_browser", "guesser"}


@pytest.mark.django_db
def test_a_request_for_bytes_parses_no_address_and_checks_no_signature(django_capture_on_commit_callbacks):
    video, viewer = make_video(), browser()
    with django_capture_on_commit_callbacks(execute=True):
        unlock(viewer, video)
        viewer.get(f"/stream/{video.uuid}/source", headers={"Range": "bytes=0-9"})
    stranger = browser()
    assert stranger.get(video.url).status_code == 200
    for client, name, status in (
        (viewer, "source", 206),
        (viewer, "status", 200),
        (stranger, "source", 403),
        (stranger, "status", 403),
    ):
        answer = client.get(f"/stream/{video.uuid}/{name}", headers={"Range": "bytes=0-9"})
        assert answer.status_code == status
        assert COSTLY.isdisjoint(vars(visitor_of(answer.wsgi_request))), (name, status)


@pytest.mark.django_db
def test_one_attempt_reads_each_part_once_from_the_request_that_it_came_with():
    answer = unlock(browser(REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="Firefox/140.0"), make_video(), "not-it")
    visitor = visitor_of(answer.wsgi_request)
    assert visitor is visitor_of(answer.wsgi_request)
    assert visitor.guesser is visitor.guesser
    assert (visitor.address, visitor.network, visitor.browser_family) == ("192.0.2.7", "192.0.2.0/24", "Firefox")
    assert visitor.browser.keys == () and visitor.known_browser is None


def test_a_client_without_anything_is_a_visitor_too():
    visitor = visitor_of(RequestFactory(REMOTE_ADDR="").get("/"))
    for somebody in (visitor, Visitor()):
        assert (somebody.address, somebody.network, somebody.browser_family) == ("unknown", "", "")
        assert len(somebody.guesser.client) == 64 and not somebody.guesser.browser
        assert not somebody.is_automatic and not somebody.opts_out_of_tracking


def test_a_visitor_in_a_log_shows_no_cookie_and_no_id():
    cookies = {known_browsers.COOKIE: "a-secret", "sessionid": "a-secret"}
    visitor = Visitor(cookies=cookies, meta={"HTTP_COOKIE": "a-secret"}, viewer_id="a-secret")
    assert "a-secret" not in repr(visitor)
