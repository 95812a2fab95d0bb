"""A site with pages in English and German."""

import pytest
from django.urls import clear_url_caches
from django.utils import translation
from wagtail.models import Locale, Site

from home.languages import visitor_language
from home.models import HomePage
from tests.factories import get_home, make_section, make_video
from video_pages.pages.translated_texts import SetTextsAction
from video_pages.pages.translating import translate


@pytest.fixture(autouse=True)
def german(settings, db):
    """The Locale of German, a further language of pages."""
    settings.PAGE_LANGUAGES = ("de",)
    settings.WAGTAIL_I18N_ENABLED = True
    settings.WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    Locale.objects.get_or_create(language_code="en")
    locale, _made = Locale.objects.get_or_create(language_code="de")
    _forget()
    yield locale
    _forget()


def _forget():
    clear_url_caches()
    visitor_language.forget_offered()
    Site.clear_site_root_paths_cache()
    translation.deactivate()


@pytest.fixture
def german_home(german):
    """The German home page, live."""
    home = translate(get_home(), german)
    home.title = "Startseite"
    home.save_revision().publish()
    return HomePage.objects.get(pk=home.pk)


@pytest.fixture
def section(german_home):
    return make_section("Festival")


@pytest.fixture
def film(section):
    """An English film with a password, below a section."""
    return make_video("The Sea", section=section, description="<p>Waves and wind.</p>")


@pytest.fixture
def sea(film, german):
    """The German translation of the film, with texts of its own; so its section is translated, too."""
    page = translate(film, german)
    texts = {"title": "Das Meer", "slug": "das-meer", "description": "<p>Wellen und Wind.</p>"}
    SetTextsAction(page, texts).execute(skip_permission_checks=True)
    page.refresh_from_db()
    return page
