"""Chapters: the editor's table, or what the file came with; in drafts, aliases and copies."""

import pytest

from tests import factories
from tests.wagtail_admin.page_screens import form_of, screen
from video_pages.models import VideoPage
from video_pages.pages.chapters import VideoChapter, chapters_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def film():
    return factories.make_video("Salt flats", video_file=factories.make_video_file(duration=100.0))


def write(film, *chapters):
    film.chapters = [VideoChapter(start_seconds=start, title=title) for start, title in chapters]
    film.save()
    return film


def shown(film):
    film = VideoPage.objects.get(pk=film.pk)
    return [(chapter.start_seconds, chapter.end_seconds, chapter.title) for chapter in chapters_of(film)]


def table(film, *rows):
    """Return the fields that the page editor's form sends with these rows (time, title)."""
    fields = {
        "chapters-TOTAL_FORMS": len(rows),
        "chapters-INITIAL_FORMS": 0,
        "chapters-MIN_NUM_FORMS": 0,
        "chapters-MAX_NUM_FORMS": 1000,
    }
    for number, (time, title) in enumerate(rows):
        fields |= {
            f"chapters-{number}-id": "",
            f"chapters-{number}-start_seconds": time,
            f"chapters-{number}-title": title,
            f"chapters-{number}-ORDER": number + 1,
            f"chapters-{number}-DELETE": "",
        }
    return form_of(film, **fields)


def send(film, *rows, publish=True):
    client = factories.browser(factories.make_superuser())
    action = {"action-publish": "yes"} if publish else {}
    return client.post(screen(film, "edit/"), table(film, *rows) | action)


def test_chapters_come_in_the_order_of_their_times_and_last_until_the_next(film):
    write(film, (60, "Second"), (0, "First"))
    assert shown(film) == [(0, 60, "First"), (60, 100.0, "Second")]


def test_the_files_own_are_shown_while_the_table_is_empty(film):
    film.video_file.chapters = [{"start_seconds": 0.5, "title": "From the file"}]
    film.video_file.save()
    assert shown(film) == [(0.5, 100.0, "From the file")]
    write(film, (10, "Written"))
    assert shown(film) == [(10, 100.0, "Written")]


def test_what_lies_behind_the_end_is_left_out(film):
    write(film, (0, "First"), (100, "At the end"), (500, "Behind it"))
    assert shown(film) == [(0, 100.0, "First")]


def test_two_at_one_time_are_one(film):
    write(film, (5, "First"), (5, "Second"))
    assert shown(film) == [(5, 100.0, "First")]


def test_a_page_without_a_file_has_none():
    page = factories.make_video()
    page.video_file = None
    assert chapters_of(page) == []


def test_one_query_reads_them(film, django_assert_num_queries):
    write(film, *[(start, f"Chapter {start}") for start in range(20)])
    film = VideoPage.objects.select_related("video_file").get(pk=film.pk)
    with django_assert_num_queries(1):
        assert len(chapters_of(film)) == 20


def test_the_table_takes_times_as_people_write_them(film):
    film.video_file.duration = 7200
    film.video_file.save()
    assert send(film, ("0:00", "A"), ("90", "B"), ("18:20", "C"), ("1:02:30", "D")).status_code == 302
    assert [start for start, _end, _title in shown(film)] == [0, 90, 1100, 3750]
    editor = factories.browser(factories.make_user("editor", "Editors")).get(screen(film, "edit/")).content.decode()
    assert 'value="1:02:30"' in editor


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("soon", "A")], "Write a time as 1:02:30, 18:20 or 90 (seconds)."),
        ([("1:75", "A")], "Write a time as"),
        ([("0:10", "A"), ("10", "B")], "Another chapter begins at 0:10 already."),
        ([("1:40", "A")], "The film ends at 1:40: no chapter can begin at 1:40."),
        ([("0:10", "")], "This field is required."),
    ],
)
def test_a_wrong_table_is_refused_in_words_and_shown_again(film, rows, words):
    response = send(film, *rows)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert f'value="{rows[-1][0]}"' in response.content.decode() or rows[-1][0] == "10"
    assert shown(film) == []


def test_chapters_of_a_draft_are_not_shown_before_it_is_published(film):
    assert send(film, ("0:10", "Draft"), publish=False).status_code == 302
    assert shown(film) == []
    film = VideoPage.objects.get(pk=film.pk)
    draft = film.get_latest_revision_as_object()
    assert [chapter.title for chapter in chapters_of(draft)] == ["Draft"]
    film.latest_revision.publish()
    assert shown(film) == [(10, 100.0, "Draft")]


def test_going_back_to_an_old_revision_brings_its_chapters_back(film):
    first = write(film, (1, "Old")).save_revision()
    write(film, (2, "New")).save_revision().publish()
    first.publish()
    assert shown(film) == [(1, 100.0, "Old")]


def test_an_alias_shows_its_sources_and_a_copy_has_its_own(film):
    write(film, (1, "One"))
    film.save_revision().publish()
    alias = film.create_alias(parent=factories.make_section())
    copy = film.copy(to=factories.make_section(), copy_revisions=False)
    assert [chapter.title for chapter in chapters_of(alias.source)] == ["One"]
    write(copy, (2, "Two"))
    assert (shown(film)[0][2], shown(copy)[0][2]) == ("One", "Two")


def test_the_editor_says_how_many_the_file_has(film):
    client = factories.browser(factories.make_superuser())
    assert b"the film has no chapters" in client.get(screen(film, "edit/")).content
    film.video_file.chapters = [{"start_seconds": 0, "title": "a"}, {"start_seconds": 9, "title": "b"}]
    film.video_file.save()
    shown_panel = client.get(screen(film, "edit/")).content
    assert b"has 2 chapters of its own. They are used while this table is empty." in shown_panel
