"""The layer in front of Django answers as the view does, header for header, and leaves the rest to the view."""

from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import override_settings
from wagtail.models import PageViewRestriction

from site_config.security.request import SiteHandler
from tests import factories
from tests.delivery.addresses import UNKNOWN, unlocked
from tests.delivery.frames import frame_url, open_frame
from tests.delivery.odd_requests import CONDITIONS, IF_RANGES, RANGES
from tests.delivery.wsgi_requests import ask, front
from video_pages.access import passwords
from video_pages.core import metrics
from video_pages.delivery import counting, envelope
from video_pages.delivery.confirming import verdicts
from video_pages.library import paths
from video_pages.library.storage import protected_storage
from video_pages.models import VideoAccessSession, VideoFile, VideoPage, VideoView

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_memory")]

MADE = "0123456789ab"


@pytest.fixture
def video():
    """A video with a package: a playlist, a rendition and a poster."""
    made = factories.make_video()
    file = made.video_file
    VideoFile.objects.filter(pk=file.pk).update(package=MADE, poster_version=1)
    file.refresh_from_db()
    for name, content in (
        (paths.made_name(file.uuid, MADE, "master.m3u8"), b"#EXTM3U\n"),
        (paths.made_name(file.uuid, MADE, "720p.mp4"), bytes(range(256)) * 20),
        (paths.made_name(file.uuid, MADE, "storyboard.vtt"), b"WEBVTT\n"),
        (file.poster_name, b"\xff\xd8 a picture"),
    ):
        path = protected_storage().path(name)
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(content)
    return made


def cookie_of(client):
    return client.cookies["sessionid"].value


@pytest.fixture
def cookie(video):
    """The session cookie of a browser that has unlocked the video and whose view is counted."""
    value = cookie_of(unlocked(video))
    remember_view(video)
    return value


def remember_view(video):
    row = VideoAccessSession.objects.latest("pk")
    counting.counted.add((video.uuid, f"session:{row.pk}"))


def address(video, name="source"):
    return f"/stream/{video.uuid}/{name}"


def same(path, *, is_passed=False, **request):
    """Check that both give the same reply, the front twice (cold and warm), and return it; `is_passed` to the view."""
    with_front = front()
    replies = [ask(with_front, path, **request) for _time in range(2)]
    assert bool(with_front.application.requests) is is_passed, (path, request)
    assert replies == [ask(SiteHandler(), path, **request)] * 2, (path, request)
    return replies[0]


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


@pytest.mark.parametrize(
    "headers",
    [
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
    ],
    ids=str,
)
@pytest.mark.parametrize("name", ["source", f"{MADE}/720p.mp4", "hls/master.m3u8", "poster"])
def test_other_headers_change_neither(video, cookie, name, headers):
    assert same(address(video, name), cookie=cookie, headers=headers).status == "200 OK"


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


@pytest.mark.parametrize(
    "request_of",
    [
        {"method": "POST"},
        {"method": "OPTIONS"},
        {"method": "TRACE"},
        {"method": "get"},
        {"headers": {"Transfer-Encoding": "chunked"}},
        {"CONTENT_LENGTH": "70000"},
        {"CONTENT_LENGTH": "3"},
        {"SERVER_NAME": "bad_host"},
        {"headers": {"Host": "bad host"}},
    ],
    ids=str,
)
def test_an_unusual_request_is_answered_by_the_view(video, cookie, request_of):
    same(address(video), cookie=cookie, is_passed=True, **request_of)


@pytest.mark.parametrize(
    "rest",
    ["", "nothing", "source/", "../source", "%2e%2e/source", "source%00", "source%0a", "%ff%fe", "\u202e", "status"]
    + ["chapters.vtt", "Source", "tracks/1.vtt", f"{MADE}/source.mov", f"{MADE}/../source", "//source", "x" * 3000],
)
def test_a_name_of_no_stored_file_is_answered_by_the_view(video, cookie, rest):
    same(address(video, rest), cookie=cookie, is_passed=True)


def test_an_id_in_another_spelling_names_nothing(video, cookie):
    ask(front(), address(video), cookie=cookie)  # a warm verdict is there
    for spelling in (str(video.uuid).upper(), video.uuid.hex, f"{{{video.uuid}}}", f"urn:uuid:{video.uuid}"):
        assert same(f"/stream/{spelling}/source", cookie=cookie, is_passed=True).status == "403 Forbidden"


@pytest.mark.parametrize("value", ["", "x", "a" * 31, "a" * 33, "A" * 32, "b" * 32, "\xe9" * 32, "a" * 31 + ";"])
def test_a_session_that_does_not_exist_is_answered_by_the_view(video, value):
    """Django's answer also deletes the cookie."""
    same(address(video), cookie=value, is_passed=True)


def test_the_last_of_two_session_cookies_counts_as_for_django(video, cookie):
    other = "c" * 32
    same(address(video), headers={"Cookie": f"sessionid={other}; sessionid={cookie}"})
    same(address(video), headers={"Cookie": f"sessionid={cookie}; sessionid={other}"}, is_passed=True)


@pytest.mark.parametrize("token", ["", "x", "c" * 33, "-" * 32, "c" * 96])
def test_an_odd_csrf_cookie_is_replaced_by_django(video, cookie, token):
    with_front = front()
    reply = ask(with_front, address(video), cookie=cookie, headers={"Cookie": f"csrftoken={token}"})
    assert with_front.application.requests == 1
    assert "Set-Cookie" in dict(reply.headers)


def test_a_host_that_is_not_allowed_is_refused(video, cookie, settings):
    settings.ALLOWED_HOSTS = ["films.example"]
    same(address(video), cookie=cookie, headers={"Host": "films.example"})
    for sent in ({"cookie": cookie}, {}):
        reply = same(address(video), headers={"Host": "elsewhere.example"}, is_passed=True, **sent)
        assert reply.status == "400 Bad Request"


