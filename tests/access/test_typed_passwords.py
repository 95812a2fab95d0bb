"""Blanks around a pasted password are removed; a refusal states the tries that are left and the waiting time."""

import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError

from tests.factories import PASSWORD, browser, make_section, make_video, unlock
from video_pages.access import passwords
from video_pages.access.refusals import ErrorCode, UnlockRefusal
from video_pages.models import Guess

WRONG = "not-the-password"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "around", [" {}", "{}  ", "{}\n", "\r\n{}\r\n", "\u00a0{}\u00a0", "{}\u200b", "\ufeff{}\u2060", "\u200e\t{} \u200f"]
)
def test_what_surrounds_a_pasted_password_is_left_out(around):
    video = make_video()
    assert unlock(browser(), video, around.format(PASSWORD)).status_code == 303
    assert not Guess.objects.exists()


def test_a_text_is_tried_as_typed_first_and_inside_nothing_is_left_out():
    assert passwords.spellings("  a b\u200bc d e ") == ["  a b\u200bc d e ", "a b\u200bc d e"]
    assert passwords.spellings("as-it-is") == ["as-it-is"]
    assert passwords.spellings("short   ") == ["short   "]  # eight characters as typed, five without blanks
    assert passwords.spellings(" " * 600 + "long-enough") == ["long-enough"]
    assert passwords.spellings("\u200b" * 20 + " ") == []
    assert passwords.spellings("") == passwords.spellings("x" * 129) == []


@pytest.mark.django_db
def test_both_spellings_are_one_guess_and_a_wrong_text_costs_as_many_hashes_as_it_has(monkeypatch):
    video, hashed = make_video(password="  blanks-belong  "), []
    check = passwords.check_password
    monkeypatch.setattr(passwords, "check_password", lambda raw, *args: hashed.append(raw) or check(raw, *args))
    assert unlock(browser(), video, "blanks-belong").status_code == 403
    assert unlock(browser(), video, " blanks-belong ").status_code == 403
    assert hashed == ["blanks-belong", " blanks-belong ", "blanks-belong"]
    assert Guess.objects.count() == 2
    assert unlock(browser(), video, "  blanks-belong  ").status_code == 303


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (" " * 3, "Type the password"),
        (" " * 20, "Type the password"),
        ("\u200b\u00a0" * 8, "Type the password"),
        ("x" * 129, "longer than any password here (128 characters)"),
        ("  " + "x" * 5000, "longer than any password here (128 characters)"),
    ],
)
def test_what_can_be_no_password_costs_no_try_and_no_hash(typed, said, monkeypatch):
    monkeypatch.setattr(passwords, "check_password", lambda *args: pytest.fail("hashed"))
    for page in (make_video(), make_section(password=PASSWORD)):
        response = unlock(browser(), page, typed)
        assert response.status_code == 403
        assert said in alert(response)
    assert not Guess.objects.exists()


@pytest.mark.django_db
def test_a_text_that_is_shorter_than_new_passwords_may_be_is_a_try():
    assert unlock(browser(), make_video(), "short").status_code == 403
    assert Guess.objects.count() == 1


def test_blanks_alone_are_refused_as_a_new_password():
    with pytest.raises(ValidationError) as refused:
        passwords.validate_password("\u00a0 \u200b" * 4)
    assert refused.value.code == "blank"


def alert(response):
    page = re.sub(r"\s+", " ", response.content.decode())
    return re.search(r'role="alert">(.*?)</p>', page)[1]


@pytest.mark.django_db
def test_the_fourth_miss_says_that_one_try_is_left_and_the_fifth_that_none_is():
    for page in (make_video(), make_section(password=PASSWORD)):
        answers = [alert(unlock(browser(), page, WRONG)) for _ in range(6)]
        first_miss = Guess.objects.order_by("pk").filter(guard__endswith=f":{page.pk}").first().made_at
        for early in answers[:3]:
            assert "left" not in early and "<time" not in early
        assert "One try is left. If it is wrong too, the next is possible from <time" in answers[3]
        assert "No try is left. The limit lasts until <time" in answers[4]
        assert "Too many tries: wait 15 minutes, then try again. The limit lasts until <time" in answers[5]
        for late in answers[3:]:
            retry_moment = dt.datetime.fromisoformat(re.search(r'datetime="([^"]+)" data-local-time', late)[1])
            assert dt.timedelta(0) <= retry_moment - (first_miss + dt.timedelta(minutes=15)) <= dt.timedelta(minutes=1)


def test_a_moment_is_shown_only_where_it_matters():
    moment = dt.datetime(2026, 1, 1, 14, 34, 20, tzinfo=dt.UTC)
    assert UnlockRefusal(ErrorCode.WRONG, tries_left=2, until=moment).limited_until is None
    assert UnlockRefusal(ErrorCode.WRONG, tries_left=1, until=moment).limited_until == moment.replace(
        minute=35, second=0
    )
    assert UnlockRefusal(ErrorCode.BUSY, 5).limited_until is None
    assert "left" not in UnlockRefusal(ErrorCode.WRONG, tries_left=2, until=moment).message
