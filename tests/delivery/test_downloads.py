"""`/stream/<uuid>/download`: who gets it, as what, how it is counted, and that it ends when the access does."""

import datetime as dt
import errno
import gc

import pytest
from django.db import OperationalError
from django.test import Client

from tests import factories
from tests.access.invitations.links import guest, play, press
from tests.delivery.addresses import answer_parts, body, source_url, unlocked
from video_pages.access import passwords
from video_pages.access.browser import Browser
from video_pages.access.downloads import set_downloads
from video_pages.access.invitations import create_invitation
from video_pages.access.models import Downloads, VideoAccessSession
from video_pages.access.revoke import end_all_access, end_browser, purge_expired
from video_pages.analytics import statistics
from video_pages.analytics.day_bounds import day_of
from video_pages.analytics.models import AccessEvent, VideoView
from video_pages.analytics.rollup import remove_old_rows, roll_up
from video_pages.core import clock
from video_pages.delivery import downloads
from video_pages.delivery.backends.stream import FilePart, open_file
from video_pages.library.models import Rendition, VideoFile
from video_pages.library.storage import protected_storage
from video_pages.models import Invitation, InvitationViewer, VideoPage

pytestmark = pytest.mark.django_db


def address(video, query=""):
    return f"/stream/{video.uuid}/download{query}"


@pytest.fixture
def video():
    found = factories.make_video("Größe: a/b")
    set_downloads(found, Downloads.ALLOWED)
    return found


@pytest.fixture
def client(video):
    return unlocked(video)


class TestInvitations:
    """A download is a use: it needs what playing needs."""

    def test_only_as_many_browsers_download_as_may_play(self, video):
        invitation, _token = create_invitation(video, kind="link", label="Jury", most_viewers=1)
        first, second = guest(invitation), guest(invitation)
        assert first.head(address(video)).status_code == 200
        assert Invitation.objects.get().uses == 0
        statuses = []
        for client in (first, second, first):
            response = client.get(address(video))
            statuses.append(response.status_code)
            response.close()
        assert statuses == [200, 403, 200] and not downloads.places.taken
        assert Invitation.objects.get().uses == 1

    def test_it_waits_for_a_seat_and_begins_the_watch_window(self, video):
        invitation, _token = create_invitation(video, kind="link", label="Jury", at_once=1, window_hours=1)
        first, second = guest(invitation), guest(invitation)
        play(first, video)
        refused = second.get(address(video))
        assert (refused.status_code, refused["X-Refusal"]) == (403, "at_once")
        InvitationViewer.objects.update(last_played_at=clock.now() - dt.timedelta(minutes=5))
        assert len(body(second.get(address(video)))) == 4096
        assert InvitationViewer.objects.filter(window_ends_at=None).count() == 0


class TestAnswer:
    def test_the_original_is_an_attachment_with_the_title(self, video, client):
        response = client.get(address(video))
        assert response.status_code == 200
        assert response["Content-Disposition"] == "attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe%20a%20b.mp4"
        assert response["Content-Type"] == "video/mp4"
        assert response["Cache-Control"] == "private, no-store"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert body(response) == protected_storage().open(video.video_file.file.name).read()

    def test_the_size_chooses_the_progressive_file(self, video, client):
        response = client.get(address(video, "?size=180p"))
        assert response["Content-Disposition"].endswith("%20%28180p%29.mp4")
        assert len(body(response)) == 4096
        assert client.get(address(video, "?size=9999p")).status_code == 404

    def test_a_range_continues_a_download(self, video, client):
        response = client.get(address(video), headers={"Range": "bytes=4000-"})
        assert (response.status_code, response["Content-Range"]) == (206, "bytes 4000-4095/4096")
        assert response["Content-Disposition"].startswith("attachment")
        assert len(body(response)) == 96
        refused = client.get(address(video), headers={"Range": "bytes=9999-"})
        assert refused.status_code == 416
        assert not downloads.places.taken

    def test_head_has_the_headers_and_other_methods_are_refused(self, video, client):
        response = client.head(address(video))
        assert response["Content-Length"] == "4096"
        assert response["Content-Disposition"].startswith("attachment")
        assert client.post(address(video)).status_code == 405
        assert not downloads.places.taken

    def test_an_allowed_download_costs_few_queries(self, video, client, django_assert_num_queries):
        # Session, page, path with row; choices, site and its rules; file, renditions; the count.
        with django_assert_num_queries(11):
            client.get(address(video)).close()


