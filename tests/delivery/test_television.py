"""A television has no cookie: the token in its addresses opens one film, as long as the access of its viewer lasts."""

import datetime as dt
import re

import pytest
from wagtail.models import PageViewRestriction

from tests import factories, hls_clips
from tests.delivery.addresses import body, source_url, unlocked
from tests.delivery.endings import ENDS
from tests.delivery.frames import frame_url, open_frame
from tests.delivery.receivers import folder_for, folder_of_row, television
from video_pages.access.invitations.services import create_invitation
from video_pages.core import clock
from video_pages.delivery.television import PIECE_BYTES
from video_pages.library.storage import protected_storage
from video_pages.models import VideoAccessSession, VideoFile, VideoPage, VideoView

pytestmark = pytest.mark.django_db

# These end the session and not the access: what the token names is the access.
NOT_OF_THE_ROW = {"session deleted", "session expired", "session emptied", "row of another browser"}
ORIGIN = {"HTTP_ORIGIN": "https://receiver.example"}


@pytest.fixture
def video():
    return factories.make_video()


class TestItsAddresses:
    def test_a_browser_with_access_gets_them_and_they_play_without_a_cookie(self, video):
        folder = folder_for(video)
        assert re.fullmatch(rf"/stream/{video.uuid}/~[A-Za-z0-9_-]{{43}}/", folder)
        response = television().get(f"{folder}source", HTTP_RANGE="bytes=0-9")
        assert (response.status_code, body(response)) == (206, bytes(range(10)))
        assert not response.cookies

    def test_nobody_else_gets_them(self, video):
        asked = f"/stream/{video.uuid}/receiver"
        assert factories.browser().get(asked).status_code == 403
        assert unlocked(factories.make_video()).get(asked).status_code == 403
        assert factories.browser(factories.make_superuser()).get(asked).status_code == 404  # no row, see the module
        assert unlocked(video).post(asked).status_code == 405

    def test_a_film_that_only_users_may_watch_gives_none(self, video):
        client = unlocked(video)
        client.force_login(factories.make_user())
        VideoAccessSession.objects.update(session_key=VideoAccessSession.objects.get().session_key)
        PageViewRestriction.objects.create(page=video, restriction_type="login")
        assert client.get(f"/stream/{video.uuid}/receiver").status_code in (403, 404)

    def test_a_receiver_can_make_no_other_and_nothing_but_files_is_for_it(self, video):
        folder = folder_for(video)
        for name in ("receiver", "status", "watched", "download", "nothing"):
            assert television().get(folder + name).status_code == 404, name
        assert television().post(f"{folder}watched", b"{}", content_type="application/json").status_code in (404, 405)

    def test_a_frame_of_another_site_gets_them_by_its_key(self, video):
        key = open_frame(video)
        folder = folder_for(video, _Frame(video, key))
        assert key not in folder
        assert television().get(f"{folder}source").status_code == 200

    def test_a_film_open_to_everyone_plays_until_it_is_locked(self, video):
        VideoPage.objects.filter(pk=video.pk).update(open_to_everyone=True)
        folder = folder_for(video, factories.browser())
        assert television().get(f"{folder}source").status_code == 200
        VideoPage.objects.filter(pk=video.pk).update(open_to_everyone=False)
        unlocked(video)
        assert television().get(f"{folder}source").status_code == 403


class _Frame:
    """A browser that asks with the key of a frame."""

    def __init__(self, video, key):
        self.address = frame_url(video, key, "receiver")

    def get(self, _asked):
        return factories.browser().get(self.address)


