"""A translation that was unpublished by itself stays off until an editor publishes it, whatever its original does."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageLogEntry

from tests.factories import browser, make_section, make_user, make_video
from tests.page_languages.editing import post_texts, screen, texts
from tests.wagtail_admin.bulk import ask
from video_pages.core.log_actions import LogAction
from video_pages.models import VideoIndexPage, VideoPage
from video_pages.pages.translated_texts import TranslationPermissionError
from video_pages.pages.translating import translate
from video_pages.pages.translation_publishing import PublishTranslationAction

MOST_QUERIES = 4
"""For each further film: its entry in the log, which Wagtail checks, and the mark of a publication that waits."""


def is_live(page):
    page.refresh_from_db()
    assert browser().get(page.get_url()).status_code == (200 if page.live else 404)
    return page.live


def publish(page, **changed):
    page = type(page).objects.get(pk=page.pk)
    for name, value in changed.items():
        setattr(page, name, value)
    page.save_revision().publish()


@pytest.fixture
def withdrawn(editor, sea):
    """The German translation, which an editor has unpublished with Wagtail's screen."""
    assert editor.post(reverse("wagtailadmin_pages:unpublish", args=(sea.pk,))).status_code == 302
    assert not is_live(sea)
    return sea


def test_a_typo_mended_in_the_original_does_not_publish_it(film, withdrawn):
    publish(film, title="The Sea!")
    assert not is_live(withdrawn) and "Das Meer" not in browser().get("/de/search/?q=meer").text
    publish(VideoIndexPage.objects.get(pk=film.get_parent().pk))
    assert not is_live(withdrawn)


def test_nor_does_the_original_that_went_and_comes_back(film, withdrawn):
    VideoPage.objects.get(pk=film.pk).unpublish()
    publish(film)
    assert not is_live(withdrawn)


def test_nor_does_a_publish_that_had_read_it_before_it_was_unpublished(sea):
    read = VideoPage.objects.get(pk=sea.pk)
    VideoPage.objects.get(pk=sea.pk).unpublish()
    read.live = True
    read.save(clean=False)
    assert not is_live(sea)


@pytest.mark.parametrize("how", ["unpublished", "past its end", "its own end"])
def test_one_that_went_with_its_original_comes_back_with_it(film, sea, how):
    if how == "unpublished":
        VideoPage.objects.get(pk=film.pk).unpublish()
    else:
        page = VideoPage.objects.get(pk=(film if how == "past its end" else sea).pk)
        page.unpublish(set_expired=True)
    assert not is_live(sea)
    publish(film, expired=False)
    assert is_live(sea)


def test_the_list_of_translations_publishes_it(editor, film, withdrawn):
    shown = editor.get(screen(film)).text
    assert "Unpublished" in shown and 'name="publish" value="de"' in shown
    assert editor.post(screen(film), {"publish": "de"}, follow=True).text.count("The translation is published.") == 1
    assert is_live(withdrawn) and 'name="publish"' not in editor.get(screen(film)).text
    assert PageLogEntry.objects.filter(page=withdrawn, action=LogAction.TRANSLATION_PUBLISHED).count() == 1
    assert editor.post(screen(film), {"publish": "fr"}).status_code == 404
    publish(film, title="The Ocean")
    assert is_live(withdrawn) and withdrawn.title == "Das Meer"


def test_its_texts_are_saved_first_and_published_then(editor, film, withdrawn):
    assert "Visitors see them once the translation is published." in editor.get(texts(withdrawn)).text
    assert "Save and publish" in editor.get(texts(withdrawn)).text
    answer = post_texts(editor, withdrawn, title="Die See")
    assert "once you publish the translation" in editor.get(answer.headers["Location"]).text
    assert not is_live(withdrawn) and withdrawn.title == "Die See"
    answer = post_texts(editor, withdrawn, title="Das Nordmeer", publish="de")
    assert "Visitors see these texts now." in editor.get(answer.headers["Location"]).text
    assert is_live(withdrawn) and withdrawn.title == "Das Nordmeer"
    assert "Save and publish" not in editor.get(texts(withdrawn)).text


