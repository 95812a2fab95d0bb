"""Every request without a valid verdict gets the same 403, whatever it names."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from tests import factories
from tests.delivery.addresses import UNKNOWN, answer_parts, poster_url, source_url, unlocked
from video_pages.access import passwords
from video_pages.access.revoke import end_access
from video_pages.core import clock
from video_pages.models import VideoAccessSession, VideoFile

pytestmark = pytest.mark.django_db

ODD_REQUESTS = [
    {"Range": "bytes=0-1"},
    {"Range": "bytes=99999999-"},
    {"If-Match": '"x"'},
    {"If-None-Match": "*"},
    {"If-Modified-Since": "x"},
]


def is_refused(response):
    return answer_parts(response) == answer_parts(factories.browser().get(f"/stream/{UNKNOWN}/source"))


def test_a_browser_without_a_cookie_is_refused(video):
    assert factories.browser().get(source_url(video)).status_code == 403


def test_the_unlocking_browser_is_let_in_and_another_is_not(video):
    assert unlocked(video).get(source_url(video)).status_code == 200
    assert is_refused(factories.browser().get(source_url(video)))


def test_a_browser_that_unlocked_another_video_is_refused(video):
    client = unlocked(factories.make_video())
    assert client.get(source_url(video)).status_code == 403


def test_a_section_opens_its_own_videos_and_no_others(video):
    section = factories.make_section(password="section-password")
    inside = factories.make_video(section=section, password=None)
    client = factories.browser()
    assert factories.unlock(client, section, "section-password").status_code == 303
    assert client.get(source_url(inside)).status_code == 200
    assert client.get(source_url(video)).status_code == 403
    passwords.set_password(inside, "a password of its own")
    assert client.get(source_url(inside)).status_code == 403


@pytest.mark.parametrize("seconds", [0, 1, 3600])
def test_expired_access_is_refused(video, seconds):
    client = unlocked(video)
    VideoAccessSession.objects.update(expires_at=clock.now() - dt.timedelta(seconds=seconds))
    assert client.get(source_url(video)).status_code == 403


def test_a_request_with_expired_access_writes_nothing(video):
    client = unlocked(video)
    VideoAccessSession.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    for name in ("source", "status", "hls/master.m3u8", "watched"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/stream/{video.uuid}/{name}").status_code == 403
        assert all(query["sql"].startswith("SELECT") for query in queries), queries.captured_queries
    assert VideoAccessSession.objects.exists()


def test_a_row_from_the_future_does_not_count(video):
    client = unlocked(video)
    VideoAccessSession.objects.update(created_at=F("created_at") + dt.timedelta(hours=2))
    assert client.get(source_url(video)).status_code == 403


def test_a_deleted_row_is_missed_at_the_next_range(video):
    client = unlocked(video)
    assert client.get(source_url(video), headers={"Range": "bytes=0-9"}).status_code == 206
    VideoAccessSession.objects.all().delete()
    assert client.get(source_url(video), headers={"Range": "bytes=10-19"}).status_code == 403


@pytest.mark.parametrize(
    "end",
    [
        end_access,
        lambda video: passwords.set_password(video, "another password"),
        lambda video: video.unpublish(),
        lambda video: video.delete(),
    ],
    ids=["access ended", "password changed", "unpublished", "deleted"],
)
def test_ended_access_is_refused_at_the_next_request(video, end):
    client = unlocked(video)
    assert client.get(source_url(video)).status_code == 200
    end(video)
    for address in (source_url(video), poster_url(video)):
        assert client.get(address).status_code == 403


def test_a_logged_out_browser_is_refused(video):
    client = unlocked(video)
    client.cookies.clear()
    assert client.get(source_url(video)).status_code == 403


def test_a_planted_session_cookie_opens_nothing(video):
    client = factories.browser()
    client.cookies["sessionid"] = "a" * 32
    assert client.get(source_url(video)).status_code == 403


def test_a_draft_is_refused_even_with_a_row(video):
    client = unlocked(video)
    type(video).objects.filter(pk=video.pk).update(live=False)
    assert client.get(source_url(video)).status_code == 403


def test_a_video_past_its_end_is_refused(video):
    client = unlocked(video)
    type(video).objects.filter(pk=video.pk).update(expire_at=clock.now())
    assert client.get(source_url(video)).status_code == 403


def test_a_video_without_any_password_is_refused():
    bare = factories.make_video(password=None)
    assert factories.browser().get(source_url(bare)).status_code == 403


@pytest.mark.parametrize("restriction_type", ["login", "groups", "password"])
@pytest.mark.parametrize("above", [False, True], ids=["on the video", "on its section"])
def test_wagtails_own_privacy_holds_for_the_stream_too(video, restriction_type, above):
    client = unlocked(video)
    page = video.get_parent() if above else video
    restriction = PageViewRestriction(page=page, restriction_type=restriction_type, password="plain-words")
    PageViewRestriction.objects.bulk_create([restriction])  # a shared password can't be saved any more
    if restriction_type == "groups":
        restriction.groups.add(Group.objects.get(name="Editors"))
    assert client.get(source_url(video)).status_code == 403


def test_wagtails_login_privacy_lets_a_signed_in_browser_with_the_password_in(video):
    client = factories.browser(factories.make_user())
    factories.unlock(client, video)
    PageViewRestriction.objects.create(page=video, restriction_type="login")
    assert client.get(source_url(video)).status_code == 200


def test_an_editor_watches_a_draft_and_a_signed_in_visitor_does_not(video):
    type(video).objects.filter(pk=video.pk).update(live=False)
    assert factories.browser(factories.make_superuser()).get(source_url(video)).status_code == 200
    assert factories.browser(factories.make_user()).get(source_url(video)).status_code == 403


def test_an_alias_is_guarded_by_its_source(video):
    alias = video.create_alias(parent=factories.make_section(), update_slug="alias-of-it")
    assert alias.uuid != video.uuid
    for address in (source_url(video), source_url(alias)):
        assert factories.browser().get(address).status_code == 403
        assert unlocked(video).get(address).status_code == 200


@pytest.mark.parametrize("method", ["get", "head", "post", "put", "delete", "options", "patch", "trace"])
def test_every_method_is_refused_before_it_is_looked_at(video, method):
    response = getattr(factories.browser(enforce_csrf_checks=True), method)(source_url(video))
    assert response.status_code == 403
    assert "Allow" not in response


@pytest.mark.parametrize(
    "rest",
    [
        "source",
        "poster",
        "nothing",
        "source/",
        "../source",
        "%2e%2e/source",
        "source%00",
        "..%2f..%2fetc/passwd",
    ]
    + ["hls/master.m3u8", "%0a", "source?password=open-sesame", "x" * 3000, "%ff%fe", "\u202e"],
)
def test_whatever_follows_the_id_the_refusal_is_the_same(video, rest):
    assert is_refused(factories.browser().get(f"/stream/{video.uuid}/{rest}"))


@pytest.mark.parametrize(
    "address",
    [
        "/stream/",
        "/stream//",
        "/stream//source",
        "/stream/x/source",
        "/stream/../source",
        "/stream/%00/source",
    ]
    + ["/stream/%2e%2e/%2e%2e/etc/passwd", f"/stream/{UNKNOWN}", f"/stream/{UNKNOWN}/", "/stream/%0a"]
    + [f"/stream/{'9' * 3000}/source", "/stream/%ff/source", "/stream/{id}/source", "/stream/\u0661/source"],
)
def test_unknown_and_malformed_ids_get_the_same_refusal(address):
    assert is_refused(factories.browser().get(address))


def test_an_id_in_another_spelling_names_nothing(video):
    client = unlocked(video)
    for spelling in (str(video.uuid).upper(), video.uuid.hex, f"{{{video.uuid}}}", f"urn:uuid:{video.uuid}"):
        if spelling != str(video.uuid):
            assert client.get(f"/stream/{spelling}/source").status_code == 403


def test_a_browser_with_another_videos_key_can_not_tell_forbidden_from_unknown(video):
    client = unlocked(factories.make_video())
    bare = factories.make_video(video_file=None)
    VideoFile.objects.filter(pages=bare).delete()
    asked = [source_url(video), poster_url(video), source_url(bare), f"/stream/{UNKNOWN}/source", "/stream/x"]
    assert len({str(answer_parts(client.get(address))) for address in asked}) == 1


def test_a_browser_with_a_dead_session_can_not_tell_forbidden_from_unknown(video):
    said = []
    for address in (source_url(video), f"/stream/{UNKNOWN}/source", "/stream/"):
        client = factories.browser()
        client.cookies["sessionid"] = "b" * 32
        said.append(answer_parts(client.get(address)))
    assert said[0] == said[1] == said[2]


@pytest.mark.parametrize("headers", ODD_REQUESTS, ids=str)
def test_conditions_and_ranges_tell_nothing_without_a_verdict(video, headers):
    response = factories.browser().get(source_url(video), headers=headers)
    assert is_refused(response)
    for name in ("ETag", "Last-Modified", "Content-Range", "Accept-Ranges"):
        assert name not in response


def test_a_refusal_is_kept_out_of_caches_and_pages(video):
    response = factories.browser().get(source_url(video))
    assert response["Cache-Control"] == "private, no-store"
    assert "Cookie" in response["Vary"]
    assert response["Content-Security-Policy"] == "default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Content-Type"].startswith("text/plain")


def test_a_refused_browser_leaves_no_row_and_gets_no_cookie(video):
    client = factories.browser()
    assert not client.get(source_url(video)).cookies
    assert VideoAccessSession.objects.count() == 0
