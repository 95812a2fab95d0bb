"""Unlocks at once, double submits, a password changed in between, guessers in crowds: on a real database file."""

import os
import re
import subprocess
import sys
import textwrap
import threading

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from tests.access.threads import at_once
from tests.factories import PASSWORD, browser, make_video, unlock
from video_pages.access import (
    guess_limit,
    passwords,
    queues,
    throttle,
    unlocking,
)
from video_pages.access.guard import guard_of
from video_pages.access.visitor import visitor_of
from video_pages.models import Guess, VideoAccessSession, VideoPage

pytestmark = pytest.mark.django_db(transaction=True)


def test_twenty_browsers_unlock_at_once_and_all_watch():
    video = make_video()
    clients = [browser(REMOTE_ADDR=f"198.51.100.{number}") for number in range(20)]
    responses = at_once(*[lambda client=client: unlock(client, video) for client in clients])
    assert [getattr(response, "status_code", response) for response in responses] == [303] * 20
    assert VideoAccessSession.objects.count() == 20
    assert Guess.objects.count() == 0
    for client in clients:
        assert b'id="player"' in client.get(video.url).content


def test_a_form_sent_many_times_at_once_by_one_browser_leaves_it_unlocked():
    first, video = make_video(), make_video()
    client = browser()
    unlock(client, first)
    cookie = client.cookies["sessionid"].value

    def again():
        twin = browser()
        twin.cookies["sessionid"] = cookie
        return twin if unlock(twin, video).status_code == 303 else None

    twins = at_once(*[again] * 8)
    for twin in twins:
        assert b'id="player"' in twin.get(video.url).content


def test_an_unlock_that_races_a_password_change_never_grants_for_the_old_one(monkeypatch):
    video = make_video()
    hashed, changed = threading.Event(), threading.Event()
    verify = unlocking.verify

    def slow_verify(*args):
        answer = verify(*args)
        if not hashed.is_set():
            hashed.set()
            changed.wait(10)
        return answer

    monkeypatch.setattr(unlocking, "verify", slow_verify)

    def change():
        hashed.wait(10)
        passwords.set_password(VideoPage.objects.get(pk=video.pk), "a-new-password")
        changed.set()

    response, _none = at_once(lambda: unlock(browser(), video), change)
    assert response.status_code == 403
    assert not VideoAccessSession.objects.exists()


def test_an_unlock_that_races_a_rehash_still_opens(monkeypatch):
    video = make_video()
    check, calls = passwords.check_password, []

    def rehash_after_the_first(*args):
        answer = check(*args)
        if not calls:
            fresh = make_password(PASSWORD)
            VideoPage.objects.filter(pk=video.pk).update(password_hash=fresh)
        calls.append(answer)
        return answer

    monkeypatch.setattr(passwords, "check_password", rehash_after_the_first)
    assert unlock(browser(), video).status_code == 303
    assert len(calls) == 2


def test_a_password_that_changes_all_the_time_ends_in_a_refusal_and_not_in_a_loop(monkeypatch):
    video = make_video()
    check, calls = passwords.check_password, []

    def rehash_each_time(*args):
        calls.append(1)
        VideoPage.objects.filter(pk=video.pk).update(password_hash=make_password(PASSWORD))
        return check(*args)

    monkeypatch.setattr(passwords, "check_password", rehash_each_time)
    assert unlock(browser(), video).status_code == 403
    assert len(calls) == unlocking.HASHES_PER_UNLOCK


def test_thirty_two_guesses_at_once_by_one_client_get_five_tries():
    video = make_video()
    statuses = [
        getattr(response, "status_code", response)
        for response in at_once(*[lambda: unlock(browser(), video, "not-the-password")] * 32)
    ]
    assert statuses.count(403) == 5
    assert statuses.count(429) == 27
    assert Guess.objects.count() == 5


def test_a_class_behind_one_address_gets_in_at_once():
    """Thirty right passwords at once: those that find no place wait for the outcome of the others."""
    video = make_video()
    clients = [browser() for _ in range(30)]
    responses = at_once(*[lambda client=client: unlock(client, video) for client in clients])
    assert [getattr(response, "status_code", response) for response in responses] == [303] * 30
    assert VideoAccessSession.objects.count() == 30
    assert not Guess.objects.exists()


def count_hashes(monkeypatch, *, seconds):
    """Let each hash take `seconds` more; return the list of how many ran at the time at which each began."""
    check, running, counts = passwords.check_password, [], []

    def counting_check(*args):
        running.append(1)
        counts.append(len(running))
        try:
            threading.Event().wait(seconds)
            return check(*args)
        finally:
            running.pop()

    monkeypatch.setattr(passwords, "check_password", counting_check)
    return counts


def test_a_crowd_with_the_right_password_costs_one_hash(monkeypatch):
    video, counts = make_video(), count_hashes(monkeypatch, seconds=0.5)
    clients = [browser(REMOTE_ADDR=f"198.51.100.{number}") for number in range(20)]
    responses = at_once(*[lambda client=client: unlock(client, video) for client in clients])
    assert [getattr(response, "status_code", response) for response in responses] == [303] * 20
    assert len(counts) == 1


