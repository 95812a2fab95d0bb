"""A view is counted with the first bytes of the video, once for each access, and with nothing else."""

import concurrent.futures
import datetime as dt
import threading

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError, connections
from django.test import RequestFactory
from django.utils import timezone

from tests import factories
from tests.delivery.addresses import body, poster_url, source_url, unlocked
from video_pages.access.decide import Reason, Verdict
from video_pages.access.visitor import visitor_of
from video_pages.analytics import statistics
from video_pages.delivery import counting
from video_pages.delivery.counting import CountedViews, access_ref_of
from video_pages.models import VideoAccessSession, VideoFile, VideoPage, VideoView
from video_pages.worker.periodic import remove_viewer_salts

AT_ONCE = 64


def views_of(video):
    counted = VideoPage.objects.values_list("views", flat=True).get(pk=video.pk)
    assert counted == VideoView.objects.filter(video=video).count()
    return counted


def open_to_everyone(video):
    VideoPage.objects.filter(pk=video.pk).update(open_to_everyone=True)


@pytest.mark.django_db
class TestOneBrowser:
    @pytest.fixture
    def video(self):
        return factories.make_video()

    @pytest.fixture
    def client(self, video):
        return unlocked(video)

    def test_the_first_bytes_count_and_the_ranges_after_them_do_not(self, video, client):
        for headers in ({"Range": "bytes=0-1"}, {}, {"Range": "bytes=-5"}, {"Range": "bytes=100-"}):
            client.get(source_url(video), headers=headers)
            assert views_of(video) == 1

    def test_a_view_names_the_version_that_plays_when_it_begins(self, video, client):
        client.get(source_url(video))
        assert VideoView.objects.get().version == video.video_file.version_name

    def test_a_view_is_remembered_once_it_is_committed_and_not_before(
        self, video, client, django_capture_on_commit_callbacks
    ):
        view = (video.uuid, f"session:{VideoAccessSession.objects.get().pk}")
        with django_capture_on_commit_callbacks(execute=True):
            client.get(source_url(video))
            assert view not in counting.counted
        assert view in counting.counted

    def test_a_range_from_the_middle_may_be_the_first(self, video, client):
        client.get(source_url(video), headers={"Range": "bytes=1000-1001"})
        assert views_of(video) == 1

    def test_what_carries_no_bytes_of_the_film_counts_nothing(self, video, client):
        VideoFile.objects.filter(pages=video).update(poster_version=1)
        etag = client.head(source_url(video))["ETag"]
        client.get(video.url)
        client.get(source_url(video), headers={"If-None-Match": etag})
        client.get(source_url(video), headers={"If-Match": '"x"'})
        client.get(source_url(video), headers={"Range": "bytes=99999-"})
        client.get(poster_url(video))
        client.post(source_url(video))
        client.get(f"/stream/{video.uuid}/nothing")
        factories.browser().get(source_url(video))
        assert views_of(video) == 0

    def test_typing_the_password_again_is_another_view(self, video, client):
        client.get(source_url(video))
        factories.unlock(client, video)
        client.get(source_url(video))
        assert views_of(video) == 2

    def test_each_browser_counts(self, video, client):
        for browser in (client, unlocked(video), unlocked(video)):
            browser.get(source_url(video))
        assert views_of(video) == 3

    def test_an_alias_counts_for_its_source(self, video, client):
        alias = video.create_alias(parent=factories.make_section(), update_slug="another-place")
        client.get(source_url(alias))
        assert (views_of(video), views_of(alias)) == (1, 0)

    def test_editors_do_not_count_whatever_lets_them_in(self, video):
        editor = factories.browser(factories.make_superuser())
        assert editor.get(source_url(video)).status_code == 200
        factories.unlock(editor, video)
        editor.get(source_url(video))
        open_to_everyone(video)
        editor.get(source_url(video))
        assert views_of(video) == 0

    def test_a_signed_in_visitor_counts(self, video):
        client = factories.browser(factories.make_user())
        factories.unlock(client, video)
        client.get(source_url(video))
        assert views_of(video) == 1

    def test_a_film_goes_on_when_its_view_can_not_be_counted(self, video, client, monkeypatch, caplog):
        def full_disk(**_view):
            raise DatabaseError("database or disk is full")

        with monkeypatch.context() as broken:
            broken.setattr(counting, "count_view", full_disk)
            response = client.get(source_url(video))
        assert (response.status_code, len(body(response))) == (200, 4096)
        assert str(video.uuid) in caplog.text
        client.get(source_url(video), headers={"Range": "bytes=0-1"})
        assert views_of(video) == 1


