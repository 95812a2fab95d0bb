"""Access that has ended is refused within two seconds by each engine, whichever way it ended."""

import datetime as dt
import time

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from wagtail.models import PageViewRestriction

from tests import factories
from tests.delivery.addresses import source_url, unlocked
from tests.delivery.engines.conftest import cookie_of
from video_pages.access import passwords
from video_pages.access.revoke import end_access
from video_pages.access.set_window import set_window
from video_pages.models import VideoAccessSession, VideoPage

pytestmark = pytest.mark.django_db(transaction=True)

PROMISED_SECONDS = 2.0


def _sql(video):
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {VideoAccessSession._meta.db_table}")  # noqa: S608


def _move(video):
    VideoPage.objects.filter(pk=video.pk).update(password_hash="")
    video.refresh_from_db()
    video.move(factories.make_section(password="another section"), pos="last-child")


ENDS = {
    "all access ended": end_access,
    "another password": lambda video: passwords.set_password(video, "another password"),
    "unpublished": lambda video: video.unpublish(),
    "deleted": lambda video: video.delete(),
    "past its end": lambda video: VideoPage.objects.update(expire_at=timezone.now()),
    "closed with its section": lambda video: set_window(
        video.get_parent().specific, opens_at=None, closes_at=timezone.now()
    ),
    "row expired": lambda video: VideoAccessSession.objects.update(expires_at=timezone.now()),
    "row deleted by SQL": _sql,
    "moved to another section without a password of its own": _move,
    "restricted by Wagtail": lambda video: PageViewRestriction.objects.create(page=video, restriction_type="login"),
    "session ended": lambda video: Session.objects.all().delete(),
}


def watch_until_refused(engine, address, cookie, *, seconds=6.0):
    """Ask again and again; return the monotonic time at which the last request that was allowed began."""
    allowed_at, deadline = None, time.monotonic() + seconds
    while time.monotonic() < deadline:
        began = time.monotonic()
        served = engine.ask(address, cookie=cookie, headers={"Range": "bytes=0-9"})
        if served.status == 403:
            return allowed_at
        assert served.status == 206
        allowed_at = began
        time.sleep(0.02)
    raise AssertionError("still allowed")


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_ended_access_is_refused_within_two_seconds(engine, film, cookie, end):
    address = source_url(film)
    for _request in range(3):
        assert engine.ask(address, cookie=cookie, headers={"Range": "bytes=0-9"}).status == 206
    end(film)
    ended_at = time.monotonic()
    allowed_at = watch_until_refused(engine, address, cookie)
    assert allowed_at is None or allowed_at - ended_at <= PROMISED_SECONDS
    assert engine.ask(address, cookie=cookie).status == 403


def test_a_verdict_is_not_used_after_the_access_expires(engine, film, cookie):
    ends_in = 1.5
    VideoAccessSession.objects.update(expires_at=timezone.now() + dt.timedelta(seconds=ends_in))
    ended_at = time.monotonic() + ends_in
    allowed_at = watch_until_refused(engine, source_url(film), cookie)
    assert allowed_at is not None and allowed_at <= ended_at


def test_a_closing_ends_a_verdict_and_a_later_one_opens_again_at_once(engine, film, cookie):
    closes_in = 1.5
    set_window(film, opens_at=None, closes_at=timezone.now() + dt.timedelta(seconds=closes_in))
    closes_at = time.monotonic() + closes_in
    allowed_at = watch_until_refused(engine, source_url(film), cookie)
    assert allowed_at is not None and allowed_at <= closes_at
    set_window(film, opens_at=None, closes_at=timezone.now() + dt.timedelta(hours=1))
    assert engine.ask(source_url(film), cookie=cookie).status == 200


def test_an_opening_opens_a_film_for_everyone_at_its_moment(engine, film):
    VideoPage.objects.update(open_to_everyone=True)
    opens_in = 1.5
    set_window(film, opens_at=timezone.now() + dt.timedelta(seconds=opens_in), closes_at=None)
    opens_at, answers = time.monotonic() + opens_in, []
    while time.monotonic() < opens_at + 1:
        began = time.monotonic()
        status = engine.ask(source_url(film), headers={"Range": "bytes=0-9"}).status
        answers.append((status, began, time.monotonic()))
        time.sleep(0.05)
    assert {status for status, _began, ended in answers if ended < opens_at - 0.2} == {403}
    assert {status for status, began, _ended in answers if began > opens_at + 0.2} == {206}


def test_a_browser_that_logs_out_is_refused_within_two_seconds(engine, film):
    client = unlocked(film)
    client.force_login(factories.make_user())
    assert factories.unlock(client, film).status_code == 303
    sent = cookie_of(client)
    assert engine.ask(source_url(film), cookie=sent).status == 200
    client.logout()
    ended_at = time.monotonic()
    allowed_at = watch_until_refused(engine, source_url(film), sent)
    assert allowed_at is None or allowed_at - ended_at <= PROMISED_SECONDS


def test_a_refusal_is_not_kept_and_new_access_works_at_once(engine, film):
    client = unlocked(factories.make_video())
    assert engine.ask(source_url(film), cookie=cookie_of(client)).status == 403
    assert factories.unlock(client, film).status_code == 303
    assert engine.ask(source_url(film), cookie=cookie_of(client)).status == 200
