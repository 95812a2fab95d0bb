"""The page of a link: what it shows, that reading spends nothing and a press opens, and that no log has its token."""

import datetime as dt
import logging
import re

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from site_config.monitoring import logs
from tests import factories, hls_clips
from video_pages.access.invitations import create_invitation, end_invitation, opening
from video_pages.access.invitations.tokens import new_token
from video_pages.access.models import Guess
from video_pages.access.site_settings import AccessSettings
from video_pages.core import clock
from video_pages.models import Invitation, InvitationViewer, VideoAccessSession

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def link(page, *, label="Jury B", **limits):
    """Return (invitation, path) of a new link for `page`."""
    invitation, token = create_invitation(page, kind="link", label=label, **limits)
    return invitation, f"/w/{token}"


def set_up(page, **choices):
    AccessSettings.objects.update_or_create(site=page.get_site(), defaults=choices)


class TestWhatItShows:
    def test_it_shows_what_is_invited_to_and_what_a_press_does(self, client, video):
        _invitation, path = link(video, window_hours=48, most_viewers=1, ends_at=clock.now() + DAY)
        shown = client.get(path)
        assert shown.status_code == 200
        for words in ("Salt flats", "Open the film", "48 hours", "1 browser", "uses up nothing", "data-local-time"):
            assert words in shown.text
        assert "Jury B" not in shown.text
        section = video.get_parent().specific
        _invitation, path = link(section)
        shown = client.get(path)
        assert section.title in shown.text and "Open the films" in shown.text

    def test_the_owner_chooses_title_label_and_inviter(self, client, video):
        user = factories.make_superuser("login-name")
        invitation, path = link(video, label="Jury & <b>Co</b> 🎬", user=user)
        set_up(video, link_shows_title=False, link_shows_label=True, link_shows_inviter=True)
        shown = client.get(path).text
        assert "Salt flats" not in shown and "You are invited to watch a film" in shown
        assert "Jury &amp; &lt;b&gt;Co&lt;/b&gt; 🎬" in shown
        assert "login-name" not in shown and "invites you" not in shown
        type(user).objects.update(first_name="Ann", last_name="Weber")
        assert "Ann Weber invites you." in client.get(path).text

    def test_of_a_page_that_wagtail_keeps_private_neither_title_nor_still(self, client, video):
        login = PageViewRestriction.LOGIN
        set_up(video, takes_requests=True)
        PageViewRestriction.objects.create(page=video.get_parent(), restriction_type=login)
        invitation, path = link(video)
        shown = client.get(path)
        assert (shown.status_code, shown.context["still"]) == (200, "") and "Salt flats" not in shown.text
        end_invitation(invitation)
        closed = client.get(path)
        assert closed.status_code == 410 and "Salt flats" not in closed.text
        asked = client.get(closed.context["ask_url"])
        assert asked.status_code == 200 and "Salt flats" not in asked.text
        assert "Salt flats" in factories.browser(factories.make_user("member")).get(path).text

    def test_neither_title_nor_links_of_the_page_have_the_token(self, client, video):
        _invitation, path = link(video)
        shown = client.get(path)
        assert path.rpartition("/")[2] not in shown.text
        assert '<meta name="robots" content="noindex">' in shown.text


class TestReading:
    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    @pytest.mark.parametrize("headers", [{}, {"sec-purpose": "prefetch"}, {"user-agent": "WhatsApp/2.23"}])
    def test_it_spends_nothing_and_sets_no_session(self, video, method, headers):
        invitation, path = link(video, most_viewers=1)
        before = Invitation.objects.values().get()
        client = Client()
        response = client.generic(method, path, headers=headers)
        assert response.status_code == 200 and bool(response.content) == (method == "GET")
        assert set(client.cookies) <= {"csrftoken"}
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["Referrer-Policy"] == "strict-origin"
        assert Invitation.objects.values().get() == before
        assert not VideoAccessSession.objects.exists() and not InvitationViewer.objects.exists()

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH"])
    def test_other_methods_are_refused(self, client, video, method):
        _invitation, path = link(video)
        assert client.generic(method, path).status_code == 405

    def test_a_slash_at_the_end_is_no_redirect(self, client, video):
        _invitation, path = link(video)
        assert client.get(f"{path}/").status_code == 200


