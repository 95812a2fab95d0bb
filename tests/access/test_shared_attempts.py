"""A crowd with one text at one guard: one request checks it, the others wait for the outcome and then go on."""

import threading
import time

import pytest

from tests.access.threads import at_once
from tests.factories import PASSWORD, browser, make_video, unlock
from video_pages.access import passwords, queues, shared_attempts, throttle
from video_pages.access.guard import guard_of
from video_pages.access.visitor import visitor_of
from video_pages.models import Guess, VideoAccessSession

pytestmark = pytest.mark.django_db(transaction=True)

WRONG = "not-the-password"


@pytest.fixture
def places(monkeypatch):
    """The clients that took a place for a guess, one after the other."""
    taken, create = [], Guess.objects.create
    monkeypatch.setattr(
        Guess.objects, "create", lambda **columns: (taken.append(columns["client"]), create(**columns))[1]
    )
    return taken


class Hashes(list):
    """The texts that were hashed; no hash ends before `may_end()`."""

    may_end = staticmethod(lambda: True)


@pytest.fixture
def slow_hash(monkeypatch):
    """The Hashes of a test."""
    hashed, check = Hashes(), passwords.check_password

    def slow_check(text, *args):
        hashed.append(text)
        deadline = time.monotonic() + 20
        while not hashed.may_end():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return check(text, *args)

    monkeypatch.setattr(passwords, "check_password", slow_check)
    return hashed


@pytest.fixture
def waiting(monkeypatch):
    """The attempts for which a request has waited, waits, or has asked in vain for a slot to wait."""
    waited, wait = [], shared_attempts.Check.wait
    monkeypatch.setattr(shared_attempts.Check, "wait", lambda attempt: (waited.append(attempt), wait(attempt))[1])
    return waited


def statuses(responses):
    return [getattr(response, "status_code", response) for response in responses]


@pytest.mark.parametrize("address", ["198.51.100.{}", "203.0.113.7"])
def test_a_crowd_with_the_right_password_takes_one_place_and_one_hash(places, slow_hash, waiting, address):
    video = make_video()
    slow_hash.may_end = lambda: len(waiting) == 19
    clients = [browser(REMOTE_ADDR=address.format(number)) for number in range(20)]
    assert statuses(at_once(*[lambda client=client: unlock(client, video) for client in clients])) == [303] * 20
    assert len(places) == len(slow_hash) == 1
    assert VideoAccessSession.objects.count() == 20
    assert not Guess.objects.exists() and not shared_attempts._attempts


def test_a_crowd_with_one_wrong_text_pays_for_each_hash_and_counts_each_miss(places, slow_hash, waiting):
    video = make_video()
    slow_hash.may_end = lambda: len(waiting) >= 3
    clients = [browser(REMOTE_ADDR=f"198.51.100.{number}") for number in range(4)]
    assert statuses(at_once(*[lambda client=client: unlock(client, video, WRONG) for client in clients])) == [403] * 4
    assert len(places) == len(slow_hash) == 4
    assert Guess.objects.filter(is_pending=False).count() == 4


def test_a_limited_client_is_refused_at_once_while_the_same_text_is_checked(slow_hash):
    """The time of its answer must not tell it that somebody types that password now."""
    video = make_video()
    stranger = browser(REMOTE_ADDR="203.0.113.9")
    assert [unlock(stranger, video, WRONG).status_code for _ in range(5)] == [403] * 5
    answers = []
    slow_hash.may_end = lambda: len(answers) == 2

    def ask():
        while not shared_attempts._attempts:
            time.sleep(0.01)
        answers.append(unlock(stranger, video).status_code)
        answers.append(bool(shared_attempts._attempts))

    right, _none = at_once(lambda: unlock(browser(), video), ask)
    assert right.status_code == 303
    assert answers == [429, True]


def test_others_do_not_wait_while_the_first_waits_for_guesses_of_its_own_address(slow_hash, monkeypatch):
    video = make_video()
    waits, may_go_on = threading.Event(), threading.Event()
    full = lambda *_args: (waits.set(), may_go_on.wait(10))  # noqa: E731
    take = throttle._take_place

    def take_unless_first(guard, guesser, *args):
        if guesser.client == first and not may_go_on.is_set():
            return None
        return take(guard, guesser, *args)

    pupil = browser(REMOTE_ADDR="203.0.113.9")
    first = visitor_of(pupil.get(video.url).wsgi_request).guesser.client
    monkeypatch.setattr(throttle, "_take_place", take_unless_first)
    monkeypatch.setattr(queues, "wait_for_announcement", full)

    def ask():
        assert waits.wait(10)
        try:
            return unlock(browser(REMOTE_ADDR="198.51.100.1"), video)
        finally:
            may_go_on.set()

    assert statuses(at_once(lambda: unlock(pupil, video), ask)) == [303, 303]


def test_an_attempt_that_was_given_up_lets_the_next_request_check(monkeypatch):
    guard = guard_of(make_video())
    begun, order = threading.Event(), []

    def give_up():
        with shared_attempts.turn(guard, PASSWORD, is_right=lambda: False, may_wait=lambda: True):
            begun.set()
            time.sleep(0.2)
            order.append("given up")

    def follow():
        begun.wait(10)
        with shared_attempts.turn(guard, PASSWORD, is_right=lambda: False, may_wait=lambda: True) as attempt:
            order.append("follows")
            assert shared_attempts._attempts[attempt._key] is attempt

    at_once(give_up, follow)
    assert order == ["given up", "follows"]
    assert not shared_attempts._attempts


def test_a_crowd_beyond_the_waiting_slots_is_asked_to_come_back(slow_hash, waiting, monkeypatch):
    video = make_video()
    slow_hash.may_end = lambda: len(waiting) == 7  # three of them have a slot
    monkeypatch.setattr(queues, "_requests_waiting", threading.BoundedSemaphore(3))
    clients = [browser(REMOTE_ADDR=f"198.51.100.{number}") for number in range(8)]
    answers = at_once(*[lambda client=client: unlock(client, video) for client in clients])
    assert sorted(statuses(answers)) == [303] * 4 + [503] * 4
    assert all(answer.headers["Retry-After"] == "5" for answer in answers if answer.status_code == 503)
