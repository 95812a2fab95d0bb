"""Forms of visitors are answered one at a time, so that a flood of them leaves other pages their time."""

import io
import threading
import time

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from site_config.security.form_turns import FormTurnMiddleware
from tests import factories
from video_pages.access import queues
from video_pages.access.fair_turns import FairTurns

FORM = "application/x-www-form-urlencoded"


def a_form(path="/films/one/", body=b"password=x", address="192.0.2.1"):
    return RequestFactory().post(path, body, content_type=FORM, REMOTE_ADDR=address)


def is_taken():
    """Return whether a request has the turn of this process."""
    return queues._forms.is_taken


class Body(io.BytesIO):
    """A body that notes whether a turn was taken while it was read."""

    was_taken = None

    def read(self, *args):
        self.was_taken = is_taken()
        return super().read(*args)


def run(jobs):
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)


def test_two_forms_are_never_answered_at_the_same_time():
    inside, most = [], []

    def answer(request):
        inside.append(request)
        most.append(len(inside))
        time.sleep(0.01)
        inside.pop()
        return HttpResponse()

    middleware = FormTurnMiddleware(answer)
    run([lambda: middleware(a_form()) for _ in range(8)])
    assert most == [1] * 8


@pytest.mark.parametrize(
    "request_",
    [
        RequestFactory().get("/films/one/"),
        a_form("/stream/3f0c1d0e-5a33-4c0c-9d62-0f0f0e0d0c0b/watched"),
        a_form("/admin/videos/upload/"),
        a_form(body=b"x" * 70_000),
    ],
    ids=["GET", "report of a player", "admin", "body that is refused"],
)
def test_other_requests_take_no_turn(request_):
    seen = []
    FormTurnMiddleware(lambda request: seen.append(is_taken()) or HttpResponse())(request_)
    assert seen == [False]


def test_a_client_that_sends_its_form_slowly_delays_nobody():
    body = Body(b"password=x")
    request = RequestFactory().generic("POST", "/films/one/", "", content_type=FORM)
    request._stream, request.META["CONTENT_LENGTH"] = body, "10"
    seen = []
    FormTurnMiddleware(lambda request: seen.append(is_taken()) or HttpResponse())(request)
    assert (body.was_taken, seen) == (False, [True])


def test_a_request_that_waits_or_hashes_leaves_its_turn_to_others():
    seen = []

    def answer(request):
        with queues.hashing_turn():
            seen.append(is_taken())
        with queues.waiting_slot():
            seen.append(is_taken())
        seen.append(is_taken())
        return HttpResponse()

    FormTurnMiddleware(answer)(a_form())
    assert seen == [False, False, True]
    assert not is_taken()


def test_the_turn_ends_with_an_exception_too():
    def answer(request):
        with queues.hashing_turn():
            raise ValueError

    with pytest.raises(ValueError):
        FormTurnMiddleware(answer)(a_form())
    assert not is_taken()


@pytest.mark.parametrize(("status", "sleeps"), [(429, True), (303, False), (403, False)])
def test_only_a_limited_client_pauses_for_a_share_of_the_time_that_it_took(monkeypatch, status, sleeps):
    pauses, taken = [], []
    monkeypatch.setattr(time, "sleep", lambda seconds: (pauses.append(seconds), taken.append(is_taken())))

    def answer(request):
        end = time.thread_time() + 0.02
        while time.thread_time() < end:
            pass
        return HttpResponse(status=status)

    FormTurnMiddleware(answer)(a_form())
    assert [0.005 < pause < 0.1 for pause in pauses] == [True] * sleeps
    assert not any(taken)  # others have their turns meanwhile


@pytest.mark.django_db
def test_when_too_many_wait_the_visitor_is_asked_to_try_again(monkeypatch):
    video = factories.make_video()
    monkeypatch.setattr(queues, "_forms", FairTurns(0))
    with queues._forms.turn("another"):
        response = factories.unlock(factories.browser(), video)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert factories.unlock(factories.browser(), video).status_code == 303


def test_a_client_that_sends_hundreds_of_forms_keeps_nobody_else_out(monkeypatch):
    monkeypatch.setattr(queues, "_forms", FairTurns(20))
    answered, busy = [], []

    def answer(request):
        time.sleep(0.005)
        answered.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    middleware = FormTurnMiddleware(answer)
    monkeypatch.setattr("site_config.security.form_turns.busy_response", lambda request, problem: busy.append(request))
    flood = [lambda: middleware(a_form()) for _ in range(60)]
    others = [lambda n=n: middleware(a_form(address=f"198.51.100.{n}")) for n in range(5)]
    run(flood + others)
    assert {request.META["REMOTE_ADDR"] for request in busy} == {"192.0.2.1"}
    assert sorted(set(answered)) == ["192.0.2.1", *(f"198.51.100.{n}" for n in range(5))]
    assert max(answered.index(f"198.51.100.{n}") for n in range(5)) < len(answered) - 5  # not behind the flood
