"""Pages that factories make: as Wagtail makes them, and indexed before a query reads an index."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, ReferenceIndex

from tests import deferred_indexes
from tests.factories import get_home, make_section, make_video, make_video_file
from video_pages.models import VideoIndexPage, VideoPage

pytestmark = pytest.mark.django_db
# Fields that differ between any two pages.
OWN = {"id", "page_ptr", "path", "title", "draft_title", "slug", "url_path", "translation_key", "uuid", "video_file"}


def tables():
    """The beginnings of the names of the tables of all indexes."""
    return [table for tables in deferred_indexes.TABLES.values() for table in tables]


def values(page):
    page = type(page).objects.get(pk=page.pk)
    return {field.name: field.value_from_object(page) for field in page._meta.concrete_fields if field.name not in OWN}


def test_a_page_is_the_same_as_one_that_wagtail_adds():
    section = make_section("The club")
    added = section.add_child(instance=VideoPage(title="Added", slug="added", live=False))
    made = make_video("Made", section=section, live=False, password=None)
    assert values(made) == values(added)
    assert (made.draft_title, made.url_path, made.slug) == ("Made", f"{section.url_path}{made.slug}/", made.slug)
    below = get_home().add_child(instance=VideoIndexPage(title="Added", slug="added"))
    assert values(make_section()) == values(below) | {"numchild": 0}


def test_the_tree_has_no_problems_and_later_pages_fit_in():
    section = make_section()
    first, second = make_video(section=section), make_video(section=VideoIndexPage.objects.get(pk=section.pk))
    third = section.add_child(instance=VideoPage(title="Third", slug="third"))
    assert [page.pk for page in section.get_children()] == [first.pk, second.pk, third.pk]
    assert not any(Page.find_problems())


def test_a_page_is_found_by_a_search_that_runs_no_query_more():
    list(VideoPage.objects.search("warm"))
    with CaptureQueriesContext(connection) as of_none:
        assert list(VideoPage.objects.search("harbour")) == []
    video = make_video("The harbour")
    with CaptureQueriesContext(connection) as of_one:
        assert list(VideoPage.objects.search("harbour")) == [video]
    assert len(of_one) == len(of_none)


def test_a_file_knows_the_page_that_uses_it():
    file = make_video_file()
    video = make_video(video_file=file)
    deleted = make_video(video_file=file)
    deleted.delete()
    assert [reference.object_id for reference in ReferenceIndex.get_references_to(file)] == [str(video.pk)]


def test_nothing_is_indexed_that_no_test_reads():
    with CaptureQueriesContext(connection) as captured:
        make_video()
    assert not [query for query in captured if any(table in query["sql"] for table in tables())]


@pytest.mark.django_db(transaction=True)
def test_rows_that_other_connections_read_are_indexed_at_once():
    with CaptureQueriesContext(connection) as captured:
        make_video()
    for table in tables():
        assert [query for query in captured if f"INSERT INTO {table}" in _plain(query["sql"])]


def _plain(sql):
    """Return the statement without what one database alone writes."""
    return sql.replace("OR IGNORE ", "").replace('"', "")
