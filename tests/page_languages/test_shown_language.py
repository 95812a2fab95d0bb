"""On a German page, texts that nobody has translated name the language of the original."""

from tests.factories import PASSWORD, browser, make_section, make_video
from tests.home.block_pages import home_that_finds_passwords
from tests.languages.shown_language import language_around, languages_around
from video_pages.models import VideoIndexPage, VideoPage
from video_pages.pages.translated_texts import SetTextsAction
from video_pages.pages.translating import translate


def test_a_translation_without_texts_of_its_own_names_the_language_of_its_original(film, german, german_home):
    translate(film, german)
    page = VideoPage.objects.get(alias_of=film)
    client = browser()
    client.post(page.get_url(), {"password": PASSWORD})
    text = client.get(page.get_url()).text
    assert '<html lang="de"' in text and '<h1 class="player-info__title" lang="en">The Sea' in text
    assert '<div class="prose" lang="en">' in text


def test_one_with_texts_of_its_own_does_not(sea):
    client = browser()
    client.post(sea.get_url(), {"password": PASSWORD})
    text = client.get(sea.get_url()).text
    assert '<h1 class="player-info__title">Das Meer' in text and '<div class="prose">' in text


def test_lists_name_the_language_of_titles_that_nobody_has_translated(german, german_home):
    section = make_section("Harbours", password=None, show_in_menus=True)
    films = [make_video(title, section=section, open_to_everyone=True) for title in ("Salt flats", "The Sea", "Wind")]
    translate(section, german, with_subtree=True)
    SetTextsAction(VideoPage.objects.get(alias_of=films[2]), {"title": "Der Wind", "slug": "wind"}).execute(
        skip_permission_checks=True
    )
    listed = VideoIndexPage.objects.get(alias_of=section)
    page = browser().get(listed.get_url()).text
    assert '<html lang="de"' in page
    assert languages_around(page, "The Sea") == ["en"] and languages_around(page, "Der Wind") == ["de"]
    assert set(languages_around(page, "Harbours")) == {"en"} and 'lang="en">Harbours</a>' in page
    film = browser().get(VideoPage.objects.get(alias_of=films[1]).get_url()).text
    crumbs, _, rest = film.partition('class="breadcrumbs"')[2].partition("</nav>")
    assert language_around(crumbs, "Harbours") == "en"
    assert language_around(film, "Salt flats") == "en" and language_around(film, "Der Wind") == "de"
    home = browser().get(german_home.get_url()).text
    assert language_around(home, "The Sea") == "en" and language_around(home, "Der Wind") == "de"
    assert set(languages_around(home, "Harbours")) == {"en"}  # in the menu, and on the cards
    missing = browser().get(german_home.get_url() + "nowhere/").text
    assert set(languages_around(missing, "Harbours")) == {"en"}
    own = browser().get(section.url).text
    assert '<html lang="en"' in own and 'lang="en">' not in own.partition("<body")[2]


def test_suggestions_name_the_language_of_titles_that_nobody_has_translated(german, german_home, sea):
    translate(make_video("Sea wall", section=make_section("Walls", password=None)), german)
    found = browser().get(german_home.get_url() + "search/suggestions/", {"q": "sea"}).json()["suggestions"]
    assert [(each["title"], each["lang"]) for each in found] == [("Sea wall", "en")]


def test_facts_name_the_language_of_the_original_but_not_what_the_site_writes(german, german_home):
    facts = {"director": "Ana Silva", "country": "Portugal", "running_minutes": 64, "film_credits": "Camera: Rui Costa"}
    film = make_video("The Sea", section=make_section("Harbours"), show_facts=True, **facts)
    translate(film, german)
    page = browser().get(VideoPage.objects.get(alias_of=film).get_url()).text
    for words in ("Ana Silva", "Portugal", "Camera", "Rui Costa"):
        assert language_around(page, words) == "en"
    for words in ("Regie", "Land", "64"):
        assert set(languages_around(page.partition("film-facts")[2], words)) <= {None}
    assert 'dir="auto" lang' not in browser().get(film.url).text


def test_chosen_films_and_sections_without_a_translation_are_in_the_language_of_the_site(german_home):
    section = make_section("Harbours", password=None)
    film = make_video("The Sea", section=section)
    german_home.body = [
        ("films", {"heading": "", "films": [film]}),
        ("sections", {"heading": "", "sections": [{"section": section, "picture": None}]}),
    ]
    german_home.save()
    page = browser().get(german_home.get_url()).text
    assert '<html lang="de"' in page
    for shown in (film, section):
        assert f'class="video-card__title" lang="en"><a class="video-card__link" href="{shown.url}"' in page
    assert set(languages_around(page, "Harbours")) == {"en"}  # on its own card, and as the section of the film


def test_what_one_password_opens_without_a_translation_is_in_the_language_of_the_site(german):
    home = translate(home_that_finds_passwords(), german)
    home.save_revision().publish()
    section = make_section("Harbours", password="grey-harbour")
    make_video("Wind", section=section, password="grey-harbour")
    sea = translate(make_video("The Sea", section=section, password="grey-harbour"), german)
    SetTextsAction(sea, {"title": "Das Meer", "slug": "das-meer"}).execute(skip_permission_checks=True)
    page = browser().post(home.get_url(), {"password": "grey-harbour"}).text
    assert language_around(page, "Wind") == "en" and language_around(page, "Das Meer") == "de"
    assert set(languages_around(page, "Harbours")) == {"en"}
