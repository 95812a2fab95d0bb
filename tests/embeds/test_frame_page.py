"""`/embed/<uuid>/`: who may show it, what it tells, its form, its key and its cookie."""

import datetime as dt
import re
import uuid

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction, Site

from tests import factories
from tests.embeds.frames import SITE, allow, embed_url, key_in, post_password, token_in
from video_pages.access import passwords
from video_pages.access.browser import digest
from video_pages.core import clock
from video_pages.embeds import form_token
from video_pages.embeds.frame_cookie import COOKIE
from video_pages.models import AccessSettings, Guess, VideoAccessSession, VideoPage

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


def frame_ancestors(response):
    return re.search(r"frame-ancestors ([^;]*)", response["Content-Security-Policy"])[1].strip()


def cookie_in(response):
    """Return (key, attributes) of the frame's cookie in `response`."""
    value, *attributes = response["Set-Cookie"].split("; ")
    assert value.startswith(f"{COOKIE}=")
    return value.removeprefix(f"{COOKIE}="), attributes


class TestWhoMayShowIt:
    def test_without_a_list_there_are_no_frames(self, film):
        allow()
        for video_id in (film.uuid, uuid.uuid4(), "odd"):
            response = factories.browser().get(f"/embed/{video_id}/")
            assert response.status_code == 404
            assert response["X-Frame-Options"] == "DENY" and frame_ancestors(response) == "'none'"

    def test_a_list_that_was_broken_by_hand_allows_nobody(self, film):
        AccessSettings.objects.update(embed_sites="https://school.example; script-src *")
        assert factories.browser().get(embed_url(film)).status_code == 404

    def test_the_list_is_in_the_policy_of_the_frame_and_of_no_other_page(self, film):
        allow(SITE, "https://*.agency.example:8443")
        for address, status in ((embed_url(film), 200), (f"/embed/{uuid.uuid4()}/", 404), ("/embed/odd/", 404)):
            response = factories.browser().get(address)
            assert response.status_code == status
            assert frame_ancestors(response) == f"{SITE} https://*.agency.example:8443"
            assert "X-Frame-Options" not in response
            assert response["X-Robots-Tag"] == "noindex" and response["Cache-Control"] == "private, no-store"
        for address in (film.url, "/", film.get_parent().url):
            response = factories.browser().get(address)
            assert frame_ancestors(response) == "'none'" and response["X-Frame-Options"] == "DENY"

    @pytest.mark.parametrize(
        ("referrer", "has_title"),
        [
            ("https://school.example/course?x=1", True),
            ("http://testserver/embed/x/", True),
            ("", True),
            ("https://other.example/", False),
            ("https://school.example.other.example/", False),
            ("http://school.example/", False),
        ],
    )
    def test_a_frame_of_a_site_that_is_not_listed_is_told_nothing(self, film, referrer, has_title):
        response = factories.browser().get(embed_url(film), headers={"Referer": referrer, "Sec-Fetch-Dest": "iframe"})
        assert (film.title in response.content.decode()) is has_title
        assert response.status_code == (200 if has_title else 404)

    def test_each_site_of_wagtail_has_its_own_list(self, film):
        site = Site.objects.create(hostname="other.example", root_page=factories.get_home())
        AccessSettings.objects.create(site=site)
        assert factories.browser().get(embed_url(film), headers={"Host": "other.example"}).status_code == 404


