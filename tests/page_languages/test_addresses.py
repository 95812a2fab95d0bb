"""The address decides the language of a page; a site with one language keeps each of its addresses."""

import pytest
from django.urls import clear_url_caches, reverse
from django.utils import timezone, translation
from wagtail.models import PageViewRestriction, Site

from home.languages import visitor_language
from home.models import OrdinaryPage, SiteSettings
from home.pages.first_pages import make_first_pages
from tests.factories import browser, get_home, make_section, make_video, unlock
from tests.page_languages.choosing import choose, lang
from video_pages.access import passwords
from video_pages.models import VideoIndexPage, VideoPage
from video_pages.pages.translating import translate


def test_the_site_s_own_language_keeps_its_addresses(film, sea):
    assert film.get_url() == f"/{film.get_parent().slug}/{film.slug}/"
    assert sea.get_url() == f"/de/{film.get_parent().slug}/das-meer/"
    assert get_home().get_url() == "/"
    for code in ("en", "de", "fr"):
        with translation.override(code):
            assert film.get_url() == f"/{film.get_parent().slug}/{film.slug}/"
            assert reverse("search") == ("/de/search/" if code == "de" else "/search/")


def test_the_words_around_a_page_are_in_its_language(film, sea):
    for accepted in ("en", "de", ""):
        assert lang(browser().get(film.get_url(), HTTP_ACCEPT_LANGUAGE=accepted)) == "en"
        answer = browser().get(sea.get_url(), HTTP_ACCEPT_LANGUAGE=accepted)
        assert lang(answer) == "de" and answer.headers["Content-Language"] == "de"
        assert "Das Meer" in answer.content.decode() and "The Sea" not in answer.content.decode()


def test_a_language_without_pages_is_that_of_the_words_alone(film, sea):
    site = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    site.languages = "fr"
    site.save()
    assert lang(browser().get(film.get_url(), HTTP_ACCEPT_LANGUAGE="fr")) == "fr"
    assert lang(browser().get(sea.get_url(), HTTP_ACCEPT_LANGUAGE="fr")) == "de"


def test_before_anything_is_translated_the_words_follow_the_visitor():
    film = make_video("The Sea")
    answer = browser().get(film.get_url(), HTTP_ACCEPT_LANGUAGE="de")
    assert lang(answer) == "de" and film.title in answer.content.decode()
    assert browser().get("/", HTTP_ACCEPT_LANGUAGE="de").status_code == 200
    assert browser().get("/de/").status_code == 404


def test_the_home_page_leads_to_that_of_the_visitor_s_language(german_home):
    answer = browser().get("/", HTTP_ACCEPT_LANGUAGE="de-AT,de;q=0.9")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/de/")
    assert "Accept-Language" in answer.headers["Vary"] and "no-store" in answer.headers["Cache-Control"]
    assert "Startseite" in browser().get("/de/").content.decode()
    client = browser()
    choose(client, "en", "/de/")
    assert client.get("/", HTTP_ACCEPT_LANGUAGE="de").status_code == 200
    assert browser().get("/", HTTP_ACCEPT_LANGUAGE="en").status_code == 200


def test_a_draft_home_page_is_not_there(german):
    translate(get_home(), german)
    assert browser().get("/de/").status_code == 404
    assert browser().get("/", HTTP_ACCEPT_LANGUAGE="de").status_code == 200


@pytest.mark.parametrize("is_private", [True, False], ids=["private", "past its end"])
def test_nobody_is_led_to_a_home_page_that_is_not_for_everyone(german_home, is_private):
    if is_private:
        PageViewRestriction.objects.create(page=german_home, restriction_type="login")
    else:
        german_home.expire_at = timezone.now() - timezone.timedelta(minutes=1)
        german_home.save()
    answer = browser().get("/", HTTP_ACCEPT_LANGUAGE="de")
    assert answer.status_code == 200 and lang(answer) == "de"


def test_the_address_of_a_page_may_have_letters_outside_ascii(german_home, german):
    page = get_home().add_child(instance=OrdinaryPage(title="Über uns", slug="über-uns"))
    translate(page, german).save_revision().publish()
    assert page.get_url() == "/%C3%BCber-uns/"
    assert choose(browser(), "de", page.get_url()).headers["Location"] == "/de/%C3%BCber-uns/"
    assert choose(browser(), "de", "/%00/").headers["Location"] == "/%00/"
    assert choose(browser(), "de", "/%FF/").headers["Location"] == "/de/"


