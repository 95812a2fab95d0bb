"""The layer in front of Django answers as the view does, header for header."""

import pytest

from site_config.security.request import SiteHandler
from tests.delivery.addresses import UNKNOWN, unlocked
from tests.delivery.front.same_replies import MADE, address, cookie_of, remember_view, same
from tests.delivery.odd_requests import CONDITIONS, IF_RANGES, RANGES
from tests.delivery.wsgi_requests import ask, front
from video_pages.core import metrics
from video_pages.models import VideoAccessSession, VideoPage, VideoView

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_memory")]


def test_every_range_and_condition_has_the_headers_and_bytes_of_the_view(video, cookie):
    whole = ask(SiteHandler(), address(video), cookie=cookie)
    headers = dict(whole.headers)
    etag, date = headers["ETag"], headers["Last-Modified"]
    table = [{}, *({"Range": value} for value in RANGES), *CONDITIONS]
    table += [{"Range": "bytes=1-2", "If-Range": value} for value in IF_RANGES]
    table += [{"If-Modified-Since": date}, {"If-Unmodified-Since": date}, {"Range": "bytes=3-", "If-Range": date}]
    statuses = set()
    for line in table:
        sent = {name: value.replace("{etag}", etag) for name, value in line.items()}
        for method in ("GET", "HEAD"):
            reply = same(address(video), method=method, cookie=cookie, headers=sent)
            statuses.add(reply.status)
    assert {status[:3] for status in statuses} == {"200", "206", "304", "412", "416"}


OTHER_HEADERS = [
    {"Accept-Encoding": "gzip, br"},
    {"Accept-Language": "de, en;q=0.5"},
    {"Accept-Language": "\xff;;q=x"},
    {"Cookie": f"csrftoken={'c' * 32}; known_browser=xyz; messages=x"},
    {"Cookie": f"csrftoken={'c' * 64}"},
    {"Cookie": 'a="\\000\\001"; =; ;;; x'},
    {"Cookie": "django_language=de"},
    {"Origin": "https://elsewhere.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Content-Type": "text/plain; charset=hex"},
    {"X-Forwarded-Proto": "https"},
    {"User-Agent": "Googlebot"},
    {"Connection": "close"},
    {"X-Request-ID": "from the client"},
]


@pytest.mark.parametrize("name", ["source", f"{MADE}/720p.mp4", "hls/master.m3u8", "poster"])
def test_other_headers_change_neither(video, cookie, name):
    for headers in OTHER_HEADERS:
        assert same(address(video, name), cookie=cookie, headers=headers).status == "200 OK", headers


@pytest.mark.parametrize("query", ["?", "?x=1", "?_=%00", "?a=" + "b" * 3000, "?password=open-sesame"])
def test_a_query_takes_no_part(video, cookie, query):
    assert same(address(video) + query, cookie=cookie).status == "200 OK"


def test_over_https_the_headers_of_https_are_sent(video, cookie, settings):
    settings.SECURE_HSTS_SECONDS = 3600
    secure = {"wsgi.url_scheme": "https"}
    for sent in ({"cookie": cookie}, {}):
        reply = same(address(video), **sent, **secure)
        assert ("Strict-Transport-Security", "max-age=3600") in reply.headers


