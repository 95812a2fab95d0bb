"""Turns are fair between clients, whatever one of them sends."""

import threading
import time

import pytest

from video_pages.access.fair_turns import FairTurns, NoPlace


class Crowd:
    """Threads that ask for turns, one after the other; `order` has the names in the order of their turns."""

    def __init__(self, turns):
        self.turns, self.order, self.refused, self.threads = turns, [], [], []

    def ask(self, client, name):
        """Let a thread ask for a turn of `client`, and return when it waits or is refused."""
        before = self._known()

        def work():
            try:
                with self.turns.turn(client):
                    self.order.append(name)
            except NoPlace:
                self.refused.append(name)

        thread = threading.Thread(target=work)
        thread.start()
        self.threads.append(thread)
        end = time.monotonic() + 5
        while self._known() == before and time.monotonic() < end:
            time.sleep(0.001)

    def _known(self):
        return self.turns._waiting, len(self.refused)

    def wait(self):
        for thread in self.threads:
            thread.join(5)
        assert not any(thread.is_alive() for thread in self.threads)


def test_clients_have_turns_one_after_the_other():
    crowd = Crowd(FairTurns(10))
    with crowd.turns.turn("first"):
        for client, name in [("a", "a1"), ("a", "a2"), ("a", "a3"), ("b", "b1"), ("c", "c1"), ("b", "b2")]:
            crowd.ask(client, name)
    crowd.wait()
    assert crowd.order == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_the_last_request_of_the_client_with_most_makes_room():
    crowd = Crowd(FairTurns(3))
    with crowd.turns.turn("first"):
        for name in ("a1", "a2", "a3"):
            crowd.ask("a", name)
        crowd.ask("b", "b1")
        assert crowd.refused == ["a3"]
        crowd.ask("a", "a4")
        crowd.ask("b", "b2")  # would have as many as the other
        assert crowd.refused == ["a3", "a4", "b2"]
    crowd.wait()
    assert crowd.order == ["a1", "b1", "a2"]


def test_who_leaves_its_turn_has_it_again_before_all_that_wait():
    crowd, goes_on = Crowd(FairTurns(5)), threading.Event()

    def leaves():
        with crowd.turns.turn("a"):
            with crowd.turns.left():
                goes_on.wait(5)
            crowd.order.append("again")

    thread = threading.Thread(target=leaves)
    thread.start()
    with crowd.turns.turn("b"):
        crowd.ask("c", "c1")
        goes_on.set()
        end = time.monotonic() + 5
        while not crowd.turns._returning and time.monotonic() < end:
            time.sleep(0.001)
    thread.join(5)
    crowd.wait()
    assert crowd.order == ["again", "c1"]


def test_a_client_that_rests_gets_no_turn_and_others_do():
    turns, order = FairTurns(5), []

    def ask(client):
        with turns.turn(client):
            order.append(client)

    resting = threading.Thread(target=turns.rest, args=("a", 0.2))
    resting.start()
    while "a" not in turns._resting:
        time.sleep(0.001)
    waits = threading.Thread(target=ask, args=("a",))
    waits.start()
    while not turns._waiting:
        time.sleep(0.001)
    ask("b")
    waits.join(5)
    resting.join(5)
    assert order == ["b", "a"] and not turns.is_taken and not turns._resting


def test_an_exception_ends_the_turn():
    turns = FairTurns(1)
    with pytest.raises(ValueError), turns.turn("a"), turns.left():
        raise ValueError
    assert not turns.is_taken
