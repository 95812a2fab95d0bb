"""A film that links of invitations alone open: its page and its card say so, and do not speak of a password."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from home.models import SiteSettings
from tests import factories
from video_pages.access.invitations import create_invitation, end_invitation
from video_pages.core import clock

pytestmark = pytest.mark.django_db
INVITED = "This film opens with an invitation."
NOBODY = "Nobody can open this film yet: it has no password."


@pytest.fixture
def section():
    return factories.make_section()


@pytest.fixture
def film(section):
    return factories.make_video("Salt flats", section=section, password=None)


def shown(film):
    """Return which of the two sentences the page of `film` has, and the lock of its card."""
    page = factories.browser().get(film.url).text
    (card,) = factories.browser().get(film.get_parent().url).context["cards"]
    return [words for words in (INVITED, NOBODY) if words in page], card.lock


def test_the_page_and_the_card_say_that_an_invitation_opens_it(film):
    create_invitation(film, kind="link", label="Jury")
    assert shown(film) == ([INVITED], "invited")
    page = factories.browser().get(film.url).text
    assert "password" not in page.partition("<main")[2].partition("</main>")[0].replace("password-", "")
    assert "Not open to anyone" not in factories.browser().get(film.get_parent().url).text


def test_a_link_of_the_section_counts(film, section):
    create_invitation(section, kind="link", label="Jury")
    assert shown(film) == ([INVITED], "invited")


def test_without_an_invitation_that_lasts_it_has_no_password(film):
    assert shown(film) == ([NOBODY], "nobody")
    invitation, _token = create_invitation(film, kind="link", label="Jury")
    end_invitation(invitation, user=factories.make_superuser())
    create_invitation(film, kind="link", label="Press", ends_at=clock.now() + dt.timedelta(days=1))
    type(invitation).objects.filter(revoked_at=None).update(ends_at=clock.now() - dt.timedelta(seconds=1))
    assert shown(film) == ([NOBODY], "nobody")


def test_a_film_with_a_password_shows_its_form(section):
    film = factories.make_video("Salt flats", section=section)
    create_invitation(film, kind="link", label="Jury")
    assert shown(film) == ([], "locked")


def test_a_password_of_an_invitation_is_typed_into_the_form(film):
    create_invitation(film, kind="password", label="Friends", secret="a-lamp-for-friends")
    assert shown(film) == ([], "locked")


def test_a_list_asks_once_however_many_films_have_no_password(film, section):
    def queries():
        with CaptureQueriesContext(connection) as found:
            assert factories.browser().get(section.url).status_code == 200
        return len(found)

    create_invitation(film, kind="link", label="Jury")
    queries()  # what a process remembers
    before = queries()
    for number in range(3):
        create_invitation(
            factories.make_video(f"Film {number}", section=section, password=None), kind="link", label="Jury"
        )
    assert queries() == before


@pytest.mark.parametrize("kind", ["no password", "invitation", "over", "not open yet"])
def test_a_page_without_a_field_does_not_ask_whether_the_password_works(film, kind):
    site = Site.objects.get(is_default_site=True)
    note = "The password is in the programme."
    SiteSettings.objects.update_or_create(site=site, defaults={"contact": "a@films.example", "password_note": note})
    day = dt.timedelta(days=1)
    if kind == "invitation":
        create_invitation(film, kind="link", label="Jury")
    elif kind == "over":
        type(film).objects.filter(pk=film.pk).update(closes_at=clock.now() - day)
    elif kind == "not open yet":
        type(film).objects.filter(pk=film.pk).update(opens_at=clock.now() + day)
    page = factories.browser().get(film.url).text
    assert 'Questions? <a href="mailto:a@films.example">' in page
    assert "The password doesn’t work?" not in page and note not in page
