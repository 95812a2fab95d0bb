"""Links that reset an editor's password: limited, mailed and never printed, and nothing tells which accounts exist."""

import datetime as dt
import logging
import re
import smtplib
import threading
import time

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db.models import F
from django.urls import reverse
from wagtail.models import Site

from home.models import SiteSettings
from site_config.environment import engines
from site_config.security import password_reset
from site_config.security.password_reset import ACCOUNT, ADDRESS, LIMITS
from tests import factories
from video_pages.access import request_limit
from video_pages.access.models import Guess

pytestmark = pytest.mark.django_db(transaction=True)
SCREENS = ["", "done/", "confirm/MQ/some-token/", "complete/"]


class SlowAndRefusing(EmailBackend):
    """A mail server that refuses once it `may_answer`."""

    may_answer = threading.Event()

    def send_messages(self, messages):
        assert self.may_answer.wait(60)
        raise smtplib.SMTPServerDisconnected("try another day")


@pytest.fixture(autouse=True)
def mail_server(settings):
    settings.WAGTAIL_PASSWORD_RESET_ENABLED = True


@pytest.fixture
def ann():
    return factories.make_superuser("ann")


def ask(email, **extra):
    return factories.browser().post(reverse("wagtailadmin_password_reset"), {"email": email}, **extra)


def settled():
    """Wait until every request that was put in a line is dealt with."""
    deadline = time.monotonic() + 30
    while password_reset._places._value < password_reset.MOST_WAITING:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def visible(response):
    """Return the parts of an answer that a visitor can see."""
    return response.status_code, response.headers.get("Location"), response.content


def test_a_link_is_mailed_and_sets_a_new_password(ann):
    site = Site.objects.get(is_default_site=True)
    SiteSettings.objects.update_or_create(site=site, defaults={"name": "Ann & Bob's"})
    assert ask("ann@example.org").status_code == 302
    settled()
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["ann@example.org"], "Password reset · Ann & Bob's")
    assert message.body.endswith("\n-- \nAnn & Bob's\n")
    client = factories.browser()
    form = client.get(re.search(r"/admin/password_reset/confirm/\S+", message.body)[0], follow=True)
    new = {"new_password1": "a-brand-new-password", "new_password2": "a-brand-new-password"}
    client.post(form.redirect_chain[-1][0], new)
    ann.refresh_from_db()
    assert ann.check_password("a-brand-new-password")


@pytest.mark.parametrize("screen", SCREENS)
def test_without_a_mail_server_there_is_no_such_screen(settings, screen):
    settings.WAGTAIL_PASSWORD_RESET_ENABLED = False
    assert factories.browser().get(f"/admin/password_reset/{screen}").status_code == 404
    assert factories.browser().post(f"/admin/password_reset/{screen}").status_code == 404
    assert "password_reset" not in factories.browser().get(reverse("wagtailadmin_login")).content.decode()


@pytest.mark.parametrize(
    ("url", "delivers"),
    [("", False), ("consolemail://", False), ("dummymail://", False), ("smtp+tls://a:b@mail.example:587", True)],
)
def test_mail_is_delivered_only_with_a_mail_server(url, delivers):
    assert engines.delivers_mail(url) is delivers


def test_one_address_asks_five_times_an_hour_whatever_it_types(ann):
    for number in range(LIMITS[ADDRESS]):
        assert ask(f"somebody-{number}@example.org").status_code == 302
    refused = ask("ann@example.org")
    assert refused.status_code == 429
    assert 3000 < int(refused.headers["Retry-After"]) <= 3600
    assert ask("ann@example.org", REMOTE_ADDR="192.0.2.7").status_code == 302
    settled()
    assert len(mail.outbox) == 1
    Guess.objects.update(made_at=F("made_at") - dt.timedelta(minutes=61))
    assert ask("ann@example.org").status_code == 302
    settled()


def test_one_account_is_sent_three_links_an_hour_and_nobody_sees_it(ann, caplog):
    answers = {
        visible(ask("ann@example.org", REMOTE_ADDR=f"192.0.2.{number}")) for number in range(LIMITS[ACCOUNT] + 2)
    }
    settled()
    assert len(answers) == 1
    assert len(mail.outbox) == LIMITS[ACCOUNT]
    assert "no further link" in caplog.text and "ann@" not in caplog.text


def test_of_requests_at_the_same_moment_no_more_than_the_limit_get_through(ann, monkeypatch):
    look, others = request_limit._refuse_beyond, []

    def look_before_the_others_write(*arguments):
        look(*arguments)
        if not others:
            others.extend(range(LIMITS[ACCOUNT]))
            for _other in others:
                password_reset.count(ACCOUNT, ann.pk)

    monkeypatch.setattr(request_limit, "_refuse_beyond", look_before_the_others_write)
    with pytest.raises(password_reset.TooManyRequests):
        password_reset.count(ACCOUNT, ann.pk)
    assert Guess.objects.count() == len(others)


def test_no_answer_no_error_and_no_time_reveals_whether_an_account_exists(ann, settings, caplog):
    settings.EMAIL_BACKEND = f"{__name__}.SlowAndRefusing"
    SlowAndRefusing.may_answer.clear()
    answers = [visible(ask(email)) for email in ("ann@example.org", "nobody@example.org")]
    assert "try another day" not in caplog.text, "both are answered before the mail server has answered"
    SlowAndRefusing.may_answer.set()
    settled()
    assert answers[0] == answers[1]
    assert "Failed to send password reset email" in caplog.text
    assert "try another day" in caplog.text


def test_the_link_stands_in_no_log(ann, caplog):
    caplog.set_level(logging.DEBUG)
    ask("ann@example.org")
    settled()
    token = re.search(r"/confirm/\S+?/(\S+?)/", mail.outbox[0].body)[1]
    assert token not in caplog.text


def test_a_line_that_is_full_is_said_to_the_operator_and_not_to_the_visitor(ann, monkeypatch, caplog):
    monkeypatch.setattr(password_reset._places, "acquire", lambda blocking: False)
    assert ask("ann@example.org").status_code == 302
    assert not mail.outbox and "too slow" in caplog.text


def test_no_address_and_no_account_is_kept(ann):
    ask("ann@example.org", REMOTE_ADDR="192.0.2.7")
    settled()
    kept = list(Guess.objects.values_list("client", flat=True))
    assert len(kept) == 2 and all(re.fullmatch("[0-9a-f]{64}", client) for client in kept)