class TestItsEnd:
    @pytest.mark.parametrize("name", sorted(set(ENDS) - NOT_OF_THE_ROW))
    def test_it_ends_with_the_access(self, video, name):
        folder = folder_for(video)
        assert television().get(f"{folder}poster").status_code in (200, 404)
        ENDS[name](video)
        for asked in ("source", "poster", "hls/television.m3u8"):
            assert television().get(folder + asked).status_code == 403

    def test_the_token_of_another_video_or_row_opens_nothing(self, video):
        unlocked(video)
        row, other = VideoAccessSession.objects.get(), factories.make_video()
        folder = folder_of_row(video, row.pk)
        assert television().get(f"{folder}source").status_code == 200
        foreign = folder.replace(str(video.uuid), str(other.uuid))
        for address in (foreign, folder_of_row(video, row.pk + 1), folder_of_row(other, row.pk)):
            assert television().get(f"{address}source").status_code == 403

    def test_the_row_of_a_section_is_asked_for_one_film_alone(self):
        section = factories.make_section(password=factories.PASSWORD)
        one, other = (factories.make_video(section=section, password=None) for _number in range(2))
        folder = folder_for(one, unlocked(one))
        assert television().get(f"{folder}source").status_code == 200
        assert television().get(f"{folder.replace(str(one.uuid), str(other.uuid))}source").status_code == 403

    def test_a_token_is_over_some_hours_after_the_film(self, video):
        unlocked(video)
        row = VideoAccessSession.objects.get()
        VideoAccessSession.objects.update(expires_at=clock.now() + dt.timedelta(days=9))
        old = folder_of_row(video, row.pk, now=clock.now() - dt.timedelta(hours=4, seconds=1))
        assert television().get(f"{old}source").status_code == 403

    def test_the_cookie_of_a_browser_adds_nothing(self, video):
        client, folder = unlocked(video), folder_of_row(video, 0)
        assert client.get(source_url(video)).status_code == 200
        assert client.get(f"{folder}source").status_code == 403


class TestHeaders:
    def test_the_page_of_a_receiver_may_read_what_the_token_opens_and_nothing_else(self, video):
        client = unlocked(video)
        folder = folder_for(video, client)
        response = television().get(f"{folder}source", **ORIGIN)
        assert response["Access-Control-Allow-Origin"] == "*"
        assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Access-Control-Allow-Credentials" not in response
        assert response["Cache-Control"] == "private, no-store"
        for asked in (source_url(video), frame_url(video, open_frame(video)), f"/stream/{video.uuid}/receiver"):
            response = client.get(asked, **ORIGIN)
            assert response.status_code == 200
            assert "Access-Control-Allow-Origin" not in response
            assert response["Cross-Origin-Resource-Policy"] == "same-origin"

    def test_it_may_ask_before_whether_it_may_send_a_range(self, video):
        folder, asked = folder_for(video), {"HTTP_ACCESS_CONTROL_REQUEST_METHOD": "GET", **ORIGIN}
        response = television().options(f"{folder}source", HTTP_ACCESS_CONTROL_REQUEST_HEADERS="range", **asked)
        assert response.status_code == 204
        assert response["Access-Control-Allow-Headers"] == "Range"
        assert response["Access-Control-Allow-Methods"] == "GET, HEAD"
        assert television().options(f"{folder}source").status_code == 405
        assert unlocked(video).options(source_url(video), **asked).status_code == 405
        VideoAccessSession.objects.all().delete()
        assert television().options(f"{folder}source", **asked).status_code == 403


