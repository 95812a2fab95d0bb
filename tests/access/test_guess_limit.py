"""The limit on guesses as arithmetic: a guard bears no more, whatever guessers do, and somebody always gets in."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from video_pages.access import guess_limit
from video_pages.access.guard import Guard

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
GUARD = Guard("video", 1, "hash", password_date=7)
OTHER = Guard("video", 2, "hash", password_date=7)
ADDRESSES = ["a", "b", "c"]


class World:
    """Guesses without a database: every guess that finds room is a miss."""

    def __init__(self):
        self.tries, self.now = [], START

    def room(self, guesser, guard=GUARD):
        recent = [guess for guess in self.tries if guess.made_at > self.now - guess_limit.SIEGE_WINDOW]
        seen = [
            guess
            for guess in recent
            if guess.client == guesser.client or (guesser.browser and guess.browser == guesser.browser)
        ]
        here = [guess for guess in recent if guess.guard == guard.key]
        settled = sum(guess_limit.is_settled(guess, self.now) for guess in here)
        return guess_limit.allowance_for(guesser, guard, seen, lambda: (settled, len(here)), self.now)

    def guess(self, guesser, guard=GUARD, *, is_pending=False):
        room = self.room(guesser, guard)
        if room.left:
            self.tries.append(
                guess_limit.CountedGuess(guard.key, guesser.client, guesser.browser, self.now, is_pending)
            )
        return room

    def most_within_an_hour(self, **which):
        times = sorted(
            guess.made_at
            for guess in self.tries
            if guess.guard == GUARD.key and all(getattr(guess, name) == value for name, value in which.items())
        )
        return max(
            (sum(first <= time < first + guess_limit.SIEGE_WINDOW for time in times) for first in times), default=0
        )


# A burst of guesses from one address, each by a browser invented for it, by the same one or by none; then a pause.
bursts = st.lists(
    st.tuples(
        st.sampled_from(ADDRESSES),
        st.sampled_from(["invented", "same", "none"]),
        st.integers(1, 70),
        st.integers(0, 40 * 60),
    ),
    max_size=25,
)


def play(world, bursts):
    for number, (address, kind, count, pause) in enumerate(bursts):
        for which in range(count):
            name = {"invented": f"{number} {which}", "same": "same", "none": ""}[kind]
            world.guess(guess_limit.Guesser(address, name))
        world.now += dt.timedelta(seconds=pause)


@settings(max_examples=60, deadline=None)
@given(bursts)
def test_inventing_browsers_gains_nothing_beyond_what_a_guard_bears(bursts):
    world = World()
    play(world, bursts)
    # As before there were browsers: a hundred and one, and then one in 15 minutes for each address.
    assert world.most_within_an_hour() <= guess_limit.SIEGE_MISSES + 1 + 5 * len(ADDRESSES)
    for address in ADDRESSES:
        assert world.most_within_an_hour(client=address) <= guess_limit.TRIES_OF_ADDRESS + 5 * guess_limit.TRIES
        assert world.most_within_an_hour(client=address) <= guess_limit.SIEGE_MISSES


@settings(max_examples=60, deadline=None)
@given(bursts)
def test_there_is_no_state_in_which_the_right_password_is_refused_to_everyone(bursts):
    world = World()
    play(world, bursts)
    assert world.room(guess_limit.Guesser("an address without a guess", "x")).left
    assert world.room(guess_limit.Guesser("an address without a guess")).left
    for address in ADDRESSES:
        assert (
            world.room(guess_limit.Guesser(address, "its own id", {GUARD.key: GUARD.password_date})).left
            == guess_limit.TRIES
        )


@settings(max_examples=60, deadline=None)
@given(bursts)
def test_a_limited_client_gets_a_moment_at_which_a_try_is_free(bursts):
    world = World()
    play(world, bursts)
    guesser = guess_limit.Guesser("a")
    room = world.room(guesser)
    if not room.left:
        assert world.now < room.until <= world.now + guess_limit.WINDOW
        world.now = room.until
        assert world.room(guesser).left


def test_one_address_does_not_bring_a_guard_under_siege():
    world = World()
    for second in range(60 * 60):
        world.now = START + dt.timedelta(seconds=second)
        world.guess(guess_limit.Guesser("a", f"invented {second}"))
    settled = world.most_within_an_hour()
    assert guess_limit.TRIES_OF_ADDRESS <= settled <= guess_limit.SIEGE_MISSES
    assert world.guess(guess_limit.Guesser("b")).left == guess_limit.TRIES
    assert world.guess(guess_limit.Guesser("b")).left == guess_limit.TRIES - 1


def test_a_browser_without_a_miss_has_one_try_at_a_limited_address_and_no_second():
    world = World()
    for _ in range(guess_limit.TRIES):
        assert world.guess(guess_limit.Guesser("school", "pupil")).left
    assert not world.guess(guess_limit.Guesser("school", "pupil")).left
    assert not world.guess(guess_limit.Guesser("school")).left  # nothing tells it from the one that missed
    assert world.guess(guess_limit.Guesser("school", "neighbour")).left == 1
    refused = world.guess(guess_limit.Guesser("school", "neighbour"))
    assert not refused.left and not refused.waits and refused.until == START + guess_limit.WINDOW


def test_a_second_guess_of_a_browser_waits_while_its_one_try_is_being_checked():
    world = World()
    for _ in range(guess_limit.TRIES):
        world.guess(guess_limit.Guesser("school", "pupil"))
    assert world.guess(guess_limit.Guesser("school", "neighbour"), is_pending=True).left == 1
    assert world.room(guess_limit.Guesser("school", "neighbour")).waits
    world.now += guess_limit.PENDING_FOR
    assert not world.room(guess_limit.Guesser("school", "neighbour")).waits


def test_under_siege_a_limited_address_gives_no_more_to_browsers_without_a_miss():
    world = World()
    for number in range(guess_limit.SIEGE_MISSES + 1):
        world.guess(guess_limit.Guesser(f"bot {number}"))
    assert world.guess(guess_limit.Guesser("school", "pupil")).left
    assert not world.guess(guess_limit.Guesser("school", "neighbour")).left
    assert world.guess(guess_limit.Guesser("home", "neighbour")).left


def test_a_known_browser_has_five_tries_of_its_own_wherever_its_cookie_is_copied_to():
    world = World()
    opened = {GUARD.key: GUARD.password_date}
    copies = [guess_limit.Guesser(f"address {number}", "one id", opened) for number in range(20)]
    assert sum(bool(world.guess(copy).left) for copy in copies) == guess_limit.TRIES
    for _ in range(guess_limit.TRIES):
        world.guess(guess_limit.Guesser("school", "pupil"))
    known = guess_limit.Guesser("school", "another id", opened)
    assert [bool(world.guess(known).left) for _ in range(6)] == [True] * 5 + [False]


def test_what_a_browser_has_opened_counts_only_with_the_password_of_today_and_for_that_guard():
    for opened in ({GUARD.key: 6}, {OTHER.key: 7}, {}):
        world = World()
        for _ in range(guess_limit.TRIES):
            world.guess(guess_limit.Guesser("school", "pupil"))
        known = guess_limit.Guesser("school", "an id", opened)
        assert [bool(world.guess(known).left) for _ in range(2)] == [True, False]


def test_sixty_misses_of_one_address_are_all_whatever_the_guards_and_browsers():
    world = World()
    guards = [Guard("video", number, "hash") for number in range(30)]
    rooms = [
        world.guess(guess_limit.Guesser("a", f"{guard} {number}"), guard) for guard in guards for number in range(9)
    ]
    assert sum(bool(room.left) for room in rooms) == guess_limit.TRIES_EVERYWHERE


def test_tries_are_counted_in_one_line_for_an_address_and_for_each_guard_of_a_browser_that_has_opened_it():
    first, second = (Guard("video", number, "hash", password_date=7) for number in (1, 2))
    stranger, known = guess_limit.Guesser("client"), guess_limit.Guesser("client", "browser", {"video:1": 7})
    assert stranger.key_at(first) == stranger.key_at(second) == known.key_at(second) == "client"
    assert known.key_at(first) == "video:1 browser"
