"""The access row is the truth whatever keeps the session, and no error report holds what a visitor typed."""

import logging

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import override_settings
from django.utils import timezone
from django.utils.log import AdminEmailHandler

from tests.factories import PASSWORD, browser, make_user, make_video, unlock
from video_pages.access import unlocking
from video_pages.models import VideoAccessSession, VideoPage

pytestmark = pytest.mark.django_db
ENGINES = [
    "django.contrib.sessions.backends.db",
    "site_config.sessions",
]


@pytest.fixture(params=ENGINES)
def engine(request, tmp_path):
    shared = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": tmp_path}
    with override_settings(SESSION_ENGINE=request.param, CACHES={"default": shared}):
        yield request.param


def is_unlocked(client, video):
    return b'id="player"' in client.get(video.url).content


def replay(cookie):
    client = browser()
    client.cookies["sessionid"] = cookie
    return client


def test_unlocking_works_and_the_old_session_is_left_behind(engine):
    video = make_video()
    client = browser()
    unlock(client, make_video())
    old = client.cookies["sessionid"].value
    unlock(client, video)
    assert is_unlocked(client, video)
    assert not is_unlocked(replay(old), video)


def test_a_cookie_replayed_after_log_out_opens_nothing(engine):
    video = make_video()
    client = browser()
    unlock(client, video)
    client.force_login(make_user("someone", "Editors"))
    cookie = client.cookies["sessionid"].value
    client.post("/admin/logout/")
    assert not VideoAccessSession.objects.exists()
    assert not is_unlocked(replay(cookie), video)


def test_a_cookie_replayed_after_the_session_is_gone_opens_nothing(engine):
    video = make_video()
    client = browser()
    unlock(client, video)
    Session.objects.all().delete()
    cache.clear()
    assert not is_unlocked(client, video)


def test_access_ended_by_its_row_is_ended_although_the_session_lives(engine):
    video = make_video()
    client = browser()
    unlock(client, video)
    assert is_unlocked(client, video)
    VideoAccessSession.objects.all().delete()
    assert not is_unlocked(client, video)


def test_an_error_report_never_holds_the_typed_password(monkeypatch, settings, mailoutbox):
    video = make_video()
    settings.ADMINS = [("Operator", "operator@example.org")]

    def broken(*args, **kwargs):
        raise RuntimeError("the database is on fire")

    monkeypatch.setattr(unlocking.throttle, "withdraw", broken)
    handler = logging.getLogger("django.request")
    mailer = AdminEmailHandler(include_html=True)
    handler.addHandler(mailer)
    try:
        client = browser()
        client.raise_request_exception = False
        assert unlock(client, video).status_code == 500
    finally:
        handler.removeHandler(mailer)
    assert mailoutbox
    for mail in mailoutbox:
        for text in (mail.body, *[content for content, _type in mail.alternatives]):
            assert "the database is on fire" in text
            where = text.find(PASSWORD)
            assert where == -1, text[max(0, where - 500) : where + 50]


def test_a_form_without_its_token_is_refused_and_says_what_to_do():
    video = make_video()
    client = browser(enforce_csrf_checks=True)
    response = unlock(client, video)
    assert response.status_code == 403
    assert "cookies" in response.content.decode()
    assert not VideoAccessSession.objects.exists()


def test_the_forms_of_two_tabs_both_work():
    first, second = make_video(), make_video()
    client = browser(enforce_csrf_checks=True)

    def token(page):
        html = client.get(page.url).content.decode()
        return html.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]

    first_token, second_token = token(first), token(second)
    for page, form_token in ((second, second_token), (first, first_token)):
        answer = client.post(page.url, {"password": PASSWORD, "csrfmiddlewaretoken": form_token})
        assert answer.status_code == 303
    assert is_unlocked(client, first) and is_unlocked(client, second)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("not an address", ""),
        ("", ""),
    ],
)
def test_a_session_tells_roughly_from_where_and_with_what_and_never_who(client, address, place):
    video = make_video()
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    unlock(client, video, REMOTE_ADDR=address, HTTP_USER_AGENT=firefox)
    session = VideoAccessSession.objects.get()
    assert (session.network, session.browser_family) == (place, "Firefox")


DAY = 24 * 3600


def opened_for(days, client=None):
    """Return a browser that has unlocked a film for `days`, and the seconds for which its cookie and session last."""
    video, client = make_video(), client or browser()
    VideoPage.objects.filter(pk=video.pk).update(access_minutes=days * 24 * 60)
    answer = unlock(client, video)
    session = Session.objects.get(session_key=client.session.session_key)
    left = (session.expire_date - timezone.now()).total_seconds()
    return client, round(answer.cookies["sessionid"]["max-age"] / DAY), round(left / DAY)


def test_the_session_of_a_visitor_lasts_as_long_as_the_latest_access_and_a_month_at_most(engine):
    client, *lasts = opened_for(1)
    assert lasts == [14, 14]
    for days, expected in ((20, 20), (30, 30), (1, 30)):
        assert opened_for(days, client)[1:] == (expected, expected)


def test_the_session_of_a_user_is_not_longer_by_an_unlock_before_or_after_signing_in(engine):
    user = make_user("editor")
    client, *_lasts = opened_for(30)
    client.force_login(user)
    session = Session.objects.get(session_key=client.session.session_key)
    assert round((session.expire_date - timezone.now()).total_seconds() / DAY) == 14
    assert opened_for(30, client)[1:] == (14, 14)