class TestRefused:
    def test_the_answer_is_that_of_every_refused_request(self, video, client):
        set_downloads(video, Downloads.OFF)
        stranger = factories.browser()
        refused = [client.get(address(video)), client.post(address(video)), client.get(address(video, "?size=x"))]
        for response in [*refused, stranger.get(address(video))]:
            expected = stranger.get(source_url(video))
            assert response.status_code == 403
            assert answer_parts(response) == answer_parts(expected)

    def test_playing_goes_on_without_downloads(self, video, client):
        set_downloads(video, Downloads.OFF)
        assert client.get(source_url(video)).status_code == 200
        assert "/download" not in client.get(video.url).content.decode()

    def test_an_editor_always_downloads_and_is_not_counted(self, video):
        set_downloads(video, Downloads.OFF)
        response = factories.browser(factories.make_superuser()).get(address(video))
        assert response.status_code == 200
        response.close()
        assert not AccessEvent.objects.filter(kind="download").exists()

    def test_a_full_process_asks_to_come_back(self, video, client, settings):
        settings.WEB_THREADS = 1
        first = client.get(address(video))
        second = client.get(address(video))
        assert (second.status_code, second["Retry-After"]) == (503, "60")
        assert client.get(source_url(video)).status_code == 200
        first.close()
        third = client.get(address(video))
        assert third.status_code == 200
        third.close()
        assert not downloads.places.taken

    def test_one_viewer_takes_two_places_and_leaves_the_others(self, video, client, settings):
        settings.WEB_THREADS = 16
        running = [client.get(address(video)) for _transfer in range(2)]
        refused = client.get(address(video))
        assert (refused.status_code, refused["Retry-After"]) == (503, "60") and "You are downloading" in refused.text
        running += [unlocked(video).get(address(video)) for _other in range(2)]
        assert [response.status_code for response in running] == [200] * 4
        assert "Many films" in unlocked(video).get(address(video)).text  # a quarter of the threads
        running.pop(0).close()
        running.append(client.get(address(video)))
        assert running[-1].status_code == 200
        for response in running:
            response.close()
        assert not downloads.places.taken

    def test_of_an_open_video_it_is_two_for_each_client(self):
        video = factories.make_video(password=None, open_to_everyone=True)
        set_downloads(video, Downloads.ALLOWED)
        addresses = ["192.0.2.1"] * 3 + ["192.0.2.2"]
        running = [Client(REMOTE_ADDR=each).get(address(video)) for each in addresses]
        assert [response.status_code for response in running] == [200, 200, 503, 200]
        for response in running:
            response.close()
        assert not downloads.places.taken

    def test_a_missing_file_is_404_and_gives_its_place_back(self, video, client):
        protected_storage().remove_now(video.video_file.file.name)
        assert client.get(address(video)).status_code == 404
        assert not downloads.places.taken


class TestButton:
    @pytest.mark.parametrize(("owner", "name"), [(downloads, "refused_play"), (VideoAccessSession.objects, "filter")])
    def test_an_error_of_the_database_gives_its_place_back(self, video, client, monkeypatch, owner, name):
        """The database goes away after the file was opened: at the use of an invitation, or at the last question."""
        opened, deliver = [], downloads.StreamBackend.deliver

        def delivered(*args, **options):
            opened.append(deliver(*args, **options))
            monkeypatch.setattr(owner, name, away)
            return opened[0]

        def away(*args, **options):
            raise OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr(downloads.StreamBackend, "deliver", delivered)
        with pytest.raises(OperationalError):
            client.get(address(video))
        assert opened[0].closed and not downloads.places.taken

    def test_an_answer_that_nobody_closes_gives_its_place_back(self, video):
        """After an error of a middleware Django sends another answer, and forgets this one."""
        part = FilePart(open_file(protected_storage(), video.video_file.playable_name), 0, 100)
        assert downloads.places.take("viewer")
        watched = downloads.WatchedPart(part, lambda: True, "viewer")
        del watched
        gc.collect()
        assert not downloads.places.taken
        with pytest.raises(ValueError, match="closed file"):
            part.read()

    def test_the_player_page_has_a_link_with_the_size(self, video, client):
        page = client.get(video.url).content.decode()
        assert f'href="{address(video)}">Download the original · 4\xa0KB' in page
        assert f'href="{address(video, "?size=180p")}"' in page

    @pytest.mark.parametrize(
        ("height", "part", "offered"), [(180, 1, 1), (180, 1.005, 1), (360, 1, 2), (180, 0.5, 2)], ids=str
    )
    def test_a_copy_like_the_original_is_not_offered_beside_it(self, video, client, height, part, offered):
        file = video.video_file
        VideoFile.objects.filter(pk=file.pk).update(height=180, package="p" * 12)
        row = {"kind": Rendition.Kind.PROGRESSIVE, "package": "p" * 12, "height": height, "name": "film"}
        Rendition.objects.create(video_file=file, size_bytes=int(file.size_bytes * part), **row)
        page = client.get(video.url).content.decode()
        assert page.count(f'href="{address(video)}') == offered
        assert (">Download · 4\xa0KB" in page) is (offered == 1)

    def test_no_locked_page_has_it(self, video):
        assert "/download" not in factories.browser().get(video.url).content.decode()