class TestWhatItTells:
    def test_a_locked_frame_has_the_form_and_no_address_of_a_file(self, film):
        text = factories.browser().get(embed_url(film)).content.decode()
        assert 'name="password"' in text and "/stream/" not in text and film.url not in text

    def test_a_film_that_is_not_here_and_one_that_may_not_be_shown_look_the_same(self, film):
        unknown = factories.browser().get(f"/embed/{uuid.uuid4()}/")
        VideoPage.objects.update(live=False)
        draft = factories.browser().get(embed_url(film))
        VideoPage.objects.update(live=True)
        PageViewRestriction.objects.create(page=film, restriction_type="login")
        restricted = factories.browser(factories.make_superuser()).get(embed_url(film))
        assert {each.status_code for each in (unknown, draft, restricted)} == {404}
        assert unknown.content == draft.content == restricted.content

    def test_an_open_film_plays_by_the_usual_addresses(self, film):
        VideoPage.objects.update(open_to_everyone=True, password_hash="")
        response = factories.browser().get(embed_url(film))
        assert f'data-status-url="/stream/{film.uuid}/status"' in response.content.decode()
        assert "Set-Cookie" not in response and key_in(response) == ""

    def test_a_film_whose_date_has_passed_says_so_without_a_form(self, film):
        VideoPage.objects.update(access_until=timezone.now() - dt.timedelta(hours=1))
        text = factories.browser().get(embed_url(film)).content.decode()
        assert "could be watched until" in text and 'name="password"' not in text

    def test_before_it_opens_and_after_it_closes_it_says_when(self, film):
        hour, now, client = dt.timedelta(hours=1), timezone.now(), factories.browser()
        token = token_in(client.get(embed_url(film)))
        for window, status in (({"opens_at": now + hour}, 403), ({"closes_at": now - hour}, 200)):
            VideoPage.objects.update(**{"opens_at": None, "closes_at": None, **window})
            response = client.get(embed_url(film))
            text = response.content.decode()
            assert response.status_code == status
            assert "data-title=" in text and 'name="password"' not in text
            assert post_password(client, film, token=token).status_code == 403
        assert not VideoAccessSession.objects.exists() and not Guess.objects.exists()

    def test_neither_a_session_nor_a_user_of_the_site_counts(self, film):
        viewer = factories.browser()
        assert factories.unlock(viewer, film).status_code == 303
        for client in (viewer, factories.browser(factories.make_superuser())):
            response = client.get(embed_url(film))
            assert 'name="password"' in response.content.decode()
            assert not response.wsgi_request.session.accessed