class TestOpening:
    @pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}])
    def test_a_press_opens_and_leads_to_a_clean_address(self, client, video, headers):
        invitation, path = link(video, most_viewers=1)
        opened = client.post(path, headers=headers)
        assert (opened.status_code, opened.headers["Location"]) == (303, video.url)
        assert opened.cookies["sessionid"]["samesite"] == opened.cookies["known_browser"]["samesite"] == "Lax"
        assert 'id="player"' in client.get(video.url).text
        assert VideoAccessSession.objects.get().granted_by == invitation
        assert Invitation.objects.get().uses == 0, "a use counts when the film plays"

    def test_a_scanner_that_presses_takes_the_link_from_nobody(self, client, video):
        _invitation, path = link(video, most_viewers=1)
        for _scanner in range(3):
            assert Client().post(path).status_code == 303
        assert client.post(path).status_code == 303
        assert 'id="player"' in client.get(video.url).text

    def test_new_browsers_of_one_client_are_limited_and_known_ones_go_on(self, client, video, monkeypatch):
        _invitation, path = link(video)
        monkeypatch.setattr(opening, "MOST_NEW_BROWSERS", 2)
        assert client.post(path).status_code == Client().post(path).status_code == 303
        refused = Client().post(path)
        assert refused.status_code == 429 and 3500 < int(refused.headers["Retry-After"]) <= 3600
        assert "sessionid" not in refused.cookies
        assert InvitationViewer.objects.count() == VideoAccessSession.objects.count() == 2
        assert client.post(path).status_code == 303
        assert Client(REMOTE_ADDR="198.51.100.7").post(path).status_code == 303

    def test_of_one_invitation_a_browser_is_one_viewer_however_often_it_opens(self, client, video):
        _invitation, path = link(video)
        for _time in range(3):
            assert client.post(path).status_code == 303
        assert InvitationViewer.objects.count() == VideoAccessSession.objects.count() == 1

    @pytest.mark.parametrize("site", ["cross-site", "same-site"])
    def test_a_form_of_another_site_opens_nothing(self, client, video, site):
        _invitation, path = link(video)
        refused = client.post(path, headers={"sec-fetch-site": site})
        assert refused.status_code == 403 and "Press it here" in refused.text
        assert not VideoAccessSession.objects.exists()

    def test_without_its_token_or_from_another_origin_it_opens_nothing(self, video):
        _invitation, path = link(video)
        client = Client(enforce_csrf_checks=True)
        assert client.post(path).status_code == 403
        client.get(path)  # as the first request of a visit, from another site
        form = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value}
        for origin in ("https://evil.example", "null"):
            assert client.post(path, form, headers={"origin": origin}).status_code == 403
        assert not VideoAccessSession.objects.exists()
        assert client.post(path, form, headers={"origin": "http://testserver"}).status_code == 303

    def test_a_section_opens_with_what_its_password_would_open(self, client):
        section = factories.make_section(password=factories.PASSWORD)
        inside, apart = factories.make_video(section=section, password=None), factories.make_video(section=section)
        _invitation, path = link(section)
        assert client.post(path).headers["Location"] == section.url
        assert 'id="player"' in client.get(inside.url).text
        assert 'id="player"' not in client.get(apart.url).text

    def test_a_browser_that_has_played_opens_a_used_up_link_again(self, client, video):
        invitation, path = link(video, most_viewers=1)
        client.post(path)
        InvitationViewer.objects.update(first_played_at=clock.now(), number=1)
        Invitation.objects.update(uses=1)
        assert Client().get(path).status_code == Client().post(path).status_code == 410
        assert client.get(path).status_code == 200 and client.post(path).status_code == 303

    def test_one_that_ends_between_reading_and_pressing_opens_nothing(self, client, video):
        invitation, path = link(video)
        client.get(path)
        end_invitation(invitation)
        assert client.post(path).status_code == 410
        assert not VideoAccessSession.objects.exists()


def test_the_player_knows_the_seconds_to_the_end_of_the_invitation(client):
    video = hls_clips.make_packaged_video(password=None)
    _invitation, path = link(video, ends_at=clock.now() + dt.timedelta(minutes=10))
    client.post(path)
    assert 590 < int(re.search(r'data-closes-in="(\d+)"', client.get(video.url).text)[1]) <= 600


