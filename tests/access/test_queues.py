"""A crowd that types passwords costs its own time and nobody else's: bounded waiting, bounded work, bounded text."""

import datetime as dt
import threading

import pytest
from django.utils import timezone

from tests.factories import PASSWORD, browser, make_video, unlock
from video_pages.access import (
    guess_limit,
    passwords,
    queues,
    throttle,
)
from video_pages.access.guard import guard_of
from video_pages.models import Guess, VideoAccessSession

pytestmark = pytest.mark.django_db
CLIENT = guess_limit.Guesser("client")
# One letter with many marks, as many as a form may hold: normalising takes time that grows with their square.
ZALGO = "a" + "\u0300\u0316" * 10_000


def test_text_too_long_to_be_a_password_is_not_even_normalised(monkeypatch):
    video = make_video()
    monkeypatch.setattr(passwords, "normalise", lambda *args: pytest.fail("normalised"))
    monkeypatch.setattr(passwords, "check_password", lambda *args: pytest.fail("hashed"))
    assert unlock(browser(), video, ZALGO).status_code == 403
    with pytest.raises(passwords.ValidationError):
        passwords.validate_password(ZALGO)


def test_the_longest_password_opens_in_its_longest_spelling():
    raw = "\u1f82" * 128  # one letter that decomposes into four code points
    video = make_video(password=raw)
    spelled = passwords.unicodedata.normalize("NFD", raw)
    assert len(spelled) == 4 * 128
    assert unlock(browser(), video, spelled).status_code == 303


def test_when_too_many_wait_a_visitor_is_asked_to_try_again_and_nothing_is_counted(monkeypatch):
    video = make_video()
    full = threading.BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(queues, "_hashes_waiting", full)
    response = unlock(browser(), video)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    page = response.content.decode()
    assert "Try again in a few seconds" in page and 'name="password"' in page
    assert not Guess.objects.exists() and not VideoAccessSession.objects.exists()
    full.release()
    assert unlock(browser(), video).status_code == 303


def test_a_guess_whose_process_was_killed_holds_its_place_and_then_counts_as_a_miss():
    guard, now = guard_of(make_video()), timezone.now()
    for _ in range(guess_limit.TRIES):
        throttle.admit(guard, CLIENT, now=now)
    with pytest.raises(throttle.TooManyGuesses):
        throttle.admit(guard, CLIENT, now=now + guess_limit.PENDING_FOR)


def test_who_waits_for_a_place_takes_it_when_a_guess_proves_right():
    guard, now = guard_of(make_video()), timezone.now()
    guesses = [throttle.admit(guard, CLIENT, now=now) for _ in range(guess_limit.TRIES)]
    assert throttle._take_place(guard, CLIENT, None, None, now) is None
    throttle.withdraw(guesses[0])
    assert throttle._take_place(guard, CLIENT, None, None, now) is not None


def test_a_withdrawn_guess_wakes_those_who_wait_for_its_place(monkeypatch, django_capture_on_commit_callbacks):
    woken = []
    monkeypatch.setattr(queues, "announce", woken.append)
    guard = guard_of(make_video())
    guess = throttle.admit(guard, CLIENT)
    with django_capture_on_commit_callbacks(execute=True):
        throttle.withdraw(guess)
        assert woken == []  # another connection sees the place after the commit
    assert woken == [guard.key]


def test_a_guess_that_was_not_checked_wakes_them_too(monkeypatch, django_capture_on_commit_callbacks):
    video, woken = make_video(), []
    monkeypatch.setattr(queues, "announce", woken.append)
    full = threading.BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(queues, "_hashes_waiting", full)
    with django_capture_on_commit_callbacks(execute=True):
        assert unlock(browser(), video).status_code == 503
    assert woken == [guard_of(video).key]


def test_one_client_has_sixty_misses_over_all_videos():
    now = timezone.now()
    guards = [guard_of(make_video()) for _ in range(13)]
    for guard in guards[:12]:
        for _ in range(guess_limit.TRIES):
            throttle.count_miss(throttle.admit(guard, CLIENT, now=now))
    with pytest.raises(throttle.TooManyGuesses) as limited:
        throttle.admit(guards[12], CLIENT, now=now + dt.timedelta(minutes=5))
    assert limited.value.retry_after == 10 * 60
    assert throttle.admit(guards[12], guess_limit.Guesser("another client"), now=now)


def test_an_editor_sets_a_password_while_visitors_wait():
    video = make_video()
    video.set_password("a-new-password")
    assert unlock(browser(), video, PASSWORD).status_code == 403
    assert unlock(browser(), video, "a-new-password").status_code == 303