@pytest.mark.django_db
class TestOpenVideos:
    @pytest.fixture
    def video(self):
        video = factories.make_video(password=None)
        open_to_everyone(video)
        return video

    def test_a_browser_counts_once_a_day(self, video):
        for _visit in range(2):
            factories.browser().get(source_url(video))
        assert views_of(video) == 1
        factories.browser().get(source_url(video), headers={"User-Agent": "another"})
        factories.browser(REMOTE_ADDR="203.0.113.9").get(source_url(video))
        assert views_of(video) == 3

    def test_no_session_is_made(self, video):
        client = factories.browser()
        client.get(source_url(video))
        assert not client.cookies

    @pytest.mark.parametrize("header", ["DNT", "Sec-GPC"])
    def test_of_who_asks_not_to_be_followed_only_a_digest_is_kept_that_goes_after_the_day_after(self, video, header):
        for _range in range(2):
            factories.browser().get(source_url(video), headers={header: "1", "User-Agent": "Firefox/140.0"})
        assert views_of(video) == 1
        view = VideoView.objects.get()
        assert view.access_ref.startswith("open:")
        assert (view.viewer, view.device, view.referrer_host) == ("", "", "")
        remove_viewer_salts(view.started_at + dt.timedelta(days=2))
        assert VideoView.objects.get().access_ref == f"over:{view.pk}"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moments", "count"),
    [
        # The evening of 1 May in New York: midnight UTC lies between. Then the two sides of midnight there.
        (((1, 23, 55), (2, 0, 5)), 1),
        (((2, 3, 55), (2, 4, 5)), 2),
    ],
)
def test_an_open_video_counts_once_a_day_of_the_site(settings, moments, count):
    settings.TIME_ZONE = "America/New_York"
    video = factories.make_video(password=None)
    open_to_everyone(video)
    request = RequestFactory(REMOTE_ADDR="203.0.113.9").get("/")
    request.session, request.user = SessionStore(), AnonymousUser()
    for moment in moments:
        now = dt.datetime(2026, 5, *moment, tzinfo=dt.UTC)
        counting.count_first_bytes(visitor_of(request), video, Verdict(True, Reason.OPEN), now)
    assert views_of(video) == count
    first, last = dt.date(2026, 5, 1), dt.date(2026, 5, 2)
    total = statistics.totals(statistics.of_video(video), first, last, now=dt.datetime(2026, 5, 2, 12, tzinfo=dt.UTC))
    assert (total.views, total.unique_viewers) == (count, count)


def test_the_reference_of_an_open_view_holds_no_address_and_changes_with_the_day(settings):
    now = timezone.make_aware(dt.datetime(2026, 5, 1, 23, 59), dt.UTC)
    verdict = Verdict(True, Reason.OPEN)

    def ref(at=now, address="203.0.113.9", agent="Browser/1"):
        headers = {"User-Agent": agent}
        visitor = visitor_of(RequestFactory(REMOTE_ADDR=address).get("/", headers=headers))
        return access_ref_of(visitor, verdict, at)

    assert ref() == ref(at=now - dt.timedelta(hours=23))
    others = [ref(at=now + dt.timedelta(minutes=2)), ref(address="203.0.113.10"), ref(agent="Browser/2")]
    settings.SECRET_KEY = "another-key"
    others.append(ref())
    assert len({*others, "open:"}) == 5
    for said in others:
        assert len(said) <= 80
        assert "203.0.113" not in said


def test_an_address_that_invents_browsers_has_a_bounded_number_of_references_a_day():
    visitors = [
        visitor_of(RequestFactory(REMOTE_ADDR="203.0.113.9").get("/", headers={"User-Agent": f"Browser/{number}"}))
        for number in range(500)
    ]
    references = {access_ref_of(visitor, Verdict(True, Reason.OPEN), timezone.now()) for visitor in visitors}
    assert len(references) == 16


@pytest.mark.django_db
class TestSections:
    def test_a_sections_row_lasts_to_the_end_of_the_film_that_begins(self):
        section = factories.make_section(password="section-password")
        file = factories.make_video_file(duration=3 * 3600.0)
        long, short = (
            factories.make_video(section=section, password=None, video_file=film)
            for film in (file, factories.make_video_file())
        )
        client = unlocked(section, "section-password")
        row = VideoAccessSession.objects.get()
        client.get(source_url(short))
        assert VideoAccessSession.objects.get().expires_at == row.expires_at
        client.head(source_url(long))
        assert VideoAccessSession.objects.get().expires_at == row.expires_at
        client.get(source_url(long))
        video_ends = timezone.now() + dt.timedelta(hours=3)
        assert VideoAccessSession.objects.get().expires_at > video_ends
        assert (views_of(short), views_of(long)) == (1, 1)

    def test_a_row_is_extended_once_and_not_by_every_range(self):
        section = factories.make_section(password="section-password")
        file = factories.make_video_file(duration=3 * 3600.0)
        video = factories.make_video(section=section, password=None, video_file=file)
        client = unlocked(section, "section-password")
        client.get(source_url(video))
        until = VideoAccessSession.objects.get().expires_at
        client.get(source_url(video), headers={"Range": "bytes=0-1"})
        assert VideoAccessSession.objects.get().expires_at == until


@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    def ask(self, clients, url):
        """Ask with all clients at the same moment, each in a thread with a connection of its own."""
        barrier = threading.Barrier(len(clients))

        def ask_one(client):
            barrier.wait(timeout=30)
            try:
                return client.get(url, headers={"Range": "bytes=0-9"}).status_code
            finally:
                connections.close_all()

        with concurrent.futures.ThreadPoolExecutor(len(clients)) as pool:
            return list(pool.map(ask_one, clients))

    def test_of_64_first_requests_at_once_every_one_counts(self):
        video = factories.make_video()
        clients = [unlocked(video) for _browser in range(AT_ONCE)]
        assert set(self.ask(clients, source_url(video))) == {206}
        assert views_of(video) == AT_ONCE

    def test_64_first_requests_of_one_browser_are_one_view(self):
        video = factories.make_video()
        first = unlocked(video)
        clients = [factories.browser() for _request in range(AT_ONCE)]
        for client in clients:
            client.cookies = first.cookies
        assert set(self.ask(clients, source_url(video))) == {206}
        assert views_of(video) == 1

    def test_a_counted_view_is_remembered_and_not_asked_about_again(self, monkeypatch):
        video = factories.make_video()
        client = unlocked(video)
        client.get(source_url(video))

        def asked(**_view):
            raise AssertionError("a counted view was asked about again")

        monkeypatch.setattr(counting, "count_view", asked)
        assert client.get(source_url(video)).status_code == 200


def test_the_memory_of_counted_views_is_bounded():
    memory = CountedViews(limit=3)
    for number in range(5):
        memory.add(("video", f"session:{number}"))
    assert len(memory) == 3
    assert ("video", "session:1") not in memory
    assert ("video", "session:4") in memory