class TestTheForm:
    def test_a_right_password_shows_the_player_and_gives_a_key(self, film):
        client = factories.browser()
        response = post_password(client, film)
        key, attributes = cookie_in(response)
        assert response.status_code == 200 and key == key_in(response)
        assert attributes == [
            f"Path={embed_url(film)}", "Max-Age=2592000", "HttpOnly", "Secure", "SameSite=None", "Partitioned"
        ]  # fmt: skip
        assert response.cookies == {} and not response.wsgi_request.session.accessed
        row = VideoAccessSession.objects.get()
        assert row.session_key == digest(key) and row.video_id == film.pk
        text = response.content.decode()
        names = set(re.findall(rf"/stream/{film.uuid}/([^\"]+)", text))
        assert names and all(name.startswith(f"~{key}/") for name in names)
        assert client.get(f"/stream/{film.uuid}/~{key}/source").status_code == 200
        assert client.get(f"/stream/{film.uuid}/source").status_code == 403
        assert client.get(film.url).context["form"]

    def test_the_key_opens_the_frame_again_by_its_cookie_or_its_header(self, film):
        key = key_in(post_password(factories.browser(), film))
        assert key_in(factories.browser().get(embed_url(film), headers={"X-Frame-Key": key})) == key
        by_cookie = factories.browser()
        by_cookie.cookies[COOKIE] = key
        assert key_in(by_cookie.get(embed_url(film))) == key
        other = factories.make_video()
        assert 'name="password"' in by_cookie.get(embed_url(other)).content.decode()

    def test_two_frames_have_keys_of_their_own(self, film):
        client = factories.browser()
        first, second = (key_in(post_password(client, film)) for _frame in range(2))
        assert first != second
        for key in (first, second):
            assert client.get(f"/stream/{film.uuid}/~{key}/source").status_code == 200

    def test_a_frame_that_opens_again_takes_its_rows_along(self, film):
        old = key_in(post_password(factories.browser(), film))
        new = key_in(post_password(factories.browser(), film, key=old))
        assert new != old
        assert [row.session_key for row in VideoAccessSession.objects.all()] == [digest(new)]

    def test_a_wrong_password_is_refused_and_counted_and_the_form_remains(self, film):
        client = factories.browser()
        response = post_password(client, film, "wrong")
        assert response.status_code == 403 and 'role="alert"' in response.content.decode()
        assert "Set-Cookie" not in response and not VideoAccessSession.objects.exists()
        assert Guess.objects.get().browser
        response = post_password(client, film, token=token_in(response))
        assert response.status_code == 200 and key_in(response)

    def test_after_five_misses_it_is_limited_and_another_frame_has_one_try(self, film):
        client = factories.browser()
        token = token_in(client.get(embed_url(film)))
        said = [post_password(client, film, f"wrong {number}", token=token).status_code for number in range(6)]
        assert said == [403] * 5 + [429]
        assert int(post_password(client, film, token=token)["Retry-After"]) > 0
        assert key_in(post_password(factories.browser(), film))

    def test_a_repeated_refusal_may_be_shown_in_the_frame_too(self, film, django_assert_num_queries):
        """Without a script each press of the button loads the page of the frame anew."""
        client = factories.browser()
        token = token_in(client.get(embed_url(film)))
        for number in range(6):
            post_password(client, film, f"wrong {number}", token=token)
        form = f"password=wrong&csrfmiddlewaretoken={token}"
        sent = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
        said = []
        while len(said) < 9 and [each.status_code for each in said].count(429) < 2:
            said.append(client.post(embed_url(film), form, content_type=FORM, headers=sent))
        with django_assert_num_queries(0):
            copied = client.post(embed_url(film), form, content_type=FORM, headers=sent)
        assert copied.status_code == 429 and frame_ancestors(copied) == SITE and "X-Frame-Options" not in copied
        assert copied["Content-Security-Policy"] == said[-1]["Content-Security-Policy"]

    def test_without_a_script_the_form_works_as_well(self, film):
        client = factories.browser()
        client.cookies[COOKIE] = "A" * 43
        token = token_in(client.get(embed_url(film)))
        response = post_password(client, film, token=token, **{"Sec-Fetch-Dest": "iframe"})
        assert key_in(response) not in ("", "A" * 43)

    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": "https://school.example", "Sec-Fetch-Site": "cross-site"},
            {"Origin": "http://a.testserver", "Sec-Fetch-Site": "same-site"},
            {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
            {"Origin": "https://school.example", "Sec-Fetch-Site": ""},
            {"Origin": "null", "Sec-Fetch-Site": ""},
        ],
    )
    def test_a_form_that_another_page_sends_costs_no_guess_and_opens_nothing(self, film, headers):
        response = post_password(factories.browser(), film, **headers)
        assert response.status_code == 403 and 'role="alert"' in response.content.decode()
        assert not Guess.objects.exists() and not VideoAccessSession.objects.exists()

    def test_a_token_counts_for_its_own_video_and_key_alone(self, film):
        other, key = factories.make_video(), "A" * 43
        wrong = [
            "",
            "x:y:z",
            form_token.new_token(other.uuid, ""),
            form_token.new_token(film.uuid, key),
            token_in(factories.browser().get(embed_url(film))) + "x",
        ]
        for token in wrong:
            assert post_password(factories.browser(), film, token=token).status_code == 403, token
        assert not Guess.objects.exists()
        right = form_token.new_token(film.uuid, key)
        assert key_in(post_password(factories.browser(), film, token=right, key=key))

    def test_a_token_of_yesterday_is_refused(self, film, monkeypatch):
        token = token_in(factories.browser().get(embed_url(film)))
        monkeypatch.setattr(form_token, "SECONDS", -1)
        assert post_password(factories.browser(), film, token=token).status_code == 403

    def test_the_check_of_django_is_not_needed(self, film):
        client = Client(enforce_csrf_checks=True)
        assert key_in(post_password(client, film))
        assert client.cookies.keys() == set()

    def test_a_section_opens_its_film_in_a_frame(self):
        section = factories.make_section(password="all of them")
        video = factories.make_video(section=section, password=None)
        allow(SITE)
        assert key_in(post_password(factories.browser(), video, "all of them"))
        assert VideoAccessSession.objects.get().section_id == section.pk


class TestTheEnd:
    @pytest.mark.parametrize(
        "end",
        [
            lambda video: passwords.set_password(video, "another one"),
            lambda video: video.unpublish(),
            lambda video: PageViewRestriction.objects.create(page=video, restriction_type="login"),
        ],
    )
    def test_what_ends_access_ends_it_in_the_frame(self, film, end):
        client = factories.browser()
        key = key_in(post_password(client, film))
        end(film)
        assert client.get(f"/stream/{film.uuid}/~{key}/status").status_code == 403
        assert "data-player" not in client.get(embed_url(film), headers={"X-Frame-Key": key}).content.decode()

    def test_the_frame_says_that_its_time_is_over(self, film):
        client = factories.browser()
        key = key_in(post_password(client, film))
        VideoAccessSession.objects.update(expires_at=clock.now())
        text = client.get(embed_url(film), headers={"X-Frame-Key": key}).content.decode()
        assert "Your time is over" in text and 'name="password"' in text


def test_a_frame_costs_a_bounded_number_of_queries(film, django_assert_num_queries):
    client = factories.browser()
    client.get(embed_url(film))
    with django_assert_num_queries(6):
        client.get(embed_url(film))