def test_that_of_a_draft_goes_live_with_it(editor, film, withdrawn):
    VideoPage.objects.get(pk=film.pk).unpublish()
    assert "once its original is published" in editor.post(screen(film), {"publish": "de"}, follow=True).text
    assert not is_live(withdrawn)
    publish(film)
    assert is_live(withdrawn)


def test_publish_in_the_explorer_says_where_it_is_published(editor, withdrawn):
    words = ask(editor, "publish", withdrawn, model=Page).text
    assert "<p>It is a translation that was unpublished: publish it under Translations.</p>" in words


def test_who_may_not_publish_the_original_does_not_publish_it(withdrawn):
    with pytest.raises(TranslationPermissionError):
        PublishTranslationAction(withdrawn, user=make_user()).execute()
    assert not is_live(withdrawn)


@pytest.fixture
def german_section(editor, film, sea, section, german):
    """The German section, unpublished with its subpages: a section with a film, two films and the film of a draft."""
    inner = make_section("Inner", parent=section)
    make_video("Wind", section=inner)
    draft = make_video("Rain", section=section)
    translate(section, german, with_subtree=True)
    page = VideoIndexPage.objects.get(alias_of=section)
    address = reverse("wagtailadmin_pages:unpublish", args=(page.pk,))
    assert editor.post(address, {"include_descendants": "on"}).status_code == 302
    VideoPage.objects.get(pk=draft.pk).unpublish()
    assert not page.get_descendants(inclusive=True).live().exists()
    return page


def test_with_a_section_come_those_in_it_whose_originals_are_published(editor, section, german_section):
    assert editor.post(screen(section), {"publish": "de"}).status_code == 302
    german_section.refresh_from_db()
    live = german_section.get_descendants(inclusive=True).live()
    assert [page.title for page in live.order_by("path")] == ["Festival", "Das Meer", "Inner", "Wind"]
    logged = PageLogEntry.objects.filter(action=LogAction.TRANSLATION_PUBLISHED)
    assert set(logged.values_list("page", flat=True)) == {page.pk for page in live}
    assert "Das Meer" in browser().get(german_section.get_url()).text
    assert "Das Meer" in browser().get("/de/search/?q=meer").text
    assert VideoPage.objects.get(is_withdrawn=True).title == "Rain"
    for page in live.specific():
        publish(page.specific.source)
        assert is_live(page)


def test_one_film_that_is_published_leaves_its_section_off(editor, film, sea, german_section):
    editor.post(screen(film), {"publish": "de"})
    sea.refresh_from_db()
    german_section.refresh_from_db()
    assert sea.live and not german_section.live


def test_each_film_more_in_a_section_costs_few_queries(section, german_section, german):
    def queries():
        page = VideoIndexPage.objects.get(pk=german_section.pk)
        with CaptureQueriesContext(connection) as found:
            PublishTranslationAction(page).execute(skip_permission_checks=True)
        return len(found)

    def withdraw():
        for model in (VideoIndexPage, VideoPage):
            ids = list(model.objects.filter(locale=german).values_list("pk", flat=True))
            model.objects.filter(pk__in=ids).update(is_withdrawn=True, live=False)

    queries()
    withdraw()
    few = queries()
    for number in range(10):
        make_video(f"Film {number}", section=section)
    translate(section, german, with_subtree=True)
    withdraw()
    assert queries() - few <= 10 * MOST_QUERIES


def test_an_ordinary_alias_follows_its_source_as_before(film, section, german_home):
    alias = film.create_alias(parent=section, update_slug="beside")
    alias.unpublish()
    publish(film, expire_at=timezone.now() + timezone.timedelta(days=1))
    alias.refresh_from_db()
    assert alias.live
