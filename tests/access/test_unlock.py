"""The form at the page's own address: what a visitor sends, what comes back, and which cookies open what."""

import json
import unicodedata

import pytest
from django.contrib.sessions.models import Session

from tests.factories import PASSWORD, browser, make_section, make_user, make_video, unlock
from video_pages.access import passwords
from video_pages.access.browser import SESSION_NAME
from video_pages.access.guard import guard_of
from video_pages.models import Guess, VideoAccessSession, VideoPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def video():
    return make_video("Salt flats", description="<p>A secret description</p>")


def is_unlocked(client, page):
    return b'id="player"' in client.get(page.url).content


def session_cookie(client):
    return client.cookies["sessionid"].value


def test_a_get_without_access_shows_the_form_writes_no_row_and_sets_no_session_cookie(video):
    client = browser()
    response = client.get(video.url)
    page = response.content.decode()
    assert response.status_code == 200
    assert 'name="password"' in page
    assert "sessionid" not in response.cookies
    assert not Session.objects.exists() and not VideoAccessSession.objects.exists() and not Guess.objects.exists()
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "Cookie" in response.headers["Vary"]


def test_the_locked_page_holds_no_address_of_any_file_and_no_description(video):
    page = browser().get(video.url).content.decode()
    assert "/stream/" not in page
    assert str(video.uuid) not in page
    assert video.video_file.uuid.hex not in page
    assert "A secret description" not in page
    assert 'role="alert"' not in page


def test_a_description_is_shown_to_everyone_only_if_the_owner_says_so(video):
    VideoPage.objects.filter(pk=video.pk).update(show_description=True)
    assert "A secret description" in browser().get(video.url).content.decode()


def test_the_right_password_answers_303_to_the_same_address_and_opens_the_page(video):
    client = browser()
    address = video.url + "?t=90"
    response = client.post(address, {"password": PASSWORD})
    assert response.status_code == 303
    assert response.headers["Location"] == address
    assert response.headers["Cache-Control"] == "private, no-store"
    assert is_unlocked(client, video)
    assert not is_unlocked(browser(), video)
    row = VideoAccessSession.objects.get()
    assert row.video_id == video.pk and row.section_id is None
    assert (row.expires_at - row.created_at).total_seconds() == 3600
    assert not Guess.objects.exists()


def test_a_wrong_password_answers_403_with_the_form_and_says_so(video):
    response = unlock(browser(), video, "not-the-password")
    page = response.content.decode()
    assert response.status_code == 403
    assert 'name="password"' in page and 'role="alert"' in page
    assert "That is not the password for this video" in page
    assert "not-the-password" not in page
    assert "sessionid" not in response.cookies


@pytest.mark.parametrize("typed", ["", " ", "short", "x" * 129, "x" * 50_000, "\ud800".encode("utf-8", "replace")])
def test_odd_input_is_refused_before_anything_is_hashed(video, typed, monkeypatch):
    monkeypatch.setattr(passwords, "check_password", lambda *args: pytest.fail("hashed"))
    response = browser().post(video.url, {"password": typed})
    assert response.status_code == 403


