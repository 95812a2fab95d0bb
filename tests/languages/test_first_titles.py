"""Titles that an owner has left as the site made them are in the reader's language wherever visitors read them."""

import pytest
from wagtail.models import Site

from home.languages import visitor_language
from home.models import OrdinaryPage, SiteSettings
from home.pages.first_pages import make_first_pages
from tests import factories
from video_pages.core.all_languages import in_all_languages

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def offered():
    """A site in German and Japanese, too, with its first pages."""
    in_all_languages.cache_clear()
    factories.get_home()
    site = Site.objects.get(is_default_site=True)
    SiteSettings.objects.update_or_create(site=site, defaults={"languages": "de ja"})
    make_first_pages()
    OrdinaryPage.objects.update(live=True)
    visitor_language.forget_offered()
    yield
    visitor_language.forget_offered()


def page(address, code):
    return factories.browser().get(address, HTTP_ACCEPT_LANGUAGE=code).text


def test_menus_breadcrumbs_and_headings_are_in_the_reader_s_language():
    film = factories.make_video("Salt flats", section=factories.make_section())
    imprint = OrdinaryPage.objects.get(title="Imprint")
    for code, home, titles in (
        ("en", "Home", ["Imprint", "Privacy", "Accessibility"]),
        ("de", "Start", ["Impressum", "Datenschutz", "Barrierefreiheit"]),
        ("ja", "トップページ", ["運営者情報", "プライバシー", "アクセシビリティ"]),
    ):
        locked = page(film.url, code)
        assert f">{home}</a></li>" in locked.partition('class="breadcrumbs"')[2].partition("</nav>")[0]
        assert all(f">{title}</a></li>" in locked.partition("<footer")[2] for title in titles)
        own = page(imprint.url, code)
        assert f'<h1 class="page-title">{titles[0]}</h1>' in own
        assert f"<title>{titles[0]} · " in own and f'<meta property="og:title" content="{titles[0]}">' in own
        assert f"<title>{home} · " in page("/", code)


def test_a_title_of_the_owner_and_that_of_a_section_stay():
    OrdinaryPage.objects.filter(title="Imprint").update(title="Who we are")
    home = factories.get_home()
    home.title = "Northern Light"
    home.save()
    section = factories.make_section("Privacy", show_in_menus=True)
    film = factories.make_video("Salt flats", section=section)
    locked = page(film.url, "de")
    assert ">Northern Light</a></li>" in locked and ">Who we are</a></li>" in locked
    assert ">Privacy</a>" in locked.partition('class="site-head__nav"')[2].partition("</nav>")[0]
