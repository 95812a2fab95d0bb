"""Right passwords are recognised for ten minutes, in memory, against the present hash; wrong ones pay for a hash."""

import threading

import pytest

from tests.factories import PASSWORD, browser, make_section, make_video, unlock
from video_pages.access import passwords, queues, recognised_passwords
from video_pages.access.guard import Guard, guard_of
from video_pages.access.recognised_passwords import RecognisedPasswords
from video_pages.models import Guess

WRONG = "not-the-password"
GUARD = Guard("video", 1, "a hash")


@pytest.fixture
def hashes(monkeypatch):
    """The passwords that are hashed from now on, one after the other."""
    typed, check = [], passwords.check_password

    def noting_check(raw, *args):
        typed.append(raw)
        return check(raw, *args)

    monkeypatch.setattr(passwords, "check_password", noting_check)
    return typed


def test_it_knows_a_right_password_for_ten_minutes_and_no_other():
    now = [0.0]
    memory = RecognisedPasswords(clock=lambda: now[0])
    memory.remember(GUARD, PASSWORD)
    assert memory.recognises(GUARD, PASSWORD)
    assert not memory.recognises(GUARD, WRONG)
    assert not memory.recognises(Guard("section", 1, "a hash"), PASSWORD)
    now[0] = recognised_passwords.KEPT_SECONDS - 0.1
    assert memory.recognises(GUARD, PASSWORD)
    now[0] = recognised_passwords.KEPT_SECONDS
    assert not memory.recognises(GUARD, PASSWORD) and len(memory) == 0


def test_another_hash_drops_what_was_known_for_good():
    memory = RecognisedPasswords()
    memory.remember(GUARD, PASSWORD)
    assert not memory.recognises(Guard("video", 1, "another hash"), PASSWORD)
    assert not memory.recognises(GUARD, PASSWORD) and len(memory) == 0


def test_it_holds_a_bounded_number_of_guards_and_forgets_the_oldest():
    memory = RecognisedPasswords(size=3)
    guards = [Guard("video", number, "a hash") for number in range(5)]
    for guard in guards:
        memory.remember(guard, PASSWORD)
    assert [memory.recognises(guard, PASSWORD) for guard in guards] == [False, False, True, True, True]
    assert len(memory) == 3


def test_what_is_kept_differs_between_processes_and_holds_no_password():
    memories = [RecognisedPasswords(), RecognisedPasswords()]
    for memory in memories:
        memory.remember(GUARD, PASSWORD)
    first, second = (memory._entries[GUARD.key] for memory in memories)
    assert set(first.texts).isdisjoint(second.texts)
    assert PASSWORD not in repr(first)


@pytest.mark.django_db
def test_the_second_right_password_costs_no_hash_and_a_wrong_one_always_does(hashes):
    video = make_video()
    assert unlock(browser(), video).status_code == 303
    assert unlock(browser(), video).status_code == 303
    assert hashes == [PASSWORD]
    assert [unlock(browser(), video, WRONG).status_code for _ in range(2)] == [403, 403]
    assert hashes == [PASSWORD, WRONG, WRONG]


@pytest.mark.django_db
def test_a_section_is_recognised_at_each_of_its_videos(hashes):
    section = make_section(password=PASSWORD)
    videos = [make_video(section=section, password=None) for _ in range(2)]
    for page in [section, *videos]:
        assert unlock(browser(), page).status_code == 303
    assert hashes == [PASSWORD]


@pytest.mark.django_db
def test_a_new_password_ends_what_was_recognised_and_so_does_its_removal(hashes):
    video = make_video()
    unlock(browser(), video)
    video.set_password("a-new-password")
    assert unlock(browser(), video).status_code == 403
    assert unlock(browser(), video, "a-new-password").status_code == 303
    passwords.remove_password(video)
    assert guard_of(video) is None
    assert b'id="player"' not in unlock(browser(), video, "a-new-password", follow=True).content


@pytest.mark.django_db
def test_a_limited_client_is_refused_a_recognised_password_too(hashes):
    video = make_video()
    unlock(browser(), video)
    assert [unlock(browser(), video, WRONG).status_code for _ in range(6)] == [403] * 5 + [429]
    assert unlock(browser(), video).status_code == 429


@pytest.mark.django_db
def test_a_recognised_password_writes_no_guess_and_needs_no_turn_to_hash(monkeypatch):
    video = make_video()
    unlock(browser(), video)
    full = threading.BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(queues, "_hashes_waiting", full)
    assert unlock(browser(), video).status_code == 303
    assert not Guess.objects.exists()


def test_who_follows_a_hash_that_was_given_up_is_asked_to_come_back(monkeypatch):
    memory, follows = RecognisedPasswords(), threading.Event()

    def give_up(*_args):
        assert follows.wait(10)
        raise queues.HashingBusy

    class SlowCheck(recognised_passwords._PendingCheck):
        def __init__(self):
            super().__init__()
            wait = self.is_over.wait
            self.is_over.wait = lambda: (follows.set(), wait(10))

    monkeypatch.setattr(passwords, "matches", give_up)
    monkeypatch.setattr(recognised_passwords, "_PendingCheck", SlowCheck)
    outcomes = []

    def ask():
        try:
            outcomes.append(memory.check(GUARD, PASSWORD))
        except queues.HashingBusy:
            outcomes.append("busy")

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == ["busy", "busy"]
    assert not memory._pending