def test_a_chosen_language_leads_to_the_translation_of_the_same_page(film, sea):
    client = browser()
    assert choose(client, "de", film.get_url()).headers["Location"] == sea.get_url()
    assert choose(client, "en", sea.get_url()).headers["Location"] == film.get_url()
    assert choose(client, "de", sea.get_url()).headers["Location"] == sea.get_url()
    assert choose(client, "de", "/search/?q=sea").headers["Location"] == "/de/search/?q=sea"
    assert choose(client, "en", "/de/search/").headers["Location"] == "/search/"


def test_without_a_translation_it_leads_to_the_nearest_page_above_that_has_one(film, sea):
    section = VideoIndexPage.objects.get(pk=film.get_parent().pk)
    other, alone = make_video(section=section), make_video()
    german_section = VideoIndexPage.objects.get(alias_of=section)
    assert choose(browser(), "de", other.get_url()).headers["Location"] == german_section.get_url()
    assert choose(browser(), "de", alone.get_url()).headers["Location"] == "/de/"
    assert choose(browser(), "de", "/nothing/here/").headers["Location"] == "/de/"
    assert choose(browser(), "xx", film.get_url()).headers["Location"] == film.get_url()
    assert choose(browser(), "de", "https://elsewhere.example/").headers["Location"] == "/"


def test_a_chosen_language_tells_no_slug_of_a_private_page(german_home, german):
    page = get_home().add_child(instance=OrdinaryPage(title="Contact", slug="contact"))
    private = translate(page, german)
    private.slug = "kontakt"
    private.save_revision().publish()
    assert choose(browser(), "de", "/contact/").headers["Location"] == "/de/kontakt/"
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    assert choose(browser(), "de", "/contact/").headers["Location"] == "/de/"


@pytest.mark.parametrize("reason", ["private home page", "private section", "past its end"])
def test_a_chosen_language_tells_no_slug_of_a_translation_whose_original_is_closed(german_home, german, reason):
    """Also where nothing above the translation itself is private."""
    film = make_video("Hidden", section=make_section("Closed"))
    address = film.url
    page = translate(film, german)
    page.slug = "verborgen"
    page.save(clean=False)
    free = german_home.add_child(instance=VideoIndexPage(title="Frei", slug="frei", locale=german))
    page.move(free, pos="last-child")
    assert choose(browser(), "de", address).headers["Location"] == "/de/frei/verborgen/"
    if reason == "past its end":
        VideoPage.objects.filter(pk=film.pk).update(expire_at=timezone.now() - timezone.timedelta(minutes=1))
    else:
        above = get_home() if reason == "private home page" else film.get_parent()
        PageViewRestriction.objects.create(page=above, restriction_type="login")
    assert "verborgen" not in choose(browser(), "de", address).headers["Location"]


def test_an_alias_of_a_private_page_is_in_no_menu(german_home, german):
    about = get_home().add_child(instance=OrdinaryPage(title="Backstage", slug="backstage", show_in_menus=True))
    about.copy_for_translation(german, alias=True)
    assert b"Backstage" in browser().get("/de/").content
    PageViewRestriction.objects.create(page=about, restriction_type="login")
    assert b"Backstage" not in browser().get("/de/").content


def test_the_menus_are_those_of_the_language(film, sea, german_home, german):
    imprint = get_home().add_child(instance=OrdinaryPage(title="Imprint", slug="imprint", in_footer=True))
    impressum = translate(imprint, german)
    impressum.title, impressum.slug = "Impressum", "impressum"
    impressum.save_revision().publish()
    german_page, english_page = (browser().get(page.get_url()).content.decode() for page in (sea, film))
    assert "/de/impressum/" in german_page and "Imprint" not in german_page
    assert "/imprint/" in english_page and "Impressum" not in english_page
    assert 'href="/de/"' in german_page and 'href="/de/search/"' in german_page
    assert 'site-head__brand" href="/"' in english_page


def test_each_search_finds_the_titles_of_its_language(film, sea):
    def found(address):
        return [title for title in ("Das Meer", "The Sea") if title in browser().get(address).content.decode()]

    assert found("/de/search/?q=meer") == ["Das Meer"] and found("/search/?q=sea") == ["The Sea"]
    assert found("/search/?q=meer") == [] and found("/de/search/?q=sea") == []
    suggested = browser().get("/de/search/suggestions/?q=meer").json()["suggestions"]
    assert [each["url"] for each in suggested] == [sea.get_url()]