class TestCount:
    def downloads_of(self, video, now=None):
        now = now or clock.now()
        return statistics.totals(statistics.of_video(video), day_of(now) - dt.timedelta(days=9), day_of(now)).downloads

    def test_an_access_counts_once_and_no_view(self, video, client):
        for headers in ({}, {"Range": "bytes=4000-"}):
            client.get(address(video), headers=headers).close()
        client.head(address(video))
        assert self.downloads_of(video) == 1
        assert not VideoView.objects.exists()
        unlocked(video).get(address(video)).close()
        assert self.downloads_of(video) == 2

    def test_the_sums_of_a_day_keep_it(self, video, client):
        client.get(address(video)).close()
        yesterday = clock.now() - dt.timedelta(days=1)
        AccessEvent.objects.update(happened_at=yesterday)
        roll_up()
        assert self.downloads_of(video) == 1
        assert roll_up() == []  # nothing is due again
        AccessEvent.objects.update(happened_at=clock.now() - dt.timedelta(days=400))
        remove_old_rows()
        assert not AccessEvent.objects.exists()


class TestEnd:
    """Between two blocks, the right is asked again; these tests ask as a running transfer does."""

    @pytest.fixture
    def running(self, video, client, monkeypatch):
        asked, still_allowed = [], downloads.StillAllowed
        monkeypatch.setattr(downloads, "StillAllowed", lambda *args: asked.append(still_allowed(*args)) or asked[0])
        response = client.get(address(video))
        yield asked[0]
        response.close()

    ENDS = {
        "new password": lambda video: passwords.set_password(video, "another-password"),
        "end all access": end_all_access,
        "unpublish": lambda video: VideoPage.objects.get(pk=video.pk).unpublish(),
        "downloads off": lambda video: set_downloads(video, Downloads.OFF),
        "log out": lambda video: VideoAccessSession.objects.all().delete(),
        "delete": lambda video: video.delete(),
        "a date that is over": lambda video: passwords.set_access_until(video, clock.now() - dt.timedelta(seconds=1)),
    }

    @pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
    def test_what_ends_access_ends_a_transfer(self, video, running, end):
        assert running()
        end(video)
        assert not running()

    def test_the_connection_breaks_so_that_no_part_is_taken_for_the_whole(self, video, client, monkeypatch):
        monkeypatch.setattr(downloads, "PERIOD", 0)
        monkeypatch.setattr(downloads, "BLOCK_SIZE", 1024)
        response = client.get(address(video))
        blocks = iter(response.streaming_content)
        assert len(next(blocks)) == 1024
        set_downloads(video, Downloads.OFF)
        with pytest.raises(downloads.DownloadEnded) as ended:
            next(blocks)
        assert ended.value.errno == errno.ECONNRESET
        response.close()
        assert not downloads.places.taken

    def test_the_end_of_its_time_does_not_end_it(self, video, running, monkeypatch):
        assert running()
        later = clock.now() + dt.timedelta(hours=2)
        monkeypatch.setattr(clock, "now", lambda: later)
        assert running()
        purge_expired(now=later)
        assert running()
        end_all_access(video)
        assert not running()

    @pytest.mark.parametrize("opened", ["a password", "a link"])
    @pytest.mark.parametrize("end", ["log out", "end all access", "end of the row"])
    def test_it_goes_on_while_the_same_browser_opens_something_else(self, video, client, running, opened, end):
        """The rows of the browser get another key then; what ends access later ends the transfer as before."""
        (row,) = VideoAccessSession.objects.values_list("pk", "session_key")
        for _time in range(2):
            other = factories.make_video()
            if opened == "a link":
                press(client, create_invitation(other, kind="link", label="Jury")[0])
            else:
                factories.unlock(client, other)
            assert running()
        moved = VideoAccessSession.objects.get(pk=row[0])
        assert moved.session_key != row[1]
        ends = {
            "log out": lambda: end_browser(Browser((moved.session_key,))),
            "end all access": lambda: end_all_access(video),
            "end of the row": moved.delete,
        }
        ends[end]()
        assert not running()

    def test_it_goes_on_while_the_same_page_is_unlocked_again_and_ends_with_that_access(self, video, client, running):
        for _time in range(2):
            factories.unlock(client, video)
            assert running()
        end_all_access(video)
        assert not running()

    def test_the_end_of_an_invitation_ends_it(self, video, monkeypatch):
        ends = clock.now() + dt.timedelta(hours=1)
        invitation, _secret = create_invitation(video, kind="link", label="Jury", ends_at=ends)
        browser = guest(invitation)
        asked, still_allowed = [], downloads.StillAllowed
        monkeypatch.setattr(downloads, "StillAllowed", lambda *args: asked.append(still_allowed(*args)) or asked[0])
        browser.get(address(video)).close()
        assert asked[0]()
        monkeypatch.setattr(clock, "now", lambda: ends + dt.timedelta(seconds=1))
        assert not asked[0]()

    def test_but_not_for_ever(self, running, monkeypatch):
        later = clock.now() + dt.timedelta(hours=13)
        monkeypatch.setattr(clock, "now", lambda: later)
        assert not running()

    def test_while_the_database_is_away_it_ends(self, running, monkeypatch):
        def away(self, now):
            raise downloads.DatabaseError

        monkeypatch.setattr(type(running), "_ask", away)
        assert not running()
