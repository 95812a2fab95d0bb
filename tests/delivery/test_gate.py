"""`/stream-gate/`: the answers for nginx, the time for which it may keep them, and the refusal of all others."""

import datetime as dt

import pytest
from django.utils import timezone

from tests import factories
from tests.delivery.addresses import UNKNOWN, answer_parts, unlocked, unlocked_by_section
from tests.delivery.gate import ASKED, GATE, SECRET, gate  # noqa: F401
from video_pages.access.revoke import end_access
from video_pages.delivery.gate import allowance, expires, is_open_to
from video_pages.models import VideoAccessSession, VideoFile, VideoView

pytestmark = pytest.mark.django_db


def question(video_id, kind="quiet", **headers):
    return {
        "X-Gate-Secret": SECRET,
        "X-Gate-Video": str(video_id),
        "X-Gate-Kind": kind,
        "X-Gate-Time": ASKED,
        **headers,
    }


def ask(client, video_id, kind="quiet", **headers):
    return client.get(GATE, headers=question(video_id, kind, **headers))


def test_an_unlocked_browser_gets_204_with_the_places_of_the_files(video):
    VideoFile.objects.update(package="0123456789ab", poster_version=1)
    file = VideoFile.objects.get()
    response = ask(unlocked(video), video.uuid)
    folder = f"/{file.uuid.hex[:2]}/{file.uuid.hex}"
    assert (response.status_code, response.content) == (204, b"")
    assert response["X-Gate-Folder"] == folder
    assert response["X-Gate-Source"] == f"/{file.playable_name}"
    assert response["X-Gate-Poster"] == f"{folder}/v1/poster.jpg"
    assert response["X-Gate-Package"] == f"{folder}/0123456789ab"
    assert response["Content-Security-Policy"] == "default-src 'none'"


def test_a_file_that_does_not_exist_has_no_place(video):
    response = ask(unlocked(video), video.uuid)
    assert "X-Gate-Poster" not in response and "X-Gate-Package" not in response
    type(video).objects.update(video_file=None)
    response = ask(unlocked(video), video.uuid)
    assert response.status_code == 204
    assert not [name for name in response.headers if name.startswith("X-Gate-")]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Gate-Secret": ""},
        {"X-Gate-Secret": "wrong"},
        {"X-Gate-Secret": SECRET + " x"},
        {"X-Gate-Secret": SECRET.upper()},
        {"X-Gate-Secret": "\xff" * 32},
        {"X-Gate-Video": ""},
        {"X-Gate-Video": "not an id"},
        {"X-Gate-Video": UNKNOWN},
    ],
    ids=str,
)
def test_every_refusal_is_the_one_of_a_locked_video(video, headers):
    refusal = answer_parts(factories.browser().get(f"/stream/{video.uuid}/source"))
    assert refusal[0] == 403
    assert answer_parts(unlocked(video).get(GATE, headers={**question(video.uuid), **headers})) == refusal
    assert answer_parts(ask(factories.browser(), video.uuid)) == refusal
    assert VideoView.objects.count() == 0


@pytest.mark.parametrize("address", [GATE, "/stream-gate", "/stream-gate/x", "/stream-gate/../stream-gate/"])
@pytest.mark.parametrize("method", ["get", "head", "post", "put", "options"])
def test_from_outside_every_method_and_address_is_refused(video, address, method):
    assert getattr(unlocked(video), method)(address).status_code == 403


@pytest.mark.parametrize(("delivery", "secret"), [("stream", SECRET), ("x-accel", SECRET), ("nginx", "")])
def test_the_gate_is_closed_unless_nginx_uses_it(video, settings, delivery, secret):
    settings.DELIVERY, settings.GATE_SECRET = delivery, secret
    client = unlocked(video)
    assert ask(client, video.uuid, **{"X-Gate-Secret": secret}).status_code == 403
    assert ask(client, video.uuid).status_code == 403


