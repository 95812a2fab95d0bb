"""The layer in front of Django leaves the rest to the view."""

import pytest
from django.http import HttpResponse
from django.test import override_settings
from wagtail.models import PageViewRestriction

from tests import factories
from tests.delivery.addresses import unlocked
from tests.delivery.front.same_replies import MADE, address, cookie_of, remember_view, same
from tests.delivery.wsgi_requests import ask, front
from video_pages.access import passwords
from video_pages.delivery import counting, envelope
from video_pages.delivery.confirming import verdicts
from video_pages.library.storage import protected_storage
from video_pages.models import VideoAccessSession, VideoView

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_memory")]


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
    verdicts.reset()
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
    verdicts.reset()
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
