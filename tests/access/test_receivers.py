"""The token of a receiver: for one video and one access row, until its end, and not to be made or read by others."""

import base64
import datetime as dt
import string
import uuid

import pytest

from tests import factories
from tests.delivery.addresses import unlocked
from video_pages.access import receivers
from video_pages.access.browser import FRAME_KEY, new_secret
from video_pages.access.decide import Reason, Verdict
from video_pages.access.invitations.services import create_invitation
from video_pages.access.revoke import end_all_access
from video_pages.core import clock
from video_pages.models import VideoAccessSession

VIDEO = uuid.UUID("5d6c1a9e-93d0-4c51-b0c0-2f5a8f1c7a11")
NOW = dt.datetime(2026, 3, 1, 20, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def made(row_id=7, video=VIDEO, seconds=3600.0, reason=Reason.UNLOCKED, now=NOW):
    return receivers.new_token(video, Verdict(True, reason, access_id=row_id), seconds, now=now)


@pytest.mark.django_db
def test_it_names_its_row_and_lasts_some_hours_longer_than_the_film():
    read = receivers.read_token(made(), VIDEO, NOW)
    assert read == (7, NOW + HOUR + receivers.SPARE_TIME)
    assert receivers.read_token(made(), VIDEO, read.ends_at - dt.timedelta(seconds=1)) == read
    assert receivers.read_token(made(), VIDEO, read.ends_at) is None


@pytest.mark.django_db
def test_it_looks_like_the_key_of_a_frame_and_tells_no_number():
    """So every engine treats both alike: a rule of nginx, a log that hides it, a limit on lengths."""
    tokens = {row_id: made(row_id) for row_id in (1, 2, 2**40)}
    assert all(FRAME_KEY.fullmatch(token) for token in tokens.values())
    contents = [base64.urlsafe_b64decode(f"{token}=") for token in tokens.values()]
    assert len({content[20:28] for content in contents}) == 3
    assert not any((1).to_bytes(8, "big") in content or (2).to_bytes(8, "big") in content for content in contents)


@pytest.mark.django_db
def test_another_video_a_change_and_an_invented_one_are_refused():
    token = made()
    others = [token.swapcase(), token[:-1], f"{token}A", "", "é" * 43, new_secret()]
    others += [f"{token[:place]}{'A' if token[place] != 'A' else 'B'}{token[place + 1 :]}" for place in range(43)]
    assert [receivers.read_token(each, VIDEO, NOW) for each in others] == [None] * len(others)
    assert receivers.read_token(token, uuid.uuid4(), NOW) is None


@pytest.mark.django_db
def test_a_token_has_one_spelling():
    token = made()
    alphabet = string.ascii_letters + string.digits + "-_"
    read = [last for last in alphabet if receivers.read_token(token[:-1] + last, VIDEO, NOW)]
    assert read == [token[-1]]


@pytest.mark.django_db
def test_a_change_of_the_secret_key_ends_none_while_it_is_a_fallback(settings):
    token, settings.SECRET_KEY_FALLBACKS = made(), [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10
    assert receivers.read_token(token, VIDEO, NOW).row_id == 7
    settings.SECRET_KEY_FALLBACKS = []
    assert receivers.read_token(token, VIDEO, NOW) is None


@pytest.mark.parametrize("reason", [Reason.EDITOR, Reason.LOCKED, Reason.EXPIRED])
def test_there_is_none_for_an_editor_or_for_a_locked_film(reason):
    assert made(reason=reason) == ""


@pytest.mark.django_db
def test_only_the_row_of_the_token_counts_and_the_token_ends_with_it():
    video = factories.make_video()
    unlocked(video)
    row = VideoAccessSession.objects.get()
    receiver = receivers.Receiver(row.pk, clock.now() + 9 * HOUR)
    verdict = receivers.decide_for(video, receiver, clock.now())
    assert verdict.allowed and verdict.access_id == row.pk and verdict.valid_until == row.expires_at
    early = receivers.Receiver(row.pk, clock.now() + HOUR / 60)
    assert receivers.decide_for(video, early, clock.now()).valid_until == early.ends_at
    row.delete()
    VideoAccessSession.objects.create(
        session_key=row.session_key, video=video, created_at=clock.now(), expires_at=clock.now() + HOUR
    )
    assert receivers.decide_for(video, receiver, clock.now()).reason == Reason.LOCKED


@pytest.mark.django_db
def test_it_stays_when_the_browser_unlocks_another_film_and_gets_another_key():
    video, other = factories.make_video(), factories.make_video()
    client = unlocked(video)
    row = VideoAccessSession.objects.get()
    before = row.session_key
    factories.unlock(client, other)
    row.refresh_from_db()
    assert row.session_key != before
    assert receivers.decide_for(video, receivers.Receiver(row.pk, clock.now() + HOUR), clock.now()).allowed


@pytest.mark.django_db
@pytest.mark.parametrize("by", ["password", "link"])
def test_it_stays_when_the_browser_opens_the_same_again_and_ends_with_the_new_access(by):
    video, now = factories.make_video(), clock.now()
    client = factories.browser()
    _invitation, secret = create_invitation(video, kind="link", label="Jury")

    def open_it():
        client.post(f"/w/{secret}/") if by == "link" else factories.unlock(client, video)
        return VideoAccessSession.objects.get()

    rows = [open_it(), open_it()]  # a token may be made for the first row or for a later one
    tokens = [made(row_id, video.uuid, now=now) for row_id in (rows[1].first_id, rows[1].pk)]
    rows.append(open_it())
    assert len({row.pk for row in rows}) == 3
    held = [receivers.read_token(token, video.uuid, now) for token in tokens]
    assert [receivers.decide_for(video, each, clock.now()).access_id for each in held] == [rows[2].pk] * 2
    end_all_access(video)
    assert not any(receivers.decide_for(video, each, clock.now()).allowed for each in held)
    open_it()
    assert not any(receivers.decide_for(video, each, clock.now()).allowed for each in held)


@pytest.mark.django_db
def test_an_access_after_the_end_of_another_does_not_follow_it():
    video = factories.make_video()
    client = unlocked(video)
    row = VideoAccessSession.objects.get()
    VideoAccessSession.objects.update(expires_at=clock.now())
    factories.unlock(client, video)
    receiver = receivers.Receiver(row.pk, clock.now() + HOUR)
    assert not receivers.decide_for(video, receiver, clock.now()).allowed


@pytest.mark.django_db
def test_another_row_of_the_same_browser_does_not_count():
    video = factories.make_video()
    client = unlocked(video)
    row = VideoAccessSession.objects.get()
    receiver = receivers.Receiver(row.pk, clock.now() + HOUR)
    _invitation, token = create_invitation(video, kind="link", label="Jury")
    client.post(f"/w/{token}/")
    assert VideoAccessSession.objects.count() == 2
    assert receivers.decide_for(video, receiver, clock.now()).access_id == row.pk
    VideoAccessSession.objects.filter(pk=row.pk).update(expires_at=clock.now())
    assert receivers.decide_for(video, receiver, clock.now()).reason == Reason.EXPIRED
