"""Addresses that are no pages of the tree stay where they are when a language is chosen; queries of pages stay too."""

import re

import pytest
from django.urls import get_resolver, reverse
from wagtail.models import Page

from home.languages.addresses import PageLanguagePrefix
from home.languages.visitor_language import SIGN_IN, is_of_a_page
from tests.access.invitations.mail_codes import link_for
from tests.factories import browser, get_home, make_section, make_video
from tests.page_languages.choosing import choose, lang
from video_pages.access import passwords
from video_pages.access.invitations import create_invitation
from video_pages.pages.compat import RESERVED_SLUGS

FILES = ("favicon", "robots", "sitemap")


@pytest.fixture
def invitation(sea, film):
    """The path of the link of an invitation to the film."""
    _invitation, token = create_invitation(film, kind="link", label="Ann")
    return f"/w/{token}"


def switched(client, target):
    """Return the languages that the page at `target` has after each choice; each choice leads back to it."""
    shown = []
    for code in ("de", "en"):
        assert choose(client, code, target).headers["Location"] == target
        shown.append(lang(client.get(target)))
    return shown


def test_an_invitation_is_read_in_the_chosen_language_and_opens_the_film_in_it(invitation, sea):
    client = browser()
    assert f'name="next" value="{invitation}"' in client.get(invitation).text
    assert switched(client, invitation) == ["de", "en"]
    choose(client, "de", invitation)
    assert client.post(invitation).headers["Location"] == sea.get_url()


def test_a_mail_code_is_asked_for_in_the_chosen_language(film, sea, mail_server):
    _invitation, path = link_for(film)
    client = browser()
    url = client.post(path).headers["Location"]
    assert switched(client, url) == ["de", "en"]
    assert 'type="email"' in client.get(url).text


def test_the_form_that_asks_for_access_stays(film, sea, mail_server):
    assert switched(browser(), "/w/ask/no-such-place/") == ["de", "en"]


def test_the_page_for_signing_in_keeps_where_it_leads(german_home):
    assert switched(browser(), f"{reverse('wagtailcore_login')}?next=/videos/") == ["de", "en"]


def test_every_address_outside_the_tree_is_known_as_one():
    """The others have no slash at their end, so no page could have them; they offer no choice of a language."""
    routes = (prefix + str(pattern) for prefix, pattern in _plain_patterns(get_resolver().url_patterns))
    firsts = {re.match(r"\^?([a-z_-]+)", route)[1] for route in routes}
    assert {first for first in firsts if is_of_a_page(f"/{first}/")} == {"metrics", "cdn", *FILES}
    assert {"w", "embed", SIGN_IN, "language", "admin"} <= firsts


def _plain_patterns(patterns, prefix=""):
    for each in patterns:
        if isinstance(each.pattern, PageLanguagePrefix):
            continue
        if hasattr(each, "url_patterns"):
            yield from _plain_patterns(each.url_patterns, prefix + str(each.pattern))
        else:
            yield prefix, each.pattern


@pytest.mark.parametrize("first", [*sorted(RESERVED_SLUGS - {"search"}), SIGN_IN])
def test_no_choice_leads_away_from_them(german_home, first):
    assert choose(browser(), "de", f"/{first}/a/?b=c").headers["Location"] == f"/{first}/a/?b=c"


def test_the_query_of_a_page_stays_and_that_of_another_page_goes(film, sea):
    assert choose(browser(), "de", f"{film.get_url()}?t=30").headers["Location"] == f"{sea.get_url()}?t=30"
    assert choose(browser(), "en", f"{sea.get_url()}?t=30").headers["Location"] == f"{film.get_url()}?t=30"
    alone = make_video(section=make_section("Alone"))
    assert choose(browser(), "de", f"{alone.get_url()}?t=30").headers["Location"] == "/de/"
    assert choose(browser(), "de", f"{get_home().get_url()}?from=mail").headers["Location"] == "/de/?from=mail"


def test_the_home_page_keeps_its_query_when_it_leads_to_that_of_the_visitor(german_home):
    answer = browser().get("/?utm_source=mail&q=a%20b", HTTP_ACCEPT_LANGUAGE="de")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/de/?utm_source=mail&q=a%20b")


def test_while_no_home_page_is_live_the_sitemap_names_no_page_of_any_site(film, sea):
    passwords.set_open(film, True)
    assert browser().get("/sitemap.xml").content.count(b"<loc>") == 6
    Page.objects.filter(depth=2).update(live=False)
    answer = browser().get("/sitemap.xml")
    assert answer.status_code == 200 and b"<loc>" not in answer.content
