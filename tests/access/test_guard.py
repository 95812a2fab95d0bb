"""The guard of a video is computed from the path, by one query, for one video or many."""

import pytest

from tests.factories import PASSWORD, get_home, make_section, make_video
from video_pages.access import passwords
from video_pages.access.guard import access_states, guard_of, prefixes
from video_pages.models import VideoIndexPage, VideoPage

pytestmark = pytest.mark.django_db


def key_of(page):
    guard = guard_of(page)
    return guard and guard.key


def test_a_video_with_its_own_password_guards_itself():
    video = make_video(section=make_section(password="section-password"))
    assert key_of(video) == f"video:{video.pk}"


def test_the_nearest_section_with_a_password_guards_videos_that_have_none():
    outer = make_section(password="outer-password")
    inner = make_section(parent=outer, password="inner-password")
    plain = make_section(parent=inner)
    video = make_video(section=plain, password=None)
    assert key_of(video) == f"section:{inner.pk}"
    passwords.remove_password(inner)
    assert key_of(video) == f"section:{outer.pk}"
    passwords.remove_password(outer)
    assert key_of(video) is None


def test_a_sibling_whose_path_begins_alike_guards_nothing():
    first = make_section(password=PASSWORD)
    second = make_section()
    video = make_video(section=second, password=None)
    assert first.path[:-1] == second.path[:-1]
    assert key_of(video) is None


def test_a_section_in_draft_still_guards():
    section = make_section(password=PASSWORD)
    video = make_video(section=section, password=None)
    section.unpublish()
    assert key_of(video) == f"section:{section.pk}"


def test_moving_a_video_changes_its_guard_at_once():
    section = make_section(password=PASSWORD)
    video = make_video(section=section, password=None)
    video.move(make_section(), pos="last-child")
    video = VideoPage.objects.get(pk=video.pk)
    assert key_of(video) is None


def test_a_video_below_an_alias_of_a_section_is_guarded_by_the_sections_source():
    section = make_section(password=PASSWORD)
    alias = section.create_alias(parent=get_home(), update_slug="alias")
    video = make_video(section=VideoIndexPage.objects.get(pk=alias.pk), password=None)
    assert key_of(video) == f"section:{section.pk}"


def test_an_alias_of_a_video_asks_its_source():
    video = make_video()
    alias = video.create_alias(parent=make_section(password="other-password"), update_slug="alias")
    assert key_of(alias.source) == f"video:{video.pk}"


def test_one_query_answers_for_any_number_of_videos(django_assert_num_queries):
    section = make_section(password=PASSWORD)
    videos = [make_video(section=section, password=None) for _ in range(3)]
    with django_assert_num_queries(1):
        answers = access_states(videos, keys=("a", "b"))
    assert {answer.guard.key for answer in answers.values()} == {f"section:{section.pk}"}
    videos += [make_video(section=make_section(parent=section), password=None) for _ in range(3)]
    with django_assert_num_queries(1):
        access_states(videos, keys=("a", "b"))


def test_the_prefixes_of_a_path_are_the_paths_of_its_ancestors_and_itself():
    assert prefixes("000100020003") == ["0001", "00010002", "000100020003"]


def test_a_page_that_is_gone_has_no_guard():
    video = make_video()
    gone = VideoPage.objects.get(pk=video.pk)
    video.delete()
    assert access_states([gone])[gone.pk].guard is None


def test_a_guard_never_shows_its_hash_when_printed():
    assert "pbkdf2" not in repr(guard_of(make_video()))
