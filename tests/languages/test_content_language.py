"""Texts of editors name their language on a screen in another one (WCAG 3.1.2)."""

import pytest
from django.utils import translation
from wagtail.models import Site

from home.languages import forget_offered
from home.models import SiteSettings
from tests import factories
from video_pages.core.typography import content_language, title_lang


@pytest.fixture
def french(db):
    """The browser of a French visitor, on an English site that has its own words in French, too."""
    factories.get_home()
    settings = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    settings.languages = "fr"
    settings.save()
    forget_offered()
    yield factories.browser(HTTP_ACCEPT_LANGUAGE="fr")
    forget_offered()


def test_a_film_and_its_section_name_the_language_of_their_texts(french):
    section = factories.make_section("Harbours", password=None, intro="<p>By the sea.</p>")
    film = factories.make_video("Salt flats", section=section, description="<p>White and wide.</p>")
    locked = french.get(film.url).text
    assert '<html lang="fr"' in locked and 'id="password-form-title" lang="en">Salt flats' in locked
    listed = french.get(section.url).text
    assert '<h1 lang="en">Harbours' in listed and '<div class="lead prose" lang="en">' in listed
    assert '<h3 class="video-card__title" lang="en">' in listed
    factories.unlock(french, film)
    page = french.get(film.url).text
    assert '<h1 class="player-info__title" lang="en">' in page and '<div class="prose" lang="en">' in page
    own = factories.browser(HTTP_ACCEPT_LANGUAGE="en").get(section.url).text
    assert '<html lang="en"' in own and "<h1>Harbours" in own


@pytest.mark.parametrize(
    ("pages", "screen", "language"), [((), "fr", "en"), ((), "en", ""), (("de",), "de", ""), (("de",), "fr", "en")]
)
def test_a_screen_in_a_language_of_pages_shows_pages_in_it(settings, pages, screen, language):
    settings.PAGE_LANGUAGES = pages
    with translation.override(screen):
        assert content_language() == language
        assert title_lang("Salt flats", content_language()) == (f' lang="{language}"' if language else "")


def test_japanese_letters_tell_more_than_the_language_of_the_site():
    with translation.override("fr"):
        assert title_lang("海辺のカフェ", "en") == ' lang="ja"'
    with translation.override("ja"):
        assert title_lang("海辺のカフェ", "en") == "" and title_lang("Salt flats", "en") == ' lang="en"'
