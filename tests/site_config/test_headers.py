"""Headers: strict for visitors, looser for the admin, exact in both."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from site_config.security.csp import SiteCSPMiddleware
from tests.factories import get_home, make_video, unlock
from tests.site_config.policies import POLICY, directives


@pytest.fixture
def home_page(client, db):
    get_home()
    return client.get("/")


def test_visitors_pages_load_nothing_from_elsewhere_and_run_no_inline_script(home_page):
    policy = directives(home_page)
    assert policy["default-src"] == {"'none'"}
    assert policy["style-src"] == {"'self'"}
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == {"'none'"}
    assert policy["form-action"] == policy["connect-src"] == policy["font-src"] == {"'self'"}
    assert policy["media-src"] == {"'self'", "blob:"}
    assert policy["img-src"] == {"'self'", "data:", "blob:"}
    assert "'unsafe-inline'" not in home_page.headers[POLICY]
    assert "'unsafe-eval'" not in home_page.headers[POLICY]
    assert "script-src 'self'" in home_page.headers[POLICY]


def test_page_with_the_player_lets_its_controls_bring_styles_and_nothing_more(client, db):
    video = make_video()
    locked = directives(client.get(video.url))
    unlock(client, video)
    opened = directives(client.get(video.url))
    assert "'unsafe-inline'" not in locked["style-src"]
    assert opened["style-src"] == {"'self'", "'unsafe-inline'"}
    assert opened["script-src"] == {"'self'"}
    assert {**opened, "style-src": None} == {**locked, "style-src": None}


def test_visitors_pages_carry_the_other_headers_too(home_page):
    assert home_page.headers["X-Frame-Options"] == "DENY"
    assert home_page.headers["X-Content-Type-Options"] == "nosniff"
    assert home_page.headers["Referrer-Policy"] == "same-origin"
    assert home_page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in home_page.headers["Permissions-Policy"]


@pytest.mark.parametrize("path", ["/w/", "/w/srw_unknown", "/w/srw_unknown/"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT"])
def test_no_answer_below_the_links_is_stored_indexed_or_named_elsewhere(db, path, method):
    client = Client(enforce_csrf_checks=True)
    response = client.generic(method, path)
    assert response.headers["Referrer-Policy"] == "strict-origin"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/admin/", "/admin/pages/", "/admin/media/", "/admin/login/"])
def test_admin_has_its_own_policy_and_may_frame_its_preview(admin_client, path):
    response = admin_client.get(path)
    policy = directives(response)
    assert policy["frame-ancestors"] == policy["frame-src"] == {"'self'"}
    assert policy["default-src"] == policy["object-src"] == {"'none'"}
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_preview_of_a_page_may_be_framed_by_the_editor_and_runs_no_inline_script(db):
    policy = directives(get_home().make_preview_request())
    assert policy["frame-ancestors"] == {"'self'"}
    assert policy["style-src"] == {"'self'"}
    assert "'unsafe-inline'" not in policy["script-src"]


def test_page_that_only_begins_like_the_admin_gets_the_strict_policy(client, db):
    get_home()
    response = client.get("/administration/")
    assert "'unsafe-inline'" not in response.headers[POLICY]
    assert response.headers["X-Frame-Options"] == "DENY"


def test_policy_that_a_view_sets_itself_is_left_alone():
    def media(request):
        return HttpResponse(headers={POLICY: "default-src 'none'"})

    response = SiteCSPMiddleware(media)(RequestFactory().get("/stream/x/source"))
    assert response.headers[POLICY] == "default-src 'none'"


def test_public_pages_hold_no_inline_script_style_or_handler(home_page):
    html = home_page.content.decode()
    assert not re.search(r"<script(?![^>]* src=)", html)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "put"])
@pytest.mark.parametrize("address", ["/nowhere/", "/media/none.jpg"])
def test_error_pages_stay_out_of_caches(client, method, address):
    """Their navigation may name a section that only this browser has unlocked."""
    answer = getattr(client, method)(address)
    assert answer.status_code >= 400
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Cookie" in answer.headers["Vary"]


def test_what_every_cache_may_keep_is_the_same_in_all_languages(client, db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "still.txt").write_text("public")
    response = client.get("/media/still.txt", headers={"Accept-Language": "de"})
    assert response["Cache-Control"].startswith("public")
    assert not response.has_header("Vary") and not response.has_header("Content-Language")
    assert "Accept-Language" in client.get("/media/missing.txt")["Vary"]