def test_plain_http_is_redirected_where_https_is_required(video, cookie):
    with override_settings(SECURE_SSL_REDIRECT=True):
        for sent in ({"cookie": cookie}, {}):
            assert same(address(video), is_passed=True, **sent).status.startswith("301")
        same(address(video), cookie=cookie, **{"wsgi.url_scheme": "https"})


def test_the_first_bytes_of_a_view_are_counted_by_the_view_once(video, django_capture_on_commit_callbacks):
    value, with_front = cookie_of(unlocked(video)), front()
    ask(with_front, address(video), method="HEAD", cookie=value)
    ask(with_front, address(video, "poster"), cookie=value)
    assert (VideoView.objects.count(), with_front.application.requests) == (0, 0)
    for _time in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            assert ask(with_front, address(video), cookie=value, headers={"Range": "bytes=0-1"}).status[:3] == "206"
    assert (VideoView.objects.count(), with_front.application.requests) == (1, 1)


def test_an_editor_is_answered_by_the_view_each_time(video):
    client = factories.browser(factories.make_superuser())
    same(address(video), cookie=cookie_of(client), is_passed=True)
    factories.unlock(client, video)
    with_front = front()
    for _time in range(3):
        assert ask(with_front, address(video), cookie=cookie_of(client)).status == "200 OK"
    assert with_front.application.requests == 3
    assert not VideoView.objects.exists()


def test_aliases_and_restricted_pages_are_answered_by_the_view(video, cookie):
    alias = video.create_alias(parent=factories.make_section(), update_slug="alias-of-it")
    assert same(address(alias), cookie=cookie, is_passed=True).status == "200 OK"
    PageViewRestriction.objects.create(page=video.get_parent(), restriction_type="login")
    verdicts.forget()
    assert same(address(video), cookie=cookie, is_passed=True).status == "403 Forbidden"


def test_a_missing_file_is_answered_by_the_view(video, cookie):
    protected_storage().remove_now(video.video_file.playable_name)
    assert same(address(video), cookie=cookie, is_passed=True).status == "404 Not Found"


def test_a_section_opens_what_it_guards_with_two_queries(django_assert_num_queries):
    section = factories.make_section(password="section-password")
    deep = section
    for _level in range(3):
        deep = factories.make_section(parent=deep)
    inside = factories.make_video(section=deep, password=None)
    client = factories.browser()
    factories.unlock(client, section, "section-password")
    remember_view(inside)
    with django_assert_num_queries(2):
        ask(front(), address(inside), cookie=cookie_of(client))
    same(address(inside), cookie=cookie_of(client))
    verdicts.forget()
    passwords.set_password(inside, "a password of its own")
    assert same(address(inside), cookie=cookie_of(client), is_passed=True).status == "403 Forbidden"


def test_two_videos_in_one_browser_have_a_verdict_each(video):
    other = factories.make_video()
    client = unlocked(video)
    factories.unlock(client, other)
    for row in VideoAccessSession.objects.all():
        counting.counted.add((row.video.uuid, f"session:{row.pk}"))
    with_front = front()
    for each in (video, other, video, other):
        assert ask(with_front, address(each), cookie=cookie_of(client)).status == "200 OK"
    assert (with_front.application.requests, len(verdicts)) == (0, 2)
    assert same(address(video), cookie=cookie_of(unlocked(other)), is_passed=True).status == "403 Forbidden"


def test_another_middleware_sends_every_request_the_usual_way(video, cookie, settings):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.middleware.gzip.GZipMiddleware"]
    same(address(video), cookie=cookie, is_passed=True)


def test_the_middleware_of_the_settings_is_understood(settings):
    assert envelope.is_understood()
    assert set(settings.MIDDLEWARE) == envelope.INVOLVED  # no name too many


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


class Replacing:
    """A middleware that answers in place of every view."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        self.get_response(request).close()
        return HttpResponse("closed", status=503)


def test_what_a_middleware_replaces_is_replaced_here_too(video, cookie, settings, monkeypatch):
    name = f"{__name__}.Replacing"
    monkeypatch.setattr(envelope, "INVOLVED", envelope.INVOLVED | {name})
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, name]
    for sent in ({"cookie": cookie}, {}):
        assert same(address(video), is_passed=True, **sent).status == "503 Service Unavailable"


class TestFrames:
    """The key of a frame stands in the address; then neither the session nor its odd forms count."""

    @pytest.fixture
    def key(self, video):
        made = open_frame(video)
        remember_view(video)
        return made

    @pytest.mark.parametrize("name", ["source", "poster", "hls/master.m3u8", f"{MADE}/720p.mp4"])
    def test_it_opens_without_a_session_or_with_any(self, video, key, name):
        for cookie in (None, "a" * 32, "no key of a session"):
            assert same(frame_url(video, key, name), cookie=cookie).status == "200 OK"

    def test_another_key_is_refused_by_the_view_whatever_the_session_opens(self, video, cookie):
        assert same(frame_url(video, "A" * 43), cookie=cookie, is_passed=True).status == "403 Forbidden"

    def test_the_key_in_the_place_of_a_session_opens_nothing(self, video, key):
        for planted in (key, f"~{key}"):
            assert same(address(video), cookie=planted, is_passed=True).status == "403 Forbidden"

    def test_a_verdict_takes_one_query_and_then_none(self, video, key, django_assert_num_queries):
        for number in (1, 0):
            with django_assert_num_queries(number):
                assert ask(front(), frame_url(video, key)).status == "200 OK"