class TestAfterTheEnd:
    """The page of the film for a browser whose invitation is over."""

    @pytest.mark.parametrize("password", [factories.PASSWORD, None])
    def test_it_says_that_the_invitation_was_ended_to_this_browser_alone(self, client, password):
        video = factories.make_video("Salt flats", password=password)
        set_up(video, takes_requests=True)
        invitation, path = link(video)
        client.post(path)
        end_invitation(invitation)
        shown = client.get(video.url).text
        assert "Your invitation was ended" in shown and "Ask for more time" in shown
        assert ('name="password"' in shown) == bool(password)
        stranger = Client().get(video.url).text
        assert "Your invitation" not in stranger and "Ask for more time" not in stranger

    def test_the_password_field_is_folded_for_a_browser_that_has_opened_nothing_by_a_password(self, client, video):
        invitation, path = link(video)
        client.post(path)
        end_invitation(invitation)
        folded = "password-form__other"
        shown = client.get(video.url).text
        assert shown.index("was ended by") < shown.index(folded) < shown.index('name="password"')
        assert folded not in Client().get(video.url).text
        assert folded not in client.post(video.url, {"password": "wrong password"}).text
        client.post(video.url, {"password": factories.PASSWORD})
        VideoAccessSession.objects.all().delete()
        assert folded not in client.get(video.url).text

    def test_a_section_folds_it_too(self, client):
        section = factories.make_section(password=factories.PASSWORD)
        invitation, path = link(section)
        client.post(path)
        end_invitation(invitation)
        assert "password-form__other" in client.get(section.url).text

    def test_it_says_when_it_ended_and_when_it_is_used_up(self, client, video):
        invitation, path = link(video, most_viewers=1)
        client.post(path)
        Invitation.objects.update(uses=1)
        assert "used up" in client.get(video.url).text
        moment = clock.now() - DAY
        Invitation.objects.update(uses=0, ends_at=moment)
        VideoAccessSession.objects.update(expires_at=moment)
        for _time in range(2):  # the first look removes the row
            shown = client.get(video.url).text
            assert "Your invitation ended:" in shown and f"{moment:%Y-%m-%dT%H:%M:%S}" in shown

    def test_a_browser_that_has_opened_one_costs_three_queries_more(self, client, video):
        with CaptureQueriesContext(connection) as of_stranger:
            Client().get(video.url)
        invitation, path = link(video)
        client.post(path)
        end_invitation(invitation)
        client.cookies.pop("sessionid")
        with CaptureQueriesContext(connection) as of_guest:
            client.get(video.url)
        assert len(of_guest) - len(of_stranger) <= 3


class TestLabel:
    def test_it_shows_over_the_player_and_over_the_still_if_the_invitation_says_so(self, client, video):
        video.video_file.poster_version = 1
        type(video.video_file).objects.filter(pk=video.video_file.pk).update(poster_version=1)
        _invitation, path = link(video, label="Jury & <b>Co</b> 🎬", shows_label=True)
        client.post(path)
        shown = client.get(video.url).text
        assert "data-player-label" in shown and "Jury &amp; &lt;b&gt;Co&lt;/b&gt; 🎬" in shown
        Invitation.objects.update(shows_label=False)
        assert "data-player-label" not in client.get(video.url).text


class TestClosed:
    def test_each_state_is_said_with_its_status_the_contact_and_the_way_on(self, client, video):
        set_up(video, takes_requests=True)
        now = clock.now()
        early, ended = link(video, opens_at=now + DAY), link(video, ends_at=now - DAY)
        revoked, used_up = link(video), link(video, most_viewers=2)
        end_invitation(revoked[0])
        Invitation.objects.filter(pk=used_up[0].pk).update(uses=F("most_viewers"))
        for (_invitation, path), status, words in (
            (early, 403, "not open yet"),
            (ended, 410, "has ended"),
            (revoked, 410, "was ended by"),
            (used_up, 410, "is used up"),
        ):
            response = client.get(path)
            assert (response.status_code, words in response.text) == (status, True), path
            assert ("Ask for more time" in response.text) == (status == 410)
            assert ("data-local-time" in response.text) == (words in ("not open yet", "has ended"))
            assert client.head(path).status_code == status

    def test_of_a_page_that_is_not_published_not_even_the_title_is_said(self, client, video):
        _invitation, path = link(video)
        type(video).objects.filter(pk=video.pk).update(live=False)
        response = client.get(path)
        assert response.status_code == 410 and "Salt flats" not in response.text

    def test_of_a_deleted_one_nothing_is_left(self, client, video):
        invitation, path = link(video)
        invitation.delete()
        assert client.get(path).status_code == 404


class TestWrong:
    def test_every_wrong_token_gets_the_same_404(self, client, video):
        _invitation, path = link(video)
        mistyped = path[:-1] + ("a" if path[-1] != "a" else "b")
        expected = client.get(f"/w/{new_token()}")
        assert expected.status_code == 404
        for wrong in (mistyped, path[:-1], f"{path}x", "/w/x", "/w/", path.swapcase().replace("/W/", "/w/")):
            response = client.get(wrong)
            assert (response.status_code, response.content) == (404, expected.content), wrong

    def test_beyond_the_limit_it_is_429_and_writes_nothing_and_a_right_one_still_opens(self, client, video):
        _invitation, path = link(video)
        for _number in range(20):
            assert client.get(f"/w/{new_token()}").status_code == 404
        limited = client.get(f"/w/{new_token()}")
        assert limited.status_code == 429 and 3500 < int(limited.headers["Retry-After"]) <= 3600
        assert Guess.objects.count() == 20
        assert client.get(path).status_code == 200

    def test_djangos_own_lines_have_no_token(self, caplog):
        caplog.set_level(logging.DEBUG, logger="django.request")
        token = new_token()
        Client().get(f"/w/{token}")
        Client(enforce_csrf_checks=True).post(f"/w/{token}")
        lines = [logs.JSONFormatter().format(record) for record in caplog.records]
        log_text = " ".join(lines)
        assert "Not Found: /w/***" in log_text and "Forbidden" in log_text
        assert token not in log_text and token[4:] not in log_text
