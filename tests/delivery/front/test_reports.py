"""Watch reports in front of Django: the responses of the view, and the same rows a second later."""

import datetime as dt
import json

import pytest
from django.db.models import F

from site_config.security.request import SiteHandler
from tests import factories
from tests.delivery.addresses import unlocked
from tests.delivery.front.same_replies import address, cookie_of, same
from tests.delivery.wsgi_requests import ask, front
from video_pages.delivery.report_queue import ReportQueue, report_queue
from video_pages.models import VideoAccessSession, VideoPage, VideoView

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_memory")]

BODY = json.dumps({"ranges": [[0, 15]], "referrer": "school.example"}).encode()


@pytest.fixture(autouse=True)
def no_thread(monkeypatch):
    monkeypatch.setattr(ReportQueue, "ensure_running", lambda self: None)
    report_queue.reset()
    yield
    report_queue.reset()


@pytest.fixture
def viewed(video, cookie):
    """The view of the browser with `cookie`, begun a minute ago."""
    row = VideoAccessSession.objects.latest("pk")
    moment = row.created_at - dt.timedelta(minutes=1)
    return VideoView.objects.create(video=video, access_ref=f"session:{row.pk}", started_at=moment)


def post(body=BODY, **more):
    return {"method": "POST", "data": body, "content_type": "application/json", **more}


def test_a_report_is_answered_without_a_query_and_stored_later(video, cookie, viewed, django_assert_num_queries):
    with_front = front()
    ask(with_front, address(video), cookie=cookie)  # the verdict is in memory
    with django_assert_num_queries(0):
        reply = ask(with_front, address(video, "watched"), cookie=cookie, **post())
    assert (reply.status, reply.body) == ("204 No Content", b"")
    assert with_front.application.requests == 0
    report_queue.work()
    viewed.refresh_from_db()
    assert (viewed.watch_seconds, viewed.referrer_host) == (15, "school.example")


REQUESTS = [
    post(),
    post(b""),
    post(b"{"),
    post(b'{"ranges": [[5, 1]]}'),
    post(b"x" * 4096),
    post(headers={"Sec-Fetch-Site": "same-origin"}),
    post(headers={"Sec-Fetch-Site": "cross-site"}),
    post(headers={"Origin": "null"}),
    post(headers={"Origin": "https://elsewhere.example"}),
    post(headers={"Origin": "http://testserver"}),
    post(headers={"DNT": "1"}),
    post(headers={"Sec-GPC": "1"}),
    post(headers={"Accept-Language": "de"}),
    post(headers={"Cookie": f"csrftoken={'c' * 32}; django_language=de"}),
    post(content_type="text/plain; charset=hex"),
    post(content_type="multipart/form-data"),
]


@pytest.mark.parametrize("request_of", REQUESTS, ids=lambda each: str(each)[:70])
def test_the_reply_is_that_of_the_view_header_for_header(video, cookie, viewed, request_of):
    same(address(video, "watched"), cookie=cookie, **request_of)


class Gone:
    """The body of a client that is gone."""

    def read(self, *size):
        raise ConnectionResetError

    readline = read


def test_a_body_that_cannot_be_read_is_refused(video, cookie):
    sent = post(**{"wsgi.input": Gone()})
    assert same(address(video, "watched"), cookie=cookie, **sent).status == "400 Bad Request"


@pytest.mark.parametrize("header", ["DNT", "Sec-GPC"])
def test_a_browser_that_opts_out_has_nothing_stored(video, cookie, header):
    ask(front(), address(video, "watched"), cookie=cookie, **post(headers={header: "1"}))
    assert not len(report_queue)


@pytest.mark.parametrize(
    "request_of",
    [
        post(b"x" * 4097),
        post(headers={"Transfer-Encoding": "chunked"}),
        post(CONTENT_LENGTH="-1"),
        post(CONTENT_LENGTH="two"),
        {"method": "GET"},
        {"method": "HEAD"},
        post(method="PUT"),
        post(headers={"Host": "bad host"}),
    ],
    ids=lambda each: str(each)[:60],
)
def test_an_unusual_request_is_answered_by_the_view(video, cookie, request_of):
    same(address(video, "watched"), cookie=cookie, is_passed=True, **request_of)


def test_without_access_nothing_is_taken(video, cookie, viewed):
    for sent in ({}, {"cookie": "d" * 32}):
        with_front = front()
        reply = ask(with_front, address(video, "watched"), **sent, **post())
        assert reply.status == "403 Forbidden"
        assert reply == ask(SiteHandler(), address(video, "watched"), **sent, **post())
    VideoAccessSession.objects.all().delete()
    assert ask(front(), address(video, "watched"), cookie=cookie, **post()).status == "403 Forbidden"
    assert not len(report_queue)


def test_an_open_film_is_reported_without_a_cookie(video, django_capture_on_commit_callbacks):
    VideoPage.objects.filter(pk=video.pk).update(open_to_everyone=True)
    with django_capture_on_commit_callbacks(execute=True):
        ask(front(), address(video))  # the view counts it
    VideoView.objects.update(started_at=F("started_at") - dt.timedelta(minutes=1))
    with_front = front()
    assert ask(with_front, address(video, "watched"), **post()).status == "204 No Content"
    assert with_front.application.requests == 0
    report_queue.work()
    assert VideoView.objects.get().watch_seconds == 15


def test_an_editor_is_answered_by_the_view_and_not_counted(video):
    editor = factories.browser(factories.make_superuser())
    reply = same(address(video, "watched"), cookie=cookie_of(editor), is_passed=True, **post())
    assert reply.status == "204 No Content"
    assert not len(report_queue)


def test_two_browsers_report_each_to_their_own_view(video, cookie, viewed):
    other = unlocked(video)
    row = VideoAccessSession.objects.latest("pk")
    second = VideoView.objects.create(video=video, access_ref=f"session:{row.pk}", started_at=viewed.started_at)
    with_front = front()
    ask(with_front, address(video, "watched"), cookie=cookie, **post(b'{"ranges": [[0, 5]]}'))
    ask(with_front, address(video, "watched"), cookie=cookie_of(other), **post(b'{"ranges": [[0, 9]]}'))
    report_queue.work()
    views = VideoView.objects.in_bulk([viewed.pk, second.pk])
    assert [views[each.pk].watch_seconds for each in (viewed, second)] == [5, 9]
