"""The entries follow the pages, whichever way a page is changed."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction

from tests import factories
from video_pages.access.listed import viewer_with
from video_pages.access.set_listed import set_listed
from video_pages.models import SearchEntry, VideoIndexPage, VideoPage
from video_pages.pages.content_actions import SetEndAction
from video_pages.pages.translated_texts import SetTextsAction
from video_pages.pages.translating import translate
from video_pages.search import sync, upkeep
from video_pages.search.documents import entries_for
from video_pages.search.engines.choice import engine
from video_pages.search.find import Searcher
from video_pages.search.words import query_of

pytestmark = pytest.mark.django_db


def found(words, root=None):
    """Return the titles of the videos and sections that a stranger finds below `root`; the home page if it is None."""
    searcher = Searcher(viewer_with(), root or factories.get_home())
    hits = [*searcher.sections(query_of(words), limit=20).pages, *searcher.videos(query_of(words), limit=20).pages]
    return sorted(page.title for page in hits)


def assert_in_step():
    """Check that every entry is what its page gives now, and that none is missing or too many."""
    pages = list(Page.objects.values_list("pk", flat=True))
    wanted = entries_for(pages)
    present = SearchEntry.objects.in_bulk()
    assert set(wanted) == set(present)
    for pk, entry in wanted.items():
        assert [getattr(entry, name) for name in sync.COLUMNS] == [getattr(present[pk], name) for name in sync.COLUMNS]


@pytest.fixture(autouse=True)
def stays_in_step():
    yield
    assert_in_step()


def test_a_draft_is_found_when_it_is_published_and_until_it_is_unpublished():
    video = factories.make_video("Harbour", live=False)
    assert found("harbour") == []
    video.save_revision().publish()
    assert found("harbour") == ["Harbour"]
    draft = VideoPage.objects.get(pk=video.pk)
    draft.title = "Lighthouse"
    revision = draft.save_revision()
    assert (found("harbour"), found("lighthouse")) == (["Harbour"], [])
    revision.publish()
    assert (found("harbour"), found("lighthouse")) == ([], ["Lighthouse"])
    VideoPage.objects.get(pk=video.pk).unpublish()
    assert found("lighthouse") == []


def test_a_deleted_page_and_all_below_it_are_found_no_more():
    section = factories.make_section("Harbours")
    factories.make_video("Harbour", section=section)
    kept = factories.make_video("Harbour two")
    section.refresh_from_db()
    section.delete()
    assert found("harbour") == [kept.title]
    VideoPage.objects.filter(pk=kept.pk).delete()
    assert found("harbour") == []


def test_a_renamed_section_is_found_with_its_videos_by_the_new_title():
    section = factories.make_section("Spring")
    factories.make_video("Film", section=section)
    section.refresh_from_db()
    section.title = "Autumn"
    section.save_revision().publish()
    assert (found("spring"), found("autumn")) == ([], ["Autumn", "Film"])


def test_a_moved_video_is_found_by_its_new_section_only():
    video = factories.make_video("Film", section=factories.make_section("Spring"))
    target = factories.make_section("Autumn")
    video.move(target, pos="last-child")
    assert (found("spring film"), found("autumn film")) == ([], ["Film"])


def test_what_is_moved_into_a_hidden_section_is_hidden_and_comes_back():
    hidden = factories.make_section("Hidden", listed="nowhere")
    outer = factories.make_section("Outer")
    inner = factories.make_section("Inner", parent=outer)
    factories.make_video("Film", section=inner)
    inner = VideoIndexPage.objects.get(pk=inner.pk)
    inner.move(hidden, pos="last-child")
    assert found("film") == found("inner") == []
    outer.refresh_from_db()
    VideoIndexPage.objects.get(pk=inner.pk).move(outer, pos="last-child")
    assert (found("inner"), found("film")) == (["Film", "Inner"], ["Film"])


@pytest.mark.parametrize("listed", ["unlocked", "nowhere"])
def test_the_choice_where_a_page_is_listed_counts_for_all_below_it(listed):
    section = factories.make_section("Section")
    video = factories.make_video("Film", section=section)
    for page in (video, section):
        set_listed(page, listed)
        assert found("film") == []
        assert_in_step()
        set_listed(page, "everywhere")
        assert found("film") == ["Film"]


def test_a_restriction_of_wagtail_hides_a_page_and_all_below_it():
    section = factories.make_section("Film section")
    factories.make_video("Film", section=section)
    restriction = PageViewRestriction.objects.create(page=section, restriction_type=PageViewRestriction.LOGIN)
    assert found("film") == []
    assert_in_step()
    restriction.delete()
    assert found("film") == ["Film", "Film section"]


def test_an_unpublished_section_hides_what_is_below_it():
    section = factories.make_section("Section")
    factories.make_video("Film", section=section)
    VideoIndexPage.objects.get(pk=section.pk).unpublish()
    assert found("film") == []
    assert_in_step()
    VideoIndexPage.objects.get(pk=section.pk).save_revision().publish()
    assert found("film") == ["Film"]


def test_a_base_page_that_is_saved_is_followed_too():
    page = Page.objects.get(pk=factories.make_video("Spring").pk)
    page.title = "Autumn"
    page.save()
    assert (found("spring"), found("autumn")) == ([], ["Autumn"])


def test_a_description_is_found_while_its_owner_shows_it():
    video = factories.make_video("Film", description="<p>The gardener</p>")
    for is_shown, titles in ((True, ["Film"]), (False, []), (True, ["Film"])):
        video.refresh_from_db()
        video.show_description = is_shown
        video.save_revision().publish()
        assert found("gardener") == titles


def test_the_end_of_a_video_counts_at_once_and_an_extended_one_too():
    video = factories.make_video("Film")
    SetEndAction(video, timezone.now() - dt.timedelta(minutes=1)).execute(skip_permission_checks=True)
    assert found("film") == []
    assert_in_step()
    SetEndAction(video, timezone.now() + dt.timedelta(days=1)).execute(skip_permission_checks=True)
    assert found("film") == ["Film"]


def test_an_end_that_is_reached_without_a_worker_hides_a_video():
    video = factories.make_video("Film", expire_at=timezone.now() + dt.timedelta(hours=1))
    assert found("film") == ["Film"]
    later = viewer_with(now=timezone.now() + dt.timedelta(hours=2))
    assert Searcher(later, factories.get_home()).videos(query_of("film"), limit=5).pages == []
    assert video.live


def test_an_alias_is_found_by_its_own_title_and_without_the_description_of_its_source():
    source = factories.make_video("Film", description="<p>The gardener</p>", show_description=True)
    alias = source.create_alias(parent=factories.make_section("Other"), update_slug="other")
    assert len(found("film")) == 2
    assert len(found("gardener")) == 1
    source.title = "Harbour"
    source.save_revision().publish()
    assert found("film") == []
    assert len(found("harbour")) == 2
    set_listed(source, "nowhere")
    assert found("harbour") == []
    assert VideoPage.objects.get(pk=alias.pk).listed == "nowhere"


@pytest.fixture
def german(settings):
    settings.WAGTAIL_I18N_ENABLED = True
    return Locale.objects.get_or_create(language_code="de")[0]


def found_anywhere(words):
    return found(words, Page.get_first_root_node())


def write(page, **texts):
    SetTextsAction(page, texts).execute(skip_permission_checks=True)


def test_a_translation_is_found_by_its_own_description_while_the_source_shows_its_own(german):
    film = factories.make_video("Film", description="<p>The gardener</p>", director="Ana Silva")
    page = translate(film, german)
    write(page, title="Der Film", description="<p>Der Gärtner</p>")
    for is_shown in (True, False):
        VideoPage.objects.filter(pk=page.pk).update(show_description=not is_shown, show_facts=not is_shown)
        film.show_description = film.show_facts = is_shown
        film.save()
        assert found_anywhere("gärtner") == (["Der Film"] if is_shown else [])
        assert found_anywhere("gardener") == (["Film"] if is_shown else [])
        assert sorted(found_anywhere("silva")) == (["Der Film", "Film"] if is_shown else [])
        assert_in_step()


def test_a_translation_without_own_texts_is_found_by_what_its_source_shows(german):
    film = factories.make_video("Film", description="<p>The gardener</p>", show_description=True)
    page = translate(film, german)
    VideoPage.objects.filter(pk=page.pk).update(description="<p>The butler</p>")
    assert_in_step()
    assert len(found_anywhere("gardener")) == 2 and found_anywhere("butler") == []


def test_a_translated_section_is_found_by_its_own_introduction(german):
    section = factories.make_section("Festival", intro="<p>Welcome</p>")
    write(translate(section, german), title="Fest", intro="<p>Willkommen</p>")
    assert found_anywhere("willkommen") == ["Fest"]


@pytest.mark.parametrize("hide", ["nowhere", "private", "draft", "ended"])
def test_own_texts_of_a_translation_are_not_found_while_lists_do_not_name_its_source(german, hide):
    film = factories.make_video("Film", show_description=True)
    page = translate(film, german)
    write(page, title="Der Film", description="<p>Der Gärtner</p>")
    assert found_anywhere("gärtner") == ["Der Film"]
    if hide == "nowhere":
        set_listed(film, "nowhere")
    elif hide == "private":
        PageViewRestriction.objects.create(page=film, restriction_type="login")
    elif hide == "draft":
        VideoPage.objects.get(pk=film.pk).unpublish()
    else:
        SetEndAction(film, timezone.now() - dt.timedelta(minutes=1)).execute(skip_permission_checks=True)
    assert found_anywhere("gärtner") == []


def test_an_alias_of_an_alias_shows_no_text(german):
    film = factories.make_video("Film", description="<p>The gardener</p>", show_description=True)
    alias = film.create_alias(parent=factories.make_section("Other"), update_slug="other")
    alias.create_alias(parent=factories.make_section("More"), update_slug="more", update_locale=german)
    assert found_anywhere("gardener") == ["Film"]


def test_a_copy_is_found_once_it_is_published():
    section = factories.make_section("Section")
    factories.make_video("Film", section=section)
    copied = VideoIndexPage.objects.get(pk=section.pk).copy(
        recursive=True, update_attrs={"slug": "copied", "title": "Copied"}
    )
    assert found("copied film") == ["Film"]
    copied.specific.delete()
    assert found("copied") == []


def test_a_date_of_publication_that_changes_changes_the_place():
    old, new = factories.make_video("Film old"), factories.make_video("Film new")
    old.first_published_at = new.first_published_at + dt.timedelta(days=1)
    old.save()
    searcher = Searcher(viewer_with(), factories.get_home())
    hits = searcher.videos(query_of("film"), order="newest", limit=5)
    assert [page.pk for page in hits.pages] == [old.pk, new.pk]


def test_a_save_of_other_columns_costs_no_query_of_the_search(django_assert_num_queries):
    video = factories.make_video("Film")
    with django_assert_num_queries(0):
        sync.page_saved(video, update_fields=["latest_revision", "draft_title"])


def test_a_section_with_many_videos_is_followed_by_the_worker(monkeypatch):
    monkeypatch.setattr(sync, "AT_ONCE", 2)
    section = factories.make_section("Spring")
    for number in range(4):
        factories.make_video(f"Film {number}", section=section)
    section.refresh_from_db()
    section.title = "Autumn"
    section.save()
    assert SearchEntry.objects.filter(is_due=True).count() == 2
    assert len(found("autumn film")) == 2
    assert sync.refresh_due() == 2
    assert len(found("autumn film")) == 4


def write_past_the_signals():
    renamed, hidden, deleted = (factories.make_video(f"Film {number}") for number in range(3))
    VideoPage.objects.filter(pk=renamed.pk).update(title="Harbour")
    VideoPage.objects.filter(pk=hidden.pk).update(live=False)
    SearchEntry.objects.filter(pk=deleted.pk).delete()
    stale = factories.make_video("Described", description="<p>Gardener</p>")
    VideoPage.objects.filter(pk=stale.pk).update(show_description=True)


def test_what_was_written_past_the_signals_is_repaired():
    write_past_the_signals()
    assert "Film 1" not in found("film")
    repairs = upkeep.verify(now=timezone.now())
    assert (repairs.missing, repairs.surplus) == (2, 1)
    assert repairs.different == 1
    assert upkeep.verify(now=timezone.now()).total == 0
    assert found("harbour") == ["Harbour"]
    assert found("gardener") == ["Described"]


def test_repairs_are_bounded_and_go_on_the_next_time():
    for number in range(3):
        factories.make_video(f"Film {number}")
    SearchEntry.objects.filter(place__gte=0).delete()
    assert upkeep.verify(now=timezone.now(), limit=2).missing == 2
    assert upkeep.verify(now=timezone.now(), limit=2).missing == 1


def test_update_search_makes_everything_anew(capsys):
    write_past_the_signals()
    call_command("update_search")
    assert "entries" in capsys.readouterr().out
    assert found("harbour") == ["Harbour"]
    assert len(found("film")) == 1


def test_a_database_without_entries_gets_them_after_a_migration():
    factories.make_video("Film")
    SearchEntry.objects.all().delete()
    upkeep.prepare()
    assert found("film") == ["Film"]


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL keeps its column itself")
def test_an_index_that_lost_its_table_or_a_trigger_is_made_anew():
    factories.make_video("Film")
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER video_pages_searchtext_added")
        factories.make_video("Film two")
        assert found("two") == []
        assert engine().install()
        assert found("two") == ["Film two"]
        cursor.execute("DROP TABLE video_pages_searchtext")
        assert engine().install()
        assert not engine().install()
    assert found("film") == ["Film", "Film two"]