class TestPlaylists:
    @pytest.fixture
    def film(self):
        return hls_clips.make_packaged_video("Salt flats")

    def test_the_list_of_renditions_names_the_captions_in_the_folder_of_the_token(self, film):
        hidden = factories.make_track(film, label="Hidden", is_default=False)
        type(hidden).objects.filter(pk=hidden.pk).update(is_hidden=True)
        film.video_file.text_tracks.filter(language="en", is_hidden=False).update(label='Eng"lish')
        track = film.video_file.text_tracks.get(language="en", is_hidden=False)
        folder = folder_for(film)
        text = television().get(f"{folder}hls/television.m3u8").content.decode()
        media, _german = sorted(re.findall(r"#EXT-X-MEDIA:TYPE=SUBTITLES.*", text), key=lambda line: "Deutsch" in line)
        assert f'URI="../tracks/{track.pk}.m3u8"' in media and 'NAME="English"' in media
        streams = re.findall(r"#EXT-X-STREAM-INF.*\n(.*)", text)
        assert len(streams) == text.count('SUBTITLES="captions"') == 2
        for name in streams:
            assert television().get(folder + name.removeprefix("../")).status_code == 200
        listed = television().get(f"{folder}tracks/{track.pk}.m3u8")
        assert listed["Content-Type"] == "application/vnd.apple.mpegurl"
        assert f"#EXTINF:{film.duration_seconds:.3f},\n{track.pk}.vtt\n#EXT-X-ENDLIST" in listed.content.decode()
        assert television().get(f"{folder}tracks/{track.pk}.vtt").content.startswith(b"WEBVTT")
        assert television().get(f"{folder}tracks/{hidden.pk}.m3u8").status_code == 404

    def test_without_captions_it_is_the_list_of_renditions(self, film):
        film.video_file.text_tracks.all().delete()
        folder = folder_for(film)
        lists = [body(television().get(f"{folder}hls/{name}.m3u8")) for name in ("television", "master")]
        assert lists[0] == lists[1] != b""

    def test_browsers_have_no_such_list(self, film):
        client = unlocked(film)
        assert client.get(f"/stream/{film.uuid}/hls/television.m3u8").status_code == 404

    def test_a_missing_list_is_asked_for_again_later(self, film):
        folder, file = folder_for(film), film.video_file
        protected_storage().remove_now(f"{file.uuid.hex[:2]}/{file.uuid.hex}/{file.package}/master.m3u8")
        VideoFile.objects.filter(pk=file.pk).update(package="ba9876543210")
        assert television().get(f"{folder}hls/television.m3u8").status_code == 503


class TestPieces:
    def test_the_progressive_file_comes_in_pieces_each_of_which_is_decided(self, video, monkeypatch):
        monkeypatch.setattr("video_pages.delivery.television.PIECE_BYTES", 1000)
        folder, got = folder_for(video), b""
        while len(got) < 4096:
            response = television().get(f"{folder}source", HTTP_RANGE=f"bytes={len(got)}-")
            assert response.status_code == 206
            assert response["Content-Range"] == f"bytes {len(got)}-{min(len(got) + 999, 4095)}/4096"
            got += body(response)
        assert got == body(unlocked(video).get(source_url(video)))
        VideoAccessSession.objects.all().delete()
        assert television().get(f"{folder}source", HTTP_RANGE="bytes=1000-").status_code == 403

    @pytest.mark.parametrize(
        ("asked", "expected"),
        [
            ("bytes=5-9", "bytes 5-9/4096"),
            ("bytes=4000-9999", "bytes 4000-4095/4096"),
            ("bytes=-5", "bytes 4091-4095/4096"),
        ],
    )
    def test_a_range_that_is_short_is_answered_as_it_is(self, video, asked, expected):
        assert television().get(f"{folder_for(video)}source", HTTP_RANGE=asked)["Content-Range"] == expected

    def test_the_end_of_the_file_is_no_more_than_a_piece(self, video, monkeypatch):
        monkeypatch.setattr("video_pages.delivery.television.PIECE_BYTES", 1000)
        response = television().get(f"{folder_for(video)}source", HTTP_RANGE="bytes=-4096")
        assert (response.status_code, response["Content-Range"]) == (206, "bytes 3096-4095/4096")

    def test_a_piece_is_some_seconds_of_a_film(self):
        assert PIECE_BYTES * 8 / 6_000_000 < 6


class TestViewer:
    def test_browser_and_television_are_one_view(self, video):
        client = unlocked(video)
        folder = folder_for(video, client)
        television().get(f"{folder}source")
        client.get(source_url(video))
        assert VideoView.objects.count() == 1

    def test_browser_and_television_have_one_place_of_an_invitation(self, video):
        _invitation, token = create_invitation(video, kind="link", label="Jury", at_once=1)
        clients = [factories.browser() for _number in range(2)]
        for client in clients:
            client.post(f"/w/{token}/")
        folders = [folder_for(video, client) for client in clients]
        assert television().get(f"{folders[0]}source").status_code == 200
        assert clients[0].get(source_url(video)).status_code == 200
        refused = television().get(f"{folders[1]}source")
        assert refused.status_code == 403
        assert refused["X-Refusal"] == "at_once"
