"""A client that has to wait and sends the same form again gets a copy of its last refusal, for a second."""

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from site_config.security import limited_answers
from site_config.security.form_turns import FormTurnMiddleware
from site_config.security.limited_answers import LimitedAnswers
from tests import factories
from video_pages.core.metrics import REGISTRY

FORM = "application/x-www-form-urlencoded"
BODY = "password=one&csrfmiddlewaretoken=abc"


def a_form(body=BODY, path="/films/one/", content_type=FORM, address="192.0.2.1", **headers):
    return RequestFactory().post(path, body.encode(), content_type=content_type, REMOTE_ADDR=address, headers=headers)


@pytest.fixture
def asked():
    """The requests that are answered in full."""
    return []


@pytest.fixture
def answer(asked):
    """A function: answers a request through the middleware, whose every full answer is 429."""

    def refuse(request):
        asked.append(request)
        response = HttpResponse(f"wait {len(asked)}", status=429, headers={"Retry-After": "60"})
        response.set_cookie("limited_video_1", "1", max_age=60)
        return response

    return FormTurnMiddleware(refuse)


def test_the_next_password_of_the_same_form_gets_a_copy(answer, asked):
    first = answer(a_form())
    first.headers["X-Added"] = "by outer middleware"
    second = answer(a_form("password=two&csrfmiddlewaretoken=abc", **{"X-Request-ID": "other"}))
    assert (second.status_code, second.content, second.headers["Retry-After"]) == (429, b"wait 1", "60")
    assert second.cookies["limited_video_1"].value == "1" and "X-Added" not in second.headers
    assert len(asked) == 1


@pytest.mark.parametrize(
    "other",
    [
        a_form(address="192.0.2.2"),
        a_form(path="/films/two/"),
        a_form(path="/films/one/?t=3"),
        a_form("password=one&csrfmiddlewaretoken=other"),
        a_form(BODY + "&next=/x/"),
        a_form(cookie="sessionid=x"),
        a_form(**{"accept-language": "de"}),
        a_form(BODY + "&x=" + "y" * 2_000),
        a_form("{}", content_type="application/json"),
    ],
)
def test_whatever_else_differs_is_answered_by_itself(answer, asked, other):
    answer(a_form())
    assert answer(other).content == b"wait 2"
    assert len(asked) == 2


def test_a_copy_is_given_for_a_moment_and_the_page_then_made_anew(answer, monkeypatch):
    monkeypatch.setattr(limited_answers, "KEPT_SECONDS", -1)
    answer(a_form())
    assert answer(a_form()).content == b"wait 2"


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(status=403),
        HttpResponse(status=303),
        HttpResponse(b"x" * 100_001, status=429),
        StreamingHttpResponse([b"x"], status=429),
    ],
)
def test_no_other_answer_is_kept(response):
    memory = LimitedAnswers()
    memory.keep(a_form(), "192.0.2.1", response)
    assert memory.find(a_form(), "192.0.2.1") is None


def test_the_memory_is_bounded():
    memory = LimitedAnswers()
    for number in range(limited_answers.MOST_CLIENTS + 1):
        memory.keep(a_form(), str(number), HttpResponse(status=429))
    assert memory.find(a_form(), "0") is None
    assert memory.find(a_form(), str(limited_answers.MOST_CLIENTS)).status_code == 429


def typed(browser, video, password):
    """Post `password` as a browser's form does."""
    return browser.post(video.url, f"password={password}", content_type=FORM)


@pytest.mark.django_db
def test_a_limited_visitor_reads_the_same_page_each_time_and_costs_no_query(django_assert_num_queries):
    video, browser = factories.make_video(), factories.browser()
    while (limited := typed(browser, video, "wrong")).status_code != 429:
        assert limited.status_code == 403
    typed(browser, video, "wrong")  # with the cookie that says so
    limited = typed(browser, video, "wrong")
    with django_assert_num_queries(0):
        again = typed(browser, video, factories.PASSWORD)
    assert (again.status_code, again.content) == (429, limited.content)
    assert again.headers["Retry-After"] == limited.headers["Retry-After"]
    other = factories.browser(REMOTE_ADDR="192.0.2.77")
    assert typed(other, video, factories.PASSWORD).status_code == 303, "others are not limited by it"


def limited_copies():
    return REGISTRY.get_sample_value("screening_room_unlock_attempts_total", {"result": "limited"}) or 0


@pytest.mark.django_db
def test_copies_of_a_limited_password_are_counted_and_of_no_other_form(answer):
    before = limited_copies()
    answer(a_form())
    answer(a_form())
    assert limited_copies() == before, "no password was tried"
    video, browser = factories.make_video(), factories.browser()
    said = [typed(browser, video, "wrong").status_code for _each in range(9)]
    assert limited_copies() == before + said.count(429) and said.count(429) > 3