def test_the_secret_is_not_the_empty_text(settings, rf):
    settings.GATE_SECRET = ""
    assert not is_open_to(rf.get(GATE, headers={"X-Gate-Secret": ""}))


def test_ended_access_is_refused_at_the_next_question(video):
    client = unlocked(video)
    assert ask(client, video.uuid).status_code == 204
    end_access(video)
    response = ask(client, video.uuid)
    assert (response.status_code, "X-Accel-Expires" in response) == (403, False)


def test_nginx_may_keep_an_answer_to_the_end_of_the_next_second_of_its_clock(video):
    assert ask(unlocked(video), video.uuid)["X-Accel-Expires"] == "@1000000001"


def test_an_answer_is_not_kept_beyond_the_access(video):
    client = unlocked(video)
    VideoAccessSession.objects.update(expires_at=timezone.now() + dt.timedelta(milliseconds=700))
    assert ask(client, video.uuid)["X-Accel-Expires"] == "0"


def test_the_answer_to_an_editor_is_not_kept(video):
    response = ask(factories.browser(factories.make_superuser()), video.uuid, "view")
    assert (response.status_code, response["X-Accel-Expires"]) == (204, "0")
    assert VideoView.objects.count() == 0


@pytest.mark.parametrize(
    ("asked", "seconds", "expected"),
    [
        ("100.000", 2.0, "@101"),  # used until 102.0: two seconds
        ("100.999", 2.0, "@101"),  # used until 102.0, not until 103.0
        ("100.500", 1.6, "@101"),
        ("100.500", 1.4, "@100"),  # the rows were read at 99.9, so not after 101.9
        ("100.500", 1.0, "@100"),
        ("100.500", 0.4, "0"),
        ("100.500", 0.0, "0"),
        ("100.500", -9.0, "0"),
        ("", 2.0, "0"),
        ("x", 2.0, "0"),
        ("nan", 2.0, "0"),
        ("inf", 2.0, "0"),
    ],
)
def test_an_answer_is_used_for_the_given_time_at_most(asked, seconds, expected):
    assert expires(asked, seconds) == expected
    if expected != "0":
        end = int(expected[1:]) + 1  # nginx uses an answer to the end of the second
        assert end <= float(asked) + seconds


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0.3, "0"), (0.8, "@1000000000"), (1.9, "@1000000001"), (99, "@1000000001")]
)
def test_no_answer_is_used_longer_than_two_seconds(rf, seconds, expected):
    request = rf.get(GATE, headers={"X-Gate-Time": ASKED})
    assert allowance(request, None, seconds)["X-Accel-Expires"] == expected


class TestViews:
    def test_the_first_bytes_of_a_video_count_once(self, video, django_capture_on_commit_callbacks):
        client = unlocked(video)
        assert ask(client, video.uuid, "quiet").status_code == 204
        assert VideoView.objects.count() == 0
        for _request in range(3):
            with django_capture_on_commit_callbacks(execute=True):
                assert ask(client, video.uuid, "view").status_code == 204
        assert VideoView.objects.count() == 1
        assert client.get(f"/stream/{video.uuid}/source").status_code == 200
        assert VideoView.objects.count() == 1

    def test_a_program_counts_nothing(self, video):
        assert ask(unlocked(video), video.uuid, "view", **{"User-Agent": "Googlebot/2.1"}).status_code == 204
        assert VideoView.objects.count() == 0

    def test_a_view_extends_the_access_to_its_section_and_the_answer_says_so(self):
        video, client = unlocked_by_section()
        before = VideoAccessSession.objects.get().expires_at
        response = ask(client, video.uuid, "view")
        assert VideoAccessSession.objects.get().expires_at > before + dt.timedelta(minutes=30)
        assert "known_browser" in response.cookies  # nginx keeps no answer with a cookie


def test_a_question_costs_as_many_queries_as_a_request_for_a_file(video, django_assert_num_queries):
    client = unlocked(video)
    with django_assert_num_queries(3):
        assert ask(client, video.uuid).status_code == 204
