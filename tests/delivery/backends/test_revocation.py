"""Access that has ended is refused within two seconds by each backend, whichever way it ended."""

import datetime as dt
import time

import pytest
from django.db import connection
from django.utils import timezone
from wagtail.models import PageViewRestriction

from tests import factories
from tests.delivery.addresses import source_url, unlocked
from tests.delivery.backends.conftest import cookie_of, deciding
from tests.delivery.backends.revocation import PROMISED_SECONDS, watch_all_until_refused, watch_until_refused
from tests.delivery.endings import page_of, rows_of, sessions_of
from video_pages.access import passwords
from video_pages.access.revoke import end_access
from video_pages.access.set_window import set_window
from video_pages.models import VideoAccessSession, VideoPage

pytestmark = [pytest.mark.django_db(transaction=True), deciding]


def _sql(video):
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {VideoAccessSession._meta.db_table} WHERE video_id = %s", [video.pk])  # noqa: S608


def _move(video):
    page_of(video).update(password_hash="")
    video.refresh_from_db()
    video.move(factories.make_section(password="another section"), pos="last-child")


ENDS = {
    "all access ended": end_access,
    "another password": lambda video: passwords.set_password(video, "another password"),
    "unpublished": lambda video: video.unpublish(),
    "deleted": lambda video: video.delete(),
    "past its end": lambda video: page_of(video).update(expire_at=timezone.now()),
    "closed with its section": lambda video: set_window(
        video.get_parent().specific, opens_at=None, closes_at=timezone.now()
    ),
    "row expired": lambda video: rows_of(video).update(expires_at=timezone.now()),
    "row deleted by SQL": _sql,
    "moved to another section without a password of its own": _move,
    "restricted by Wagtail": lambda video: PageViewRestriction.objects.create(page=video, restriction_type="login"),
    "session ended": lambda video: sessions_of(video).delete(),
}


def test_ended_access_is_refused_within_two_seconds(backend):
    """Each end at the same time, with a video and a browser of its own; the waiting is then the same for all."""
    videos = {name: factories.make_video() for name in ENDS}
    asked = {name: (source_url(video), cookie_of(unlocked(video))) for name, video in videos.items()}
    for _request in range(3):
        for name, (address, cookie) in asked.items():
            assert backend.ask(address, cookie=cookie, headers={"Range": "bytes=0-9"}).status == 206, name
    ended_at = {}
    for name, (address, cookie) in asked.items():
        assert backend.ask(address, cookie=cookie, headers={"Range": "bytes=0-9"}).status == 206, name
        ENDS[name](videos[name])
        ended_at[name] = time.monotonic()
    allowed_at = watch_all_until_refused(backend, asked)
    seconds = {name: (allowed_at[name] or 0) - ended_at[name] for name in ENDS}
    assert {name: late for name, late in seconds.items() if late > PROMISED_SECONDS} == {}
    for name, (address, cookie) in asked.items():
        assert backend.ask(address, cookie=cookie).status == 403, name


def assert_not_allowed_after(end, backend, address, cookie):
    """Check that access which `end(moment)` lets end at a moment is used until then, and not after it.

    A machine that is too busy to ask before that moment gets more time.
    """
    for seconds in (1.5, 6.0, 24.0):
        end(timezone.now() + dt.timedelta(seconds=seconds))
        ends_at = time.monotonic() + seconds
        allowed_at = watch_until_refused(backend, address, cookie, seconds=seconds + 30)
        if allowed_at is not None:
            break
    assert allowed_at is not None and allowed_at <= ends_at


def test_a_verdict_is_not_used_after_the_access_expires(backend, film, cookie):
    assert_not_allowed_after(
        lambda moment: VideoAccessSession.objects.update(expires_at=moment), backend, source_url(film), cookie
    )


def test_a_closing_ends_a_verdict_and_a_later_one_opens_again_at_once(backend, film, cookie):
    assert_not_allowed_after(
        lambda moment: set_window(film, opens_at=None, closes_at=moment), backend, source_url(film), cookie
    )
    set_window(film, opens_at=None, closes_at=timezone.now() + dt.timedelta(hours=1))
    assert backend.ask(source_url(film), cookie=cookie).status == 200


def test_an_opening_opens_a_film_for_everyone_at_its_moment(backend, film):
    VideoPage.objects.update(open_to_everyone=True)
    opens_in = 1.5
    opens_at, answers = time.monotonic() + opens_in, []
    set_window(film, opens_at=timezone.now() + dt.timedelta(seconds=opens_in), closes_at=None)
    while not answers or answers[-1][1] < opens_at + 0.5:
        began = time.monotonic()
        status = backend.ask(source_url(film), headers={"Range": "bytes=0-9"}).status
        answers.append((status, began, time.monotonic()))
        time.sleep(0.05)
    assert {status for status, _began, ended in answers if ended < opens_at - 0.2} == {403}
    assert {status for status, began, _ended in answers if began > opens_at + 0.2} == {206}


def test_a_browser_that_logs_out_is_refused_within_two_seconds(backend, film):
    client = unlocked(film)
    client.force_login(factories.make_user())
    assert factories.unlock(client, film).status_code == 303
    sent = cookie_of(client)
    assert backend.ask(source_url(film), cookie=sent).status == 200
    client.logout()
    ended_at = time.monotonic()
    allowed_at = watch_until_refused(backend, source_url(film), sent)
    assert allowed_at is None or allowed_at - ended_at <= PROMISED_SECONDS


def test_a_refusal_is_not_kept_and_new_access_works_at_once(backend, film):
    client = unlocked(factories.make_video())
    assert backend.ask(source_url(film), cookie=cookie_of(client)).status == 403
    assert factories.unlock(client, film).status_code == 303
    assert backend.ask(source_url(film), cookie=cookie_of(client)).status == 200
