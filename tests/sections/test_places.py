"""A page takes a place among its siblings, and only its own row changes while there is room."""

import random

import pytest
from django.contrib.contenttypes.models import ContentType
from treebeard.exceptions import PathOverflow
from wagtail.models import Page, PageLogEntry
from wagtail.signals import post_page_move, pre_page_move

from tests.factories import make_section, make_superuser, make_video
from video_pages.models import ListEntry, VideoIndexPage, VideoPage
from video_pages.pages import list_entries
from video_pages.sections import places
from video_pages.sections.places import move_to_place, place_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def section():
    section = make_section("Lessons")
    for title in "ABCDE":
        make_video(title, section=section)
    return section


def titles(section):
    return "".join(section.get_children().order_by("path").values_list("title", flat=True))


def child(section, title):
    return section.get_children().get(title=title)


def assert_sound(section):
    """The tree has no fault, and the lists know each place."""
    assert not any(Page.find_problems())
    assert list_entries.refresh_all() == 0
    arranged = ListEntry.objects.filter(section=section.pk).order_by("position").values_list("page__title", flat=True)
    assert "".join(arranged) == "".join(
        VideoPage.objects.child_of(section).order_by("path").values_list("title", flat=True)
    )


@pytest.mark.parametrize(
    ("title", "place", "expected"),
    [
        ("E", 0, "EABCD"),
        ("A", 4, "BCDEA"),
        ("A", 99, "BCDEA"),
        ("B", 3, "ACDBE"),
        ("D", 1, "ADBCE"),
        ("C", 2, "ABCDE"),
        ("A", 0, "ABCDE"),
        ("E", 4, "ABCDE"),
    ],
)
def test_a_video_is_at_the_place_that_was_asked_for(section, title, place, expected):
    move_to_place(child(section, title), place)
    assert titles(section) == expected
    assert place_of(child(section, title)) == expected.index(title)
    assert_sound(section)


def test_many_moves_end_in_the_same_order_as_a_list(section):
    order, chance = list(titles(section)), random.Random(7)  # noqa: S311
    for _move in range(60):
        title, place = chance.choice("ABCDE"), chance.randrange(6)
        move_to_place(child(section, title), place)
        order.remove(title)
        order.insert(place, title)
        assert titles(section) == "".join(order)
    assert_sound(section)


def test_while_there_is_room_no_other_page_is_written(section):
    move_to_place(child(section, "E"), 0)
    before = dict(section.get_children().values_list("title", "path"))
    move_to_place(child(section, "D"), 1)
    move_to_place(child(section, "C"), 1)
    after = dict(section.get_children().values_list("title", "path"))
    assert {title for title in before if before[title] != after[title]} == {"C", "D"}
    assert titles(section) == "ECDAB"


def test_a_section_takes_along_what_is_in_it(section):
    inner = make_section("F", parent=section)
    make_video("Deep", section=make_section("Inner", parent=inner))
    move_to_place(inner, 0)
    assert titles(section) == "FABCDE"
    deep = VideoPage.objects.get(title="Deep")
    assert [page.title for page in deep.get_ancestors()][-3:] == ["Lessons", "F", "Inner"]
    assert_sound(section)
    move_to_place(child(section, "A"), 0)
    assert titles(section) == "AFBCDE"
    assert_sound(section)


def test_pages_of_a_section_in_a_section_stay_where_they_are(section):
    inner = make_section("F", parent=section)
    make_video("Deep", section=inner)
    move_to_place(child(section, "A"), 3)
    assert titles(VideoIndexPage.objects.get(pk=inner.pk)) == "Deep"
    assert_sound(section)


def test_what_treebeard_adds_afterwards_stands_at_the_end(section):
    move_to_place(child(section, "E"), 0)
    make_video("G", section=VideoIndexPage.objects.get(pk=section.pk))
    new = VideoPage(title="H", slug="h")
    VideoIndexPage.objects.get(pk=section.pk).add_child(instance=new)
    assert titles(section) == "EABCDGH"
    child(section, "H").move(child(section, "A"), pos="left")
    assert titles(section) == "EHABCDG", "Wagtail's own move goes on to work"
    assert_sound(section)


def test_it_is_told_and_logged_as_wagtail_does(section):
    signals, user = [], make_superuser()

    def listen(signal, instance, url_path_before, url_path_after, parent_page_before, parent_page_after, **_kwargs):
        signals.append((signal, instance.title, url_path_before == url_path_after, parent_page_after.pk))

    for signal in (pre_page_move, post_page_move):
        signal.connect(listen, sender=VideoPage)
    try:
        move_to_place(child(section, "B"), 0, user=user)
    finally:
        for signal in (pre_page_move, post_page_move):
            signal.disconnect(listen, sender=VideoPage)
    assert signals == [(signal, "B", True, section.pk) for signal in (pre_page_move, post_page_move)]
    entry = PageLogEntry.objects.get(page=child(section, "B").pk, action="wagtail.reorder")
    assert (entry.user, entry.data["destination"]["id"]) == (user, section.pk)


def test_without_any_number_left_it_is_refused_and_nothing_changes(section, monkeypatch):
    monkeypatch.setattr(places, "MOST", 9)
    with pytest.raises(PathOverflow):
        move_to_place(child(section, "E"), 0)
    assert titles(section) == "ABCDE"
    assert_sound(section)


def test_a_page_that_was_moved_away_meanwhile_stays_where_it_is_now(section):
    other = make_section("Other")
    asked = child(section, "B")
    asked.get_parent()  # as a view reads it, for the user's rights
    child(section, "B").move(other, pos="last-child")
    with pytest.raises(Page.DoesNotExist):
        move_to_place(asked, 0)
    assert (titles(section), titles(VideoIndexPage.objects.get(pk=other.pk))) == ("ACDE", "B")
    assert_sound(section)


def test_a_page_whose_section_was_moved_meanwhile_goes_to_its_place_there(section):
    asked = child(section, "B")
    asked.get_parent()
    VideoIndexPage.objects.get(pk=section.pk).move(make_section("Other"), pos="last-child")
    move_to_place(asked, 0)
    section.refresh_from_db()
    assert titles(section) == "BACDE"
    assert_sound(section)


def test_the_number_of_queries_does_not_grow_with_the_section(section, django_assert_max_num_queries):
    move_to_place(child(section, "E"), 0)
    for title in "GHIJKLMN":
        make_video(title, section=VideoIndexPage.objects.get(pk=section.pk))
    page = child(section, "B")
    ContentType.objects.clear_cache()  # what tests before this one have read counts neither for nor against it
    with django_assert_max_num_queries(31):
        move_to_place(page, 1)
