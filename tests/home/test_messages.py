"""Pages with one message: no cookies, an old form, not found, not allowed, wait, error."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.views.defaults import permission_denied
from wagtail.models import Site

from home.views import csrf_failure, server_error
from tests import factories
from video_pages.access.set_listed import set_listed

MOST_QUERIES = 14
ONE_PASSWORD = {"password": factories.PASSWORD}


@pytest.mark.django_db
class TestCsrfFailure:
    def test_the_page_for_a_browser_without_cookies_asks_to_enable_them(self):
        video = factories.make_video()
        response = Client(enforce_csrf_checks=True).post(video.url, ONE_PASSWORD)
        assert response.status_code == 403
        text = response.content.decode()
        assert "This site needs cookies to remember that you have the password" in text
        assert 'role="alert"' in text
        assert f'class="button" href="{video.url}"' in text

    def test_the_page_for_a_form_from_before_a_sign_in_asks_to_load_it_again(self):
        video = factories.make_video()
        browser = Client(enforce_csrf_checks=True)
        browser.get(video.url)
        response = browser.post(video.url, {**ONE_PASSWORD, "csrfmiddlewaretoken": "a" * 64})
        assert response.status_code == 403
        text = response.content.decode()
        assert "This page is out of date" in text
        assert f'class="button" href="{video.url}"' in text

    def test_the_typed_password_is_not_in_the_answer(self):
        video = factories.make_video()
        response = Client(enforce_csrf_checks=True).post(video.url, {"password": "typed-by-a-person"})
        assert b"typed-by-a-person" not in response.content

    def test_the_response_opens_nothing_and_is_not_cached(self):
        video = factories.make_video()
        browser = Client(enforce_csrf_checks=True)
        response = browser.post(video.url, ONE_PASSWORD)
        assert response.headers["Cache-Control"] == "private, no-store"
        assert b'id="player"' not in browser.get(video.url).content

    def test_the_way_back_never_leads_to_another_site(self):
        factories.get_home()
        # Client would take "//elsewhere.example" for a host, and send a request for "/".
        request = RequestFactory().post("/", ONE_PASSWORD, PATH_INFO="//elsewhere.example/")
        request.session, request.user = SessionStore(), AnonymousUser()
        assert request.path == "//elsewhere.example/"
        response = csrf_failure(request)
        assert b'href="//elsewhere' not in response.content
        assert b'href="/%2Felsewhere.example/"' in response.content


def main_of(answer):
    return answer.content.decode().partition("<main")[2].partition("</main>")[0]


@pytest.mark.django_db
class TestErrorPages:
    def test_an_unknown_address_is_answered_in_the_sites_own_frame(self, client):
        factories.get_home()
        response = client.get("/nowhere/")
        assert response.status_code == 404
        assert "There is nothing at this address" in response.content.decode()
        assert "site-head" in response.content.decode()

    def test_an_unknown_address_is_answered_even_before_there_is_a_site(self, client):
        Site.objects.all().delete()
        response = client.get("/nowhere/")
        assert response.status_code == 404
        assert "Screening Room" in response.content.decode()

    def test_an_unknown_address_offers_the_search_and_the_sections_that_lists_show(self):
        shown = factories.make_section("For everyone", show_in_menus=False)
        hidden = factories.make_section("For few", show_in_menus=False)
        factories.make_section("Below", parent=shown)
        draft = factories.make_section("Tomorrow", live=False)
        set_listed(hidden, "nowhere", user=None)
        film = factories.make_video("Harbour", section=hidden, live=False)
        text = main_of(factories.browser().get("/nowhere/"))
        assert f'<a href="{shown.url}">For everyone</a>' in text and 'action="/search/"' in text
        assert "For few" not in text and "Below" not in text and "Tomorrow" not in text
        assert "autofocus" not in text and 'maxlength=""' not in text
        for path in (draft.url, film.url, f"{shown.url}nothing/", "/w/", f"{hidden.url}nothing/"):
            answer = factories.browser().get(path)
            assert (answer.status_code, main_of(answer)) == (404, text), path

    def test_an_unknown_address_costs_few_queries_however_many_sections_there_are(self):
        for _number in range(3):
            factories.make_section(show_in_menus=False)
        factories.browser().get("/nowhere/")
        with CaptureQueriesContext(connection) as few:
            factories.browser().get("/nowhere/")
        for _number in range(15):
            factories.make_section(show_in_menus=False)
        with CaptureQueriesContext(connection) as many:
            answer = factories.browser().get("/nowhere/")
        assert len(many) == len(few) <= MOST_QUERIES
        assert main_of(answer).count("<li><a") == 12

    def test_not_allowed_says_where_a_film_opens(self):
        request = RequestFactory().get("/")
        response = permission_denied(request, Exception())
        assert response.status_code == 403
        assert "A film opens on its own page" in response.content.decode()

    def test_too_many_tries_says_how_long_to_wait(self, rf):
        text = render_to_string("429.html", {"retry_after": 200}, request=rf.get("/"))
        assert "Wait 4 minutes" in text
        assert "Wait a few minutes" in render_to_string("429.html", {}, request=rf.get("/"))


def test_the_error_page_uses_neither_database_nor_collected_files(settings):
    # No database mark on this test: a query would fail it. A manifest that is not there would raise.
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    text = response.content.decode()
    assert "Something is broken here" in text
    assert 'href="/static/home/css/base.css"' in text
    assert reverse("search") not in text


@pytest.mark.django_db
def test_the_default_icon_address_redirects_to_the_sites_icon(client):
    response = client.get("/favicon.ico")
    assert response.status_code == 302
    assert response.url.endswith(".svg") and response.url in client.get("/").content.decode()
    assert "max-age" in response.headers["Cache-Control"]
    assert client.post("/favicon.ico").status_code == 405