def test_a_crowd_with_the_same_wrong_password_pays_a_hash_each(monkeypatch):
    video, counts = make_video(), count_hashes(monkeypatch, seconds=0.05)
    clients = [browser(REMOTE_ADDR=f"198.51.100.{number}") for number in range(8)]
    responses = at_once(*[lambda client=client: unlock(client, video, "not-the-password") for client in clients])
    assert [getattr(response, "status_code", response) for response in responses] == [403] * 8
    assert len(counts) == 8


def test_pupils_without_a_miss_get_in_at_once_though_one_of_them_has_used_up_all_tries():
    video = make_video()

    def pupil(number):
        client = browser()
        client.cookies["csrftoken"] = f"pupil{number}".ljust(32, "x")
        return client

    assert [unlock(pupil(0), video, "not-the-password").status_code for _ in range(6)] == [403] * 5 + [429]
    responses = at_once(*[lambda number=number: unlock(pupil(number), video) for number in range(1, 13)])
    assert [getattr(response, "status_code", response) for response in responses] == [303] * 12
    assert unlock(pupil(0), video).status_code == 429


GUESSER = """
    import os, sys, django
    django.setup()
    from django.test import Client
    for _ in range(6):
        response = Client().post(sys.argv[1], {"password": "not-the-password"})
        print(response.status_code, flush=True)
"""


def test_guesses_are_counted_exactly_over_several_processes(child_environment):
    video = make_video()
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(GUESSER), video.url],
            env={**child_environment, "PYTHONPATH": os.getcwd()},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    statuses = [line for process in processes for line in process.communicate(timeout=120)[0].split()]
    assert len(statuses) == 24
    assert statuses.count("403") == 5
    assert statuses.count("429") == 19
    assert Guess.objects.count() == 5


def test_at_most_a_share_of_the_cores_hashes_at_a_time(monkeypatch):
    video, counts = make_video(), count_hashes(monkeypatch, seconds=0.05)
    clients = [browser(REMOTE_ADDR=f"198.51.100.{number}") for number in range(8)]
    at_once(*[lambda client=client: unlock(client, video, "not-the-password") for client in clients])
    assert max(counts) <= max(1, os.cpu_count() // 2)
    assert len(counts) == 8


def test_the_guard_is_locked_while_it_is_read_again():
    """On PostgreSQL by SELECT FOR UPDATE; SQLite has no such lock and takes the whole transaction's."""
    video = make_video()
    unlock(browser(), video)
    assert guard_of(video) is not None
    if connection.vendor == "sqlite":
        assert connections.settings["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_one_address_that_guesses_at_many_guards_at_once_has_its_tries_at_all_of_them_together(monkeypatch):
    monkeypatch.setattr(guess_limit, "TRIES_EVERYWHERE", 6)
    guards = [guard_of(make_video()) for _ in range(12)]

    def miss(guard):
        guess = throttle.admit(guard, guess_limit.Guesser("client"))
        throttle.count_miss(guess)
        return guess

    answers = at_once(*[lambda guard=guard: miss(guard) for guard in guards])
    refused = [answer for answer in answers if isinstance(answer, throttle.TooManyGuesses)]
    assert len(refused) == 6 and Guess.objects.count() == 6


@pytest.fixture
def recognised_video():
    """A video whose password this process recognises."""
    video = make_video()
    assert unlock(browser(REMOTE_ADDR="198.51.100.250"), video).status_code == 303
    return video


def test_the_database_is_asked_the_same_for_each_text_of_a_limited_client(recognised_video):
    """And it locks nothing: the time of the answer says nothing about a text that is recognised."""
    assert [unlock(browser(), recognised_video, "not-the-password").status_code for _ in range(5)] == [403] * 5
    asked = []
    for text in ("not-the-password", PASSWORD):
        with CaptureQueriesContext(connection) as queries:
            assert unlock(browser(), recognised_video, text).status_code == 429
        asked.append([re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries])
    assert asked[0] == asked[1]
    assert not any(word in sql for sql in asked[0] for word in ("FOR SHARE", "FOR NO KEY UPDATE", "advisory"))


def test_a_recognised_text_waits_in_the_same_queue_as_other_texts_of_its_client(recognised_video):
    """Among many texts at once, the right one must not come before the wrong ones that are counted."""
    guard = guard_of(recognised_video)
    client = browser()
    guesser = visitor_of(client.get(recognised_video.url).wsgi_request).guesser
    answers = []

    def ask(text):
        answers.append(unlock(browser(), recognised_video, text).status_code)
        connections.close_all()

    threads = [threading.Thread(target=ask, args=[text]) for text in ("not-the-password", PASSWORD)]
    with queues.serialised(guesser.key_at(guard)):
        for thread in threads:
            thread.start()
        threads[0].join(1)
        threads[1].join(0.1)
        assert answers == []
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 403]
