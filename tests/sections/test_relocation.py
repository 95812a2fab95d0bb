"""A video that moves to another section takes its file along, out of the hands of the first section's editors."""

import pytest
from django.contrib.auth import get_user_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Page
from wagtail.search import index

from tests import factories
from video_pages.models import VideoFile, VideoIndexPage, VideoPage
from video_pages.pages.permissions import may_replace, may_use
from video_pages.sections.collections import collection_of
from video_pages.sections.editors import set_section_editors

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    """Two sections with an editor each, and one without anybody of its own."""
    people = {name: factories.make_user(name) for name in ("ann", "ben")}
    sections = {name: factories.make_section(name) for name in ("a", "b", "free")}
    set_section_editors(sections["a"], people=[people["ann"]])
    set_section_editors(sections["b"], people=[people["ben"]])
    return {**people, **{name: VideoIndexPage.objects.get(pk=section.pk) for name, section in sections.items()}}


def video_in(section, title="The film"):
    video = factories.make_video(title, section=section)
    VideoFile.objects.filter(pk=video.video_file_id).update(collection=collection_of(section) or 1)
    return video


def move(page, section):
    Page.objects.get(pk=page.pk).move(Page.objects.get(pk=section.pk), pos="last-child")


def file_of(video):
    return VideoFile.objects.get(pk=video.video_file_id)


def root():
    return Collection.get_first_root_node()


def test_the_file_follows_its_video_and_so_do_the_rights(school):
    video = video_in(school["a"])
    assert may_replace(file_of(video), school["ann"])
    move(video, school["b"])
    assert file_of(video).collection == school["b"].collection
    assert not may_use(file_of(video), school["ann"]) and not may_replace(file_of(video), school["ann"])
    assert may_replace(file_of(video), school["ben"])


def test_the_search_index_gets_the_new_collection(school, monkeypatch):
    video, indexed = video_in(school["a"]), []
    monkeypatch.setattr(index, "insert_or_update_object", indexed.append)
    move(video, school["b"])
    files = [(row.pk, row.collection) for row in indexed if isinstance(row, VideoFile)]
    assert files == [(video.video_file_id, school["b"].collection)]


def test_to_a_section_without_a_collection_it_goes_to_the_root_and_from_there_back(school):
    video = video_in(school["a"])
    move(video, school["free"])
    assert file_of(video).collection == root()
    assert not may_use(file_of(video), school["ann"])
    move(video, school["a"])
    assert file_of(video).collection == school["a"].collection


def test_what_was_put_aside_on_purpose_stays_when_no_section_claims_it(school):
    archive = root().add_child(name="Archive")
    video = video_in(school["a"])
    VideoFile.objects.filter(pk=video.video_file_id).update(collection=archive)
    move(video, school["free"])
    assert file_of(video).collection == archive


def test_what_is_sorted_into_collections_below_follows_and_stays_sorted_where_it_may(school):
    below = school["a"].collection.add_child(name="Interviews")
    video = video_in(school["a"])
    VideoFile.objects.filter(pk=video.video_file_id).update(collection=below)
    move(video, school["free"])
    assert file_of(video).collection == root()
    VideoFile.objects.filter(pk=video.video_file_id).update(collection=below)
    move(video, school["a"])
    assert file_of(video).collection == below


def test_a_section_takes_the_files_of_all_its_videos_along_but_those_of_a_section_with_its_own_collection(school):
    outer = factories.make_section("outer", parent=school["a"])
    inner = factories.make_section("inner", parent=outer)
    own = factories.make_section("own", parent=outer)
    set_section_editors(own)
    own = VideoIndexPage.objects.get(pk=own.pk)
    first, deep, apart = video_in(outer), video_in(inner), video_in(own)
    move(outer, school["b"])
    assert {file_of(first).collection, file_of(deep).collection} == {school["b"].collection}
    assert file_of(apart).collection == own.collection
    move(own, school["free"])
    assert file_of(apart).collection == own.collection


def test_a_file_that_another_video_shows_too_stays_and_so_does_one_in_anothers_draft(school):
    shared, drafted = video_in(school["a"], "Shared"), video_in(school["a"], "Drafted")
    factories.make_video("The other", section=school["a"], video_file=file_of(shared))
    other = factories.make_video("With a draft", section=school["a"])
    other.video_file = file_of(drafted)
    other.save_revision()
    for video in (shared, drafted):
        move(video, school["b"])
        assert file_of(video).collection == school["a"].collection


def test_the_file_of_a_draft_follows_and_an_alias_left_behind_holds_nothing_back(school):
    video = video_in(school["a"])
    video.create_alias(update_slug="the-alias")
    new_cut = factories.make_video_file(title="New cut")
    VideoFile.objects.filter(pk=new_cut.pk).update(collection=school["a"].collection)
    video.video_file = new_cut
    video.save_revision()
    move(video, school["b"])
    video = VideoPage.objects.get(pk=video.pk)
    assert file_of(video).collection == VideoFile.objects.get(pk=new_cut.pk).collection == school["b"].collection


def test_moving_an_alias_moves_no_file(school):
    video = video_in(school["a"])
    alias = video.create_alias(update_slug="the-alias")
    move(alias, school["b"])
    assert file_of(video).collection == school["a"].collection


def test_a_thumbnail_follows_unless_something_else_shows_it_too(school):
    def thumbnail():
        pixels = get_test_image_file()
        return get_image_model().objects.create(title="t", file=pixels, collection=school["a"].collection)

    own, shared = video_in(school["a"], "Own"), video_in(school["a"], "Shared")
    for video in (own, shared):
        video.thumbnail = thumbnail()
        video.save()
    factories.make_video("The other", section=school["a"], thumbnail=shared.thumbnail)
    for video, section in ((own, "b"), (shared, "a")):
        move(video, school["b"])
        collection = get_image_model().objects.get(pk=video.thumbnail_id).collection
        assert collection == school[section].collection


def test_a_section_that_gets_editors_of_its_own_gets_its_files_too(school):
    film = video_in(school["free"])
    assert file_of(film).collection == root()
    eve = factories.make_user("eve")
    set_section_editors(school["free"], people=[eve])
    assert may_replace(file_of(film), eve)
    other = root().add_child(name="Another")
    set_section_editors(VideoIndexPage.objects.get(pk=school["free"].pk), people=[eve], collection=other)
    assert file_of(film).collection == other
    assert may_replace(file_of(film), get_user_model().objects.get(pk=eve.pk))


def test_arranging_a_section_moves_no_file(school):
    first, second = video_in(school["a"], "First"), video_in(school["a"], "Second")
    VideoFile.objects.filter(pk=second.video_file_id).update(collection=root())
    Page.objects.get(pk=second.pk).move(Page.objects.get(pk=first.pk), pos="left")
    assert file_of(second).collection == root()