@pytest.mark.parametrize("name", ["source", "nothing", "poster", "status", "a/b/c", "hls/master.m3u8"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_without_a_cookie_the_refusal_is_that_of_the_view_and_costs_no_query(
    video, name, method, django_assert_num_queries
):
    for path in (address(video, name), f"/stream/{UNKNOWN}/{name}"):
        reply = same(path, method=method)
        assert reply.status == "403 Forbidden"
        assert reply == same(f"/stream/{UNKNOWN}/source", method=method)
    with_front = front()
    ask(with_front, address(video, name))
    with django_assert_num_queries(0):
        ask(with_front, address(video, name), method=method, headers={"Range": "bytes=0-1"})
        ask(with_front, f"/stream/{UNKNOWN}/x")


def test_a_warm_verdict_costs_no_query_and_a_cold_one_two(video, cookie, django_assert_num_queries):
    with_front = front()
    with django_assert_num_queries(2):
        assert ask(with_front, address(video), cookie=cookie).status == "200 OK"
    with django_assert_num_queries(0):
        for name in ("source", f"{MADE}/720p.mp4", "poster"):
            assert ask(with_front, address(video, name), cookie=cookie).status == "200 OK"


def test_a_view_that_another_process_has_counted_costs_one_query_more_and_no_middleware(
    video, django_assert_num_queries
):
    cookie = cookie_of(unlocked(video))
    row = VideoAccessSession.objects.latest("pk")
    VideoView.objects.create(video=video, access_ref=f"session:{row.pk}", started_at=row.created_at)
    with_front = front()
    for number in (3, 0):
        with django_assert_num_queries(number):
            assert ask(with_front, address(video), cookie=cookie).status == "200 OK"
    assert with_front.application.requests == 0
    VideoView.objects.all().delete()
    other = cookie_of(unlocked(video))
    assert ask(with_front, address(video), cookie=other).status == "200 OK"
    assert with_front.application.requests == 1  # that of another browser is counted by the view


def test_each_request_has_one_verdict_in_the_metrics(video, monkeypatch):
    noted = []
    monkeypatch.setattr(metrics.Tally, "note_verdict", lambda self, source, *_more, is_allowed: noted.append(source))
    cookie = cookie_of(unlocked(video))
    noted.clear()
    with_front = front()
    assert ask(with_front, address(video), cookie=cookie).status == "200 OK"  # the view counts it
    assert noted == [metrics.VIEW] and with_front.application.requests == 1
    remember_view(video)
    ask(with_front, address(video, "nothing"), cookie=cookie)  # the view knows what to say
    assert noted == [metrics.VIEW] * 2
    ask(with_front, address(video), cookie=cookie)
    ask(with_front, address(video))
    assert noted == [metrics.VIEW, metrics.VIEW, metrics.MEMORY, metrics.MEMORY]


def test_an_open_video_needs_no_cookie(video, django_assert_num_queries, django_capture_on_commit_callbacks):
    VideoPage.objects.filter(pk=video.pk).update(open_to_everyone=True)
    with_front = front()
    with django_capture_on_commit_callbacks(execute=True):
        assert ask(with_front, address(video)).status == "200 OK"  # the view counts it
    assert VideoView.objects.count() == with_front.application.requests == 1
    same(address(video), headers={"Range": "bytes=5-9"})
    assert ask(with_front, address(video)).status == "200 OK"
    with django_assert_num_queries(0):
        assert ask(with_front, address(video), headers={"Range": "bytes=5-9"}).status == "206 Partial Content"
    # Another browser is another view.
    ask(with_front, address(video), REMOTE_ADDR="192.0.2.9")
    assert with_front.application.requests == 2


def test_several_languages_are_kept_apart(video, cookie, settings):
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    with_front, handler = front(), SiteHandler()
    for language in ("de", "en", "de, en;q=0.5", "fr"):
        for sent in ({"cookie": cookie}, {}):
            request = {"headers": {"Accept-Language": language}, **sent}
            assert ask(with_front, address(video), **request) == ask(handler, address(video), **request)


def test_a_refusal_is_logged_as_django_logs_it(video, caplog):
    with caplog.at_level("WARNING", logger="django.request"):
        ask(front(), address(video))
    (record,) = caplog.records
    assert record.getMessage() == f"Forbidden: {address(video)}"
    assert record.status_code == 403


@pytest.mark.parametrize("backend", ["x-accel", "nginx", "video_pages.delivery.backends.dummy.DummyBackend"])
def test_other_backends_have_the_headers_of_the_view_too(video, cookie, settings, backend):
    settings.DELIVERY = backend
    for name in ("source", f"{MADE}/720p.mp4", "hls/master.m3u8"):
        for method in ("GET", "HEAD"):
            for headers in ({}, {"Range": "bytes=5-9"}):
                same(address(video, name), method=method, cookie=cookie, headers=headers)
