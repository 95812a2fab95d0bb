"""In a frame of another site the key in the address decides, in each backend, and no cookie of the site does."""

import time

import pytest

from tests import factories
from tests.delivery.addresses import source_url, unlocked
from tests.delivery.backends.conftest import cookie_of, deciding, open_to_everyone
from tests.delivery.backends.revocation import PROMISED_SECONDS, watch_until_refused
from tests.delivery.frames import frame_url, open_frame
from video_pages.models import VideoAccessSession, VideoView

pytestmark = pytest.mark.django_db(transaction=True)

NO_KEY = "A" * 43


@deciding
def test_the_key_of_a_frame_opens_its_own_video_alone_without_a_cookie(backend, film):
    key, other = open_frame(film), factories.make_video()
    served = backend.ask(frame_url(film, key), headers={"Range": "bytes=0-9"})
    assert (served.status, served.body) == (206, bytes(range(10)))
    for address in (
        frame_url(other, key),
        frame_url(film, NO_KEY),
        frame_url(film, key[:-1]),
        frame_url(film, key.swapcase()),
        source_url(film),
        f"/stream/{film.uuid}/{key}/source",
    ):
        assert backend.ask(address).status == 403, address
    open_to_everyone(film)
    assert backend.ask(frame_url(film, NO_KEY)).status == 200


@deciding
def test_a_session_and_a_frame_never_get_each_others_verdict(backend, film, cookie):
    """Each asks several times, so that a verdict which is kept would be used."""
    key, session = open_frame(film), cookie.partition("=")[2]
    stranger = cookie_of(unlocked(factories.make_video()))
    for _time in range(2):
        for address, sent, status in (
            (frame_url(film, key), stranger, 200),
            (frame_url(film, NO_KEY), cookie, 403),
            (source_url(film), cookie, 200),
            (source_url(film), f"sessionid=~{key}", 403),
            (source_url(film), f"sessionid={key}", 403),
            (source_url(film), stranger, 403),
            (f"/stream/{film.uuid}/~{session}/source", None, 403),
            (frame_url(film, NO_KEY), None, 403),
        ):
            assert backend.ask(address, cookie=sent).status == status, (address, sent)


@deciding
def test_two_frames_of_one_video_end_apart_and_count_apart(backend, film):
    first, second = open_frame(film), open_frame(film)
    ask_first = backend.ask(frame_url(film, first), headers={"Range": "bytes=0-9"})
    ask_second = backend.ask(frame_url(film, second), headers={"Range": "bytes=0-9"})
    assert (ask_first.status, ask_second.status) == (206, 206)
    assert VideoView.objects.count() == 2
    VideoAccessSession.objects.order_by("pk").first().delete()
    began = time.monotonic()
    allowed_at = watch_until_refused(backend, frame_url(film, first), None)
    assert allowed_at is None or allowed_at - began < PROMISED_SECONDS
    assert backend.ask(frame_url(film, second)).status == 200


def test_the_log_of_nginx_has_no_key(run_backend, film):
    site, key = run_backend("nginx"), open_frame(film)
    site.ask(f"{frame_url(film, key)}?x=1")
    site.ask(frame_url(film, key, "tracks/1.vtt"))
    # The tests of one backend share a log, and a line comes some time after its answer.
    site.nginx.log_that_has(f'"GET /stream/{film.uuid}/~***/source HTTP/1.1" 200')
    assert key not in site.nginx.log_that_has(f"/stream/{film.uuid}/~***/tracks/1.vtt ")