def test_search_engines_learn_of_the_languages_of_open_pages_alone(film, sea):
    def links(page):
        text = browser().get(page.get_url()).content.decode()
        return [line.split('"')[3] for line in text.splitlines() for line in line.split("<link ") if "hreflang" in line]

    assert links(film) == links(sea) == [], "locked"
    assert links(get_home()) == ["en", "de", "x-default"]
    passwords.set_open(film, True)
    assert links(film) == links(sea) == ["en", "de", "x-default"]
    text = browser().get(sea.get_url()).content.decode()
    assert f'hreflang="en" href="http://testserver{film.get_url()}"' in text, "where the visitor is"
    sitemap = browser().get("/sitemap.xml").content.decode()
    assert f"<loc>http://testserver{sea.get_url()}</loc>" in sitemap
    assert f'hreflang="de" href="http://testserver{sea.get_url()}"' in sitemap
    assert "Disallow: /de/search/" in browser().get("/robots.txt").content.decode()


def test_a_translated_page_shows_its_own_texts_and_the_film_of_its_source(film, sea):
    client = browser()
    unlock(client, sea)
    text = client.get(sea.get_url()).content.decode()
    assert "Wellen und Wind." in text and "Waves and wind." not in text and f"/stream/{film.uuid}/" in text
    assert "Waves and wind." in client.get(film.get_url()).content.decode()
    assert "Wellen und Wind." not in browser().get(sea.get_url()).content.decode()


def test_its_own_description_shows_also_where_the_original_has_none(film, sea):
    film.description, film.show_description = "", True
    film.save_revision().publish()
    assert "Wellen und Wind." in browser().get(sea.get_url()).content.decode()
    assert "Wellen und Wind." not in browser().get(film.get_url()).content.decode()


def test_a_translation_follows_its_source_until_it_has_its_own_texts(film, german, german_home):
    page = translate(film, german)
    film.title = "The Ocean"
    film.save_revision().publish()
    page.refresh_from_db()
    assert page.title == "The Ocean" and not page.has_own_texts


def test_its_own_texts_stay_when_the_source_is_published(film, sea):
    film.title, film.description = "The Ocean", "<p>Deep.</p>"
    film.save_revision().publish()
    sea.refresh_from_db()
    assert (sea.title, sea.slug, sea.description) == ("Das Meer", "das-meer", "<p>Wellen und Wind.</p>")
    assert sea.get_url().endswith("/das-meer/") and sea.has_own_texts


def test_chosen_films_of_a_home_page_are_those_of_its_language(film, sea, german_home):
    for home in (get_home(), german_home):
        home.body = [("films", {"heading": "", "films": [film]})]
        home.save()
    assert "Das Meer" in browser().get("/de/").content.decode()
    assert "Das Meer" not in browser().get("/").content.decode()


def test_a_slug_that_begins_the_addresses_of_a_language_is_refused_at_the_top():
    section = make_section("German films")
    section.slug = "de"
    with pytest.raises(Exception, match="address of the site itself"):
        section.full_clean()


def test_with_one_language_an_address_is_what_it_was(film, sea, settings):
    settings.PAGE_LANGUAGES, settings.WAGTAIL_I18N_ENABLED = (), False
    clear_url_caches()
    visitor_language.forget_offered()
    Site.clear_site_root_paths_cache()
    assert browser().get("/de/").status_code == 404 and browser().get("/", HTTP_ACCEPT_LANGUAGE="de").status_code == 200
    with translation.override("de"):
        assert (film.get_url(), reverse("search")) == (f"/{film.get_parent().slug}/{film.slug}/", "/search/")
    assert "hreflang" not in browser().get("/").content.decode()


def test_titles_that_the_site_made_are_in_the_language_of_the_address(german, film, sea):
    OrdinaryPage.objects.all().delete()
    make_first_pages()
    OrdinaryPage.objects.update(live=True)
    english, own = film.get_url(), sea.get_url()
    translate(OrdinaryPage.objects.get(title="Imprint"), german)
    OrdinaryPage.objects.update(live=True)
    assert ">Imprint</a>" in browser().get(english).text and ">Home</a>" in browser().get(english).text
    assert ">Impressum</a>" in browser().get(own).text and ">Startseite</a>" in browser().get(own).text