def test_a_nul_and_invalid_bytes_are_refused_without_an_error(video):
    assert browser().post(video.url, {"password": "open\0sesame"}).status_code == 403
    body = b"password=%ff%fe%00open"
    response = browser().post(video.url, body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 403


def test_the_longest_and_the_shortest_password_work_and_are_compared_exactly():
    for raw in ("x" * 8, "y" * 128, "  spaces stay  "):
        video = make_video(password=raw)
        assert unlock(browser(), video, raw).status_code == 303
        assert unlock(browser(), video, raw + ".").status_code == 403
        assert unlock(browser(), video, raw.upper() + "Z").status_code == 403


def test_a_password_typed_in_another_unicode_form_opens():
    for composed in ("pâté-de-forêt", "Ångström-é"):
        composed, decomposed = unicodedata.normalize("NFC", composed), unicodedata.normalize("NFD", composed)
        assert composed != decomposed
        assert unlock(browser(), make_video(password=composed), decomposed).status_code == 303
        assert unlock(browser(), make_video(password=decomposed), composed).status_code == 303


def test_a_password_in_the_address_or_in_json_never_unlocks(video):
    client = browser()
    assert not is_unlocked(client, video)
    assert client.get(video.url, {"password": PASSWORD}).status_code == 200
    assert client.post(f"{video.url}?password={PASSWORD}", {}).status_code == 403
    body = json.dumps({"password": PASSWORD})
    assert client.post(video.url, body, content_type="application/json").status_code == 403
    assert client.post(video.url, body, content_type="text/plain").status_code == 403
    assert not VideoAccessSession.objects.exists()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_methods_other_than_get_head_and_post_answer_405(video, method):
    for page in (video, video.get_parent().specific):
        response = browser().generic(method, page.url)
        assert response.status_code == 405
        assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_head_answers_like_get_without_a_body(video):
    response = browser().head(video.url)
    assert response.status_code == 200
    assert response.content == b""


def test_an_invented_session_cookie_opens_nothing_and_is_not_adopted(video):
    client = browser()
    client.cookies["sessionid"] = "a" * 32
    assert not is_unlocked(client, video)
    unlock(client, video)
    assert session_cookie(client) != "a" * 32
    assert is_unlocked(client, video)


def test_a_planted_session_stays_behind_when_the_victim_unlocks(video):
    other = make_video()
    attacker, victim = browser(), browser()
    unlock(attacker, other)
    victim.cookies["sessionid"] = session_cookie(attacker)
    unlock(victim, video)
    assert session_cookie(victim) != session_cookie(attacker)
    assert is_unlocked(victim, video)
    assert not is_unlocked(attacker, video)


def test_a_session_cloned_before_the_victim_unlocks_stays_behind_too(video):
    """Two sessions holding the same secret: the clone must not see what the planted one opens later."""
    attacker, clone, victim = browser(), browser(), browser()
    unlock(attacker, make_video())
    twin = attacker.session
    data = dict(twin.items())
    twin.create()
    twin.update(data)
    twin.save()
    clone.cookies["sessionid"] = twin.session_key
    victim.cookies["sessionid"] = session_cookie(attacker)
    unlock(victim, video)
    assert not is_unlocked(clone, video)


def test_rows_hold_a_digest_and_never_the_cookie_or_the_secret(video):
    client = browser()
    unlock(client, video)
    row = VideoAccessSession.objects.get()
    secret = client.session[SESSION_NAME]
    assert len(secret) >= 22  # 128 bits and more
    assert row.session_key not in (secret, session_cookie(client))
    assert len(row.session_key) == 64


def test_unlocking_a_second_video_keeps_the_first(video):
    client, second = browser(), make_video()
    unlock(client, video)
    unlock(client, second)
    assert is_unlocked(client, video) and is_unlocked(client, second)
    assert VideoAccessSession.objects.values("session_key").distinct().count() == 1


def test_unlocking_twice_leaves_one_row(video):
    client = browser()
    unlock(client, video)
    first = VideoAccessSession.objects.get()
    assert unlock(client, video).status_code == 303
    assert VideoAccessSession.objects.get().pk != first.pk


def test_the_session_cookie_alone_opens_nothing_once_the_row_is_gone(video):
    client = browser()
    unlock(client, video)
    VideoAccessSession.objects.all().delete()
    assert not is_unlocked(client, video)


def test_logging_in_keeps_access_and_logging_out_ends_it(video):
    client = browser()
    unlock(client, video)
    before = session_cookie(client)
    client.force_login(make_user("someone", "Editors"))
    assert session_cookie(client) != before
    assert is_unlocked(client, video)
    assert client.post("/admin/logout/").status_code == 302
    assert not VideoAccessSession.objects.exists()
    assert not is_unlocked(client, video)


def test_people_who_only_sign_in_for_private_pages_can_log_out_too(video):
    client = browser()
    client.force_login(make_user("a-visitor"))
    unlock(client, video)
    assert client.post("/admin/logout/").status_code == 302
    assert not VideoAccessSession.objects.exists()
    assert "_auth_user_id" not in client.session


def test_people_who_are_signed_in_find_the_way_out_at_the_foot_of_public_pages(video):
    client = browser()
    assert "Sign out" not in client.get("/").content.decode()
    client.force_login(make_user("a-visitor"))
    for address in ("/", video.url, "/search/"):
        page = client.get(address).content.decode()
        assert "Signed in as a-visitor" in page and 'action="/admin/logout/"' in page, address
    response = client.post("/admin/logout/", {"next": "/"})
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert "Signed in" not in client.get("/").content.decode()


def test_a_section_with_a_password_opens_at_its_own_address_everything_it_guards():
    section = make_section("Client reviews", password=PASSWORD)
    first, second = (make_video(section=section, password=None) for _ in range(2))
    with_own = make_video(section=section, password="its-own-password")
    client = browser()
    page = client.get(section.url).content.decode()
    assert 'name="password"' in page
    assert unlock(client, section).status_code == 303
    assert is_unlocked(client, first) and is_unlocked(client, second) and not is_unlocked(client, with_own)
    row = VideoAccessSession.objects.get()
    assert row.section_id == section.pk and row.video_id is None
    assert 'name="password"' not in client.get(section.url).content.decode()


def test_unlocking_a_video_that_a_section_guards_makes_the_one_section_row():
    section = make_section(password=PASSWORD)
    first, second = (make_video(section=section, password=None) for _ in range(2))
    client = browser()
    unlock(client, first)
    assert is_unlocked(client, second)
    assert VideoAccessSession.objects.get().section_id == section.pk


def test_an_alias_opens_with_its_sources_password_and_shows_its_sources_address(video):
    alias = video.create_alias(parent=make_section(), update_slug="alias")
    client = browser()
    assert unlock(client, alias).status_code == 303
    page = client.get(alias.url).content.decode()
    assert str(video.uuid) in page and str(alias.uuid) not in page
    assert is_unlocked(client, video)
    assert VideoAccessSession.objects.get().video_id == video.pk


def test_a_video_that_nobody_can_unlock_says_so_and_takes_no_password():
    video = make_video(password=None)
    client = browser()
    assert 'name="password"' not in client.get(video.url).content.decode()
    assert client.post(video.url, {"password": PASSWORD}).status_code == 303
    assert not is_unlocked(client, video)


def test_an_open_video_plays_for_everyone_without_a_cookie():
    video = make_video(password=None)
    passwords.set_open(video, True)
    response = browser().get(video.url)
    assert b'id="player"' in response.content
    assert "sessionid" not in response.cookies


def test_access_whose_time_is_over_says_so_and_asks_again(video):
    client = browser()
    unlock(client, video)
    row = VideoAccessSession.objects.get()
    VideoAccessSession.objects.update(expires_at=row.created_at)
    response = client.get(video.url)
    assert response.status_code == 200
    assert "Your time is over" in response.content.decode()
    assert 'name="password"' in response.content.decode()


def test_a_draft_is_not_found_for_visitors(video):
    VideoPage.objects.filter(pk=video.pk).update(live=False)
    assert browser().get(video.url).status_code == 404
    assert unlock(browser(), video).status_code == 404


def test_an_editor_watches_without_the_password(video):
    assert is_unlocked(browser(make_user("editor", "Editors")), video)


def test_a_rehash_with_more_rounds_is_not_a_new_password(video, settings):
    first = browser()
    unlock(first, video)
    before = guard_of(video).password_hash
    settings.PASSWORD_HASHERS = ["tests.access.hashers.MoreRounds"]
    assert unlock(browser(), video).status_code == 303
    assert guard_of(video).password_hash != before
    assert is_unlocked(first, video)
    assert unlock(browser(), video).status_code == 303
