"""The layer in front of Django answers nginx as the view does, header for header, and leaves the rest to the view."""

import pytest
from django.test import override_settings

from site_config.monitoring import request_id
from tests import factories
from tests.delivery.addresses import UNKNOWN, unlocked
from tests.delivery.frames import open_frame
from tests.delivery.gate import ASKED, GATE, SECRET, gate  # noqa: F401
from tests.delivery.wsgi_requests import Passed, environ_of
from video_pages.access.revoke import end_access
from video_pages.core import clock
from video_pages.delivery import gate_front
from video_pages.delivery.confirming import verdicts
from video_pages.models import VideoFile, VideoPage, VideoView

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_memory")]

LATE = "1000000000.900"
"""A question for which a verdict that is 0.9 seconds old is used as long as a new one: machines may be busy."""


@pytest.fixture
def video():
    made = factories.make_video()
    VideoFile.objects.update(package="0123456789ab", poster_version=1)
    return made


class Asked:
    """A front with a handler behind it: `ask` returns the status, and the headers without those of each request."""

    def __init__(self):
        self.handler = Passed()
        self.front = gate_front.GateFront(self.handler, self.handler)

    def ask(
        self,
        video_id,
        cookie=None,
        *,
        kind="quiet",
        application=None,
        asked_at=ASKED,
        secret=SECRET,
        path=GATE,
        **request,
    ):
        headers = {"X-Gate-Secret": secret, "X-Gate-Video": str(video_id), "X-Gate-Kind": kind, "X-Gate-Time": asked_at}
        said = []
        environ = environ_of(path, cookie=cookie, headers={**headers, **request.pop("headers", {})}, **request)
        reply = (application or self.front)(environ, lambda *response_headers: said.append(response_headers))
        body = b"".join(reply)
        if hasattr(reply, "close"):
            reply.close()
        ((status, response_headers),) = said
        kept = sorted(pair for pair in response_headers if pair[0] not in (request_id.HEADER, "Content-Length"))
        return int(status.partition(" ")[0]), kept, body

    def same(self, video_id, cookie=None, *, is_passed=False, **request):
        """Check that both give the same answer, the front twice (cold and warm), and return it."""
        request.setdefault("asked_at", LATE)
        expected = self.ask(video_id, cookie, application=self.handler, **request)
        before = self.handler.requests
        for _time in range(2):
            assert self.ask(video_id, cookie, **request) == expected
        assert self.handler.requests - before == (2 if is_passed else 0)
        return expected


@pytest.fixture
def asked():
    return Asked()


def cookie_of(client):
    return client.cookies["sessionid"].value


def test_an_allowed_browser_gets_the_answer_of_the_view(asked, video):
    status, headers, body = asked.same(video.uuid, cookie_of(unlocked(video)))
    assert (status, body) == (204, b"")
    assert dict(headers)["X-Accel-Expires"] == "@1000000001"
    assert "X-Gate-Package" in dict(headers) and "Permissions-Policy" in dict(headers)


def test_a_warm_verdict_costs_no_query(asked, video, django_assert_num_queries):
    cookie = cookie_of(unlocked(video))
    with django_assert_num_queries(2):
        assert asked.ask(video.uuid, cookie)[0] == 204
    with django_assert_num_queries(0):
        assert asked.ask(video.uuid, cookie)[0] == 204


def test_the_age_of_a_verdict_shortens_its_time_in_nginx(asked, video):
    cookie = cookie_of(unlocked(video))
    asked.ask(video.uuid, cookie)
    known = verdicts.find(cookie, str(video.uuid))
    for age, expected in ((0.9, "@1000000000"), (1.7, "0")):
        known.confirmed -= age
        known.usable_until -= age
        assert dict(asked.ask(video.uuid, cookie)[1])["X-Accel-Expires"] == expected
        known.confirmed += age
        known.usable_until += age


def test_a_browser_without_a_session_is_refused_without_a_query(asked, video, django_assert_num_queries):
    assert asked.same(video.uuid)[0] == asked.same(UNKNOWN)[0] == 403
    with django_assert_num_queries(0):
        assert asked.ask(video.uuid)[0] == 403


def test_an_open_video_needs_no_session(asked):
    video = factories.make_video(password=None)
    VideoPage.objects.filter(pk=video.pk).update(open_to_everyone=True)
    assert asked.same(video.uuid)[0] == 204


def test_a_refusal_of_a_session_and_an_editor_pass_to_the_view(asked, video):
    assert asked.same(video.uuid, "a" * 32, is_passed=True)[0] == 403
    editor = factories.browser(factories.make_superuser())
    assert asked.same(video.uuid, cookie_of(editor), is_passed=True)[0] == 204


def test_ended_access_is_refused_when_the_verdict_is_too_old(asked, video):
    cookie = cookie_of(unlocked(video))
    assert asked.ask(video.uuid, cookie)[0] == 204
    end_access(video)
    verdicts.confirm()
    assert asked.ask(video.uuid, cookie)[0] == 403


def test_the_first_question_of_a_view_counts_it_and_later_ones_do_not(asked, video, django_capture_on_commit_callbacks):
    cookie = cookie_of(unlocked(video))
    assert asked.ask(video.uuid, cookie)[0] == 204
    assert VideoView.objects.count() == 0
    for _question in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            assert asked.ask(video.uuid, cookie, kind="view")[0] == 204
    assert (VideoView.objects.count(), asked.handler.requests) == (1, 1)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"secret": ""}, 403),
        ({"secret": "x" * 32}, 403),
        ({"headers": {"X-Gate-Video": "x"}}, 403),
        ({"method": "POST"}, 204),
        ({"path": "/stream-gate"}, 204),
    ],
    ids=str,
)
def test_everything_else_is_for_the_view(asked, video, request_, status):
    assert asked.ask(video.uuid, cookie_of(unlocked(video)), **request_)[0] == status
    assert asked.handler.requests == 1


@override_settings(ALLOWED_HOSTS=["videos.example.org"])
def test_an_unknown_host_is_for_the_view(asked, video):
    assert asked.ask(video.uuid, "a" * 32, headers={"Host": "evil.example"})[0] == 400


def test_a_connection_with_which_the_clock_was_read_is_released(asked, video, monkeypatch):
    """On PostgreSQL the clock asks the database once a minute; a waiting thread would keep that connection."""
    cookie = cookie_of(unlocked(video))
    assert asked.ask(video.uuid, cookie)[0] == 204
    now, release, order = clock.now, gate_front.release_connections, []
    monkeypatch.setattr(clock, "now", lambda: (order.append("clock"), now())[1])
    monkeypatch.setattr(gate_front, "release_connections", lambda: (order.append("released"), release())[1])
    monkeypatch.setattr(asked.front, "application", lambda environ, start: start("204 No Content", []) or [b""])
    assert asked.ask(video.uuid, cookie, kind="view")[0] == 204
    assert "clock" in order and order[-1] == "released"


def test_the_key_of_a_frame_counts_in_its_own_header_and_never_as_a_session(asked, video):
    key, session = open_frame(video), cookie_of(unlocked(video))
    assert asked.same(video.uuid, headers={"X-Gate-Frame": key})[0] == 204
    assert asked.same(video.uuid, session, headers={"X-Gate-Frame": "A" * 43}, is_passed=True)[0] == 403
    for planted in (key, f"~{key}"):
        assert asked.same(video.uuid, planted, is_passed=True)[0] == 403
