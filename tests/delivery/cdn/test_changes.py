"""DELIVERY=cdn while other things change: the secret key, the package, the engine; and the layer in front of Django."""

import io

import pytest

from site_config.security.request import SiteHandler
from tests import factories
from tests.delivery.addresses import body, unlocked
from tests.delivery.encrypted_videos import (
    CDN,
    PACKAGE,
    add_package,
    decrypted,
    key_url,
    path_of,
    plain_segments,
    playlist_url,
    segments,
)
from tests.delivery.front.same_replies import cookie_of, remember_view, same
from tests.delivery.wsgi_requests import ask
from tests.embeds.frames import SITE, allow, embed_url
from tests.site_config.policies import directives
from video_pages.delivery.backends.stream import FilePart
from video_pages.delivery.cdn import ciphers
from video_pages.library import packages, paths
from video_pages.library.storage import StorageAway, protected_storage
from video_pages.models import VideoFile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_memory")]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_keys_and_playlists_are_answered_from_memory_as_by_the_view(film, client, method):
    remember_view(film)
    for path in (key_url(film, segments(client, film)[0][1]), playlist_url(film)):
        reply = same(path, method=method, cookie=cookie_of(client))
        assert reply.status == "200 OK" and ("Cache-Control", "private, no-store") in reply.headers
        assert bool(reply.body) is (method == "GET")
    reply = same(key_url(film, "720p.99.00000000.key"), cookie=cookie_of(client), is_passed=True)
    assert reply == ask(SiteHandler(), key_url(film, "nothing"), cookie=cookie_of(client))


class TestAnotherSecretKey:
    def test_what_is_playing_goes_on_while_the_old_one_is_a_fallback(self, client, film, stranger, settings):
        before = segments(client, film)
        ciphertext = body(stranger.get(path_of(before[0][0])))
        old, settings.SECRET_KEY = settings.SECRET_KEY, "a new secret of more than 32 characters"
        settings.SECRET_KEY_FALLBACKS = [old]
        assert body(stranger.get(path_of(before[0][0]))) == ciphertext
        key = body(client.get(key_url(film, before[0][1])))
        assert decrypted(ciphertext, key, 0) == plain_segments()[0]
        after = segments(client, film)
        assert not set(before) & set(after)
        assert decrypted(body(stranger.get(path_of(after[0][0]))), body(client.get(key_url(film, after[0][1]))), 0)

    def test_without_it_neither_old_names_nor_old_keys_are_there(self, film, stranger, settings):
        (address, key), *_others = segments(unlocked(film), film)
        settings.SECRET_KEY = "a new secret of more than 32 characters"
        client = unlocked(film)
        assert stranger.get(path_of(address)).status_code == 404
        assert client.get(key_url(film, key)).status_code == 404


class TestWhatIsGone:
    def test_a_package_that_was_removed_has_no_segments(self, client, film, stranger):
        address = path_of(segments(client, film)[0][0])
        assert stranger.get(address).status_code == 200
        packages.remove_leftovers(film.video_file, package=PACKAGE)
        response = stranger.get(address)
        assert (response.status_code, response["Access-Control-Allow-Origin"]) == (404, "*")
        assert "no-store" in response["Cache-Control"]

    def test_the_segments_of_a_new_package_have_other_names_and_keys(self, client, film):
        before = segments(client, film)
        keys = {body(client.get(key_url(film, key))) for _address, key in before}
        add_package(film, package="ba9876543210")
        after = segments(client, film, package="ba9876543210")
        assert not {address for address, _key in before} & {address for address, _key in after}
        assert not keys & {body(client.get(key_url(film, key, package="ba9876543210"))) for _address, key in after}

    def test_a_bucket_that_does_not_answer_is_503_which_no_cache_keeps(self, client, film, stranger, monkeypatch):
        address = path_of(segments(client, film)[0][0])

        def away(*_arguments):
            raise StorageAway("the bucket is away")

        monkeypatch.setattr(type(protected_storage()), "open", away)
        response = stranger.get(address)
        assert (response.status_code, response["Retry-After"]) == (503, "30")
        assert "no-store" in response["Cache-Control"]

    def test_a_file_that_ends_too_early_breaks_the_answer_off(self, tmp_path):
        (tmp_path / "short").write_bytes(b"x" * 40)
        part = FilePart(io.FileIO(tmp_path / "short"), 0, 48)
        encrypted = ciphers.EncryptedPart(part, 48, key=bytes(16), vector=bytes(16))
        with pytest.raises(ciphers.ShortFile):
            list(encrypted)


class TestAnotherEngine:
    @pytest.mark.parametrize("engine", ["stream", "x-accel"])
    def test_it_serves_the_same_library_and_has_neither_segments_nor_keys(
        self, client, film, stranger, settings, engine
    ):
        (address, key), *_others = segments(client, film)
        settings.DELIVERY = engine
        assert stranger.get(path_of(address)).status_code == 404
        assert client.get(key_url(film, key)).status_code == 404
        response = client.get(playlist_url(film))
        assert response.status_code == 200 and CDN.encode() not in body(response)
        settings.DELIVERY = "cdn"
        assert segments(client, film)[0] == (address, key)

    def test_the_progressive_file_and_images_come_from_the_site(self, client, film):
        for name in ("source", f"{PACKAGE}/720p.mp4", "hls/master.m3u8"):
            response = client.get(f"/stream/{film.uuid}/{name}")
            assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store"), name
            assert CDN.encode() not in body(response)

    def test_a_playlist_that_is_none_is_not_sent(self, client, film):
        name = paths.made_name(film.video_file.uuid, PACKAGE, "720p.m3u8")
        protected_storage().remove_now(name)
        with protected_storage().open(name, "wb") as file:
            file.write(b"\xff not a playlist")
        assert client.get(playlist_url(film)).status_code == 404


def test_pages_and_frames_may_load_from_the_cdn_and_name_no_segment(client, film):
    allow(SITE)
    for address in (film.url, embed_url(film)):
        response = client.get(address)
        allowed = directives(response)
        assert response.status_code == 200
        assert {CDN} < allowed["connect-src"] and {CDN} < allowed["media-src"]
        assert f"{CDN}/cdn/" not in response.content.decode()


def test_a_film_without_a_package_plays_its_file(settings):
    video = factories.make_video()
    VideoFile.objects.filter(pk=video.video_file.pk).update(package="")
    assert body(unlocked(video).get(f"/stream/{video.uuid}/source"))
