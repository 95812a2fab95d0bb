"""Lists with more rows than a page or a query takes: the order of pages read from both ends, exports, and plans."""

import csv
import io

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.users.models import UserProfile

from tests.database import forget_statistics
from tests.factories import make_section, make_video, make_video_file
from video_pages.models import VideoFile, VideoPage, VideoView
from video_pages.wagtail_admin import long_lists
from video_pages.wagtail_admin.listing.columns import BASE_COLUMNS
from video_pages.wagtail_admin.listing.order import in_parts, ordered
from video_pages.wagtail_admin.long_lists import IdList

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/videos/"
KEYS = [column.sort_key for column in BASE_COLUMNS if column.sort_key]


@pytest.fixture
def some_videos():
    """Nine videos that differ in each column of the list, or share a value; two have no file, one is a draft."""
    section, other = make_section("Field trips"), make_section("Archive")
    videos = []
    for number in range(9):
        file = make_video_file(duration=(number * 7) % 5)
        video = make_video(f"Film {number % 4}", section=other if number % 2 else section, video_file=file)
        VideoFile.objects.filter(pk=file.pk).update(created_at=timezone.now() - timezone.timedelta(days=number % 3))
        for view in range(number % 3):
            VideoView.objects.create(video=video, access_ref=str(view))
        videos.append(video)
    changed = VideoPage.objects.filter(pk__in=[video.pk for video in videos])
    changed.filter(pk__in=[videos[2].pk, videos[5].pk]).update(video_file=None)
    changed.filter(pk=videos[4].pk).update(live=False, views=9)
    return changed


@pytest.mark.parametrize("key", KEYS)
def test_every_page_of_every_order_is_a_part_of_the_whole_list(some_videos, key):
    for ordering in (key, f"-{key}"):
        whole = list(ordered(some_videos, ordering).values_list("pk", flat=True))
        listed = in_parts(ordered(some_videos, ordering), ordering)
        assert listed.count() == len(whole) == 9
        pages = [listed[begin : begin + 2] for begin in range(0, 9, 2)]
        assert [pk for page in pages for pk in page] == whole == list(listed)
        assert listed[3:9] == whole[3:]


def test_the_last_page_is_read_from_the_end(some_videos):
    listed = IdList([some_videos.order_by("pk")])
    listed.count()
    with CaptureQueriesContext(connection) as queries:
        listed[8:9]
    assert "DESC LIMIT 1" in queries[-1]["sql"] and "OFFSET" not in queries[-1]["sql"]


def test_the_queries_of_a_page_do_not_depend_on_its_number(editor, some_videos, monkeypatch):
    monkeypatch.setattr("video_pages.wagtail_admin.listing.videos.VideosViewSet.list_per_page", 2)
    numbers = set()
    editor.get(ADDRESS)
    for page in (1, 2, 3):
        with CaptureQueriesContext(connection) as queries:
            assert editor.get(ADDRESS, {"p": page}).status_code == 200
        numbers.add(len(queries))
    assert len(numbers) == 1


def exported(client, **parameters):
    answer = client.get(ADDRESS, {"export": "csv", **parameters})
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))


def test_an_export_reads_its_rows_in_batches(editor, some_videos, monkeypatch):
    whole = exported(editor)
    assert len(whole) == 9
    monkeypatch.setattr(long_lists, "ROWS_PER_QUERY", 2)
    with CaptureQueriesContext(connection) as queries:
        answer = editor.get(ADDRESS, {"export": "csv"})
        before = len(queries)
        content = b"".join(answer.streaming_content)
    assert len(queries) > before, "the rows are read while the file is sent"
    assert list(csv.DictReader(io.StringIO(content.decode()))) == whole


def test_an_export_is_in_the_language_and_the_time_zone_of_the_editor(editor, some_videos):
    profile = UserProfile.get_for_user(get_user_model().objects.get(username="admin"))
    profile.preferred_language, profile.current_time_zone = "de", "Asia/Tokyo"
    profile.save()
    rows = exported(editor)
    assert "Titel" in rows[0] and "Title" not in rows[0]
    assert {row["Status"] for row in rows} == {"Veröffentlicht", "Entwurf"}


TABLES = ("video_pages_videofile", "video_pages_videopage")
OF_A_LARGE_TABLE = """
    INSERT INTO sqlite_stat1
    SELECT tbl_name, name, '100000 1' FROM sqlite_master WHERE type = 'index' AND tbl_name = %s
"""


class TestPlans:
    """The columns of files have an index, from which the first page is read without the other files."""

    @pytest.fixture
    def large(self):
        """Let the database plan as for 100,000 videos; PostgreSQL, as if it could not sort."""
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                for way in ("seqscan", "hashjoin", "mergejoin", "bitmapscan", "sort"):
                    cursor.execute(f"SET LOCAL enable_{way} = off")
                yield
                return
            cursor.execute("ANALYZE")  # makes the table
            for table in TABLES:
                cursor.execute("DELETE FROM sqlite_stat1 WHERE tbl = %s", [table])
                cursor.execute(OF_A_LARGE_TABLE, [table])
            cursor.execute("ANALYZE sqlite_schema")  # reads what was written
            yield
            forget_statistics()

    @pytest.mark.parametrize("sign", ["", "-"])
    @pytest.mark.parametrize(
        ("key", "index"),
        [
            ("video_file__created_at", "video_files_newest_first"),
            ("video_file__duration", "video_files_by_duration"),
        ],
    )
    def test_the_columns_of_the_file_sort_by_their_index(self, large, key, index, sign):
        first = in_parts(ordered(VideoPage.objects.order_by(), f"{sign}{key}"), f"{sign}{key}").parts[0]
        plan = first.values_list("pk", flat=True)[:50].explain()
        assert index in plan, plan
