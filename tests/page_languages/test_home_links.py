"""The way home from messages, dialogs and forms leads to the home page in the language of the page."""

import re
from pathlib import Path

import pytest
from django.shortcuts import render
from django.utils import translation

from home.views import server_error
from site_config.security.body_limit import MAX_BYTES
from tests.factories import PASSWORD, browser, make_superuser

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
HOME = re.compile(r'(?:href|value|action)="/"')


def test_no_template_names_the_home_page_of_one_language():
    assert [path.name for path in TEMPLATES.rglob("*.html") if HOME.search(path.read_text())] == []


@pytest.mark.parametrize("name", ["400", "403", "404", "413", "429", "503"])
@pytest.mark.parametrize(("code", "home"), [("de", "/de/"), ("fr", "/")])  # French is no language of pages
def test_messages_lead_home_in_their_language(german_home, rf, name, code, home):
    with translation.override(code):
        text = render(rf.get("/"), f"{name}.html").text
    assert re.search(r'class="button[^"]*" href="([^"]*)"', text)[1] == home


def test_a_broken_page_leads_home_in_its_language(rf):
    with translation.override("de"):
        assert 'href="/de/"' in server_error(rf.get("/de/")).text


def test_dialogs_on_the_player_and_the_end_of_a_session_lead_home_in_the_language_of_the_film(sea):
    viewer = browser()
    page = viewer.post(sea.get_url(), {"password": PASSWORD}, follow=True).text
    for place in ("data-player-password-home", "data-player-unavailable-home"):
        assert re.search(rf'href="/de/"[^>]*{place}', page), place
    assert 'name="next" value="/de/"' in browser(make_superuser()).get(sea.get_url()).text


def test_a_long_body_at_a_german_address_is_refused_with_the_way_to_the_german_home(sea):
    answer = browser().post(sea.get_url(), "x" * (MAX_BYTES + 1), content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413 and 'class="button" href="/de/"' in answer.text
