"""On a German page, texts that nobody has translated name the language of the original."""

from tests.factories import PASSWORD, browser
from video_pages.models import VideoPage
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
