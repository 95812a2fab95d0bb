"""The Videos listing: columns that an editor chooses, further filters, and the spreadsheet."""

import csv
import datetime as dt
import io
import re

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import (
    PASSWORD,
    browser,
    make_section,
    make_user,
    make_video,
    make_video_file,
)
from tests.wagtail_admin.listing import rows, titles
from tests.wagtail_admin.page_screens import make_editor_of
from video_pages.access import passwords
from video_pages.models import VideoFile, VideoPage, VideoView
from video_pages.wagtail_admin.listing.columns import CHOOSABLE_COLUMNS

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/videos/"
COLUMNS = "/admin/videos/columns/"


def headings(client):
    return [str(column.label) for column in client.get(ADDRESS).context["table"].columns.values()]


def watch(video, times, *, days_ago=0):
    for number in range(times):
        view = VideoView.objects.create(video=video, access_ref=f"{days_ago}-{number}")
        VideoView.objects.filter(pk=view.pk).update(started_at=timezone.now() - dt.timedelta(days=days_ago))


def exported(client, **parameters):
    """The rows of the CSV, each as a dictionary."""
    response = client.get(ADDRESS, {"export": "csv", **parameters})
    text = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_an_editor_chooses_the_columns_and_the_browser_keeps_the_choice(editor):
    make_video()
    assert "Tags" not in headings(editor) and "Views in 30 days" in headings(editor)
    answer = editor.post(COLUMNS, {"columns": ["tags", "length"], "next": f"{ADDRESS}?q=harbour"})
    assert (answer.status_code, answer["Location"]) == (303, f"{ADDRESS}?q=harbour")
    assert headings(editor)[2:] == ["Length", "Tags"]
    ticked = re.findall(r'name="columns" value="(\w+)"[^>]*? checked', editor.get(ADDRESS).content.decode())
    assert sorted(ticked) == ["length", "tags"]
    editor.post(COLUMNS, {"columns": []})
    assert len(headings(editor)) == 2, "the title always stays"
    editor.post(COLUMNS, {"reset": "1"})
    assert "Views in 30 days" in headings(editor)


def test_the_choice_of_columns_accepts_only_known_columns_and_own_addresses(editor):
    assert editor.post(COLUMNS, {"columns": ["tags"], "next": "https://evil.example/"})["Location"] == ADDRESS
    editor.cookies["video_columns"] = "password_hash.tags"
    assert headings(editor)[2:] == ["Tags"]
    assert browser().post(COLUMNS, {"columns": ["tags"]}).status_code == 302
    assert editor.get(COLUMNS).status_code == 405


def test_videos_are_found_by_length_tag_uploader_date_and_views(editor):
    anna = make_user("anna")
    short = make_video("short", video_file=make_video_file(duration=30, user=anna))
    middle = make_video("middle", video_file=make_video_file(duration=600))
    long = make_video("long", video_file=make_video_file(duration=7200))
    short.tags.add("ships", "spring")
    middle.tags.add("ships")
    for video in (short, middle):
        video.tags.get_tagged_item_manager().commit()
    VideoFile.objects.filter(pk=long.video_file_id).update(created_at=timezone.now() - dt.timedelta(days=40))
    watch(short, 3)
    watch(middle, 1)
    watch(long, 9, days_ago=31)
    today = timezone.localdate()
    tag = {tag.name: tag.pk for tag in short.tags.all()}
    assert titles(editor, length="clip") == ["short"]
    assert set(titles(editor, length=["clip", "long"])) == {"short", "long"}
    assert titles(editor, length="medium") == ["middle"]
    assert set(titles(editor, tag=tag["ships"])) == {"short", "middle"}
    assert titles(editor, tag=tag["spring"]) == ["short"]
    assert sorted(titles(editor, tag=[tag["ships"], tag["spring"]])) == ["middle", "short"]
    assert titles(editor, uploader=anna.pk) == ["short"]
    assert titles(editor, uploaded_to=today - dt.timedelta(days=30)) == ["long"]
    assert set(titles(editor, uploaded_from=today)) == {"short", "middle"}
    assert titles(editor, recent_views_min=2) == ["short"]
    assert set(titles(editor, recent_views_max=1)) == {"middle", "long"}
    assert titles(editor, ordering="-recent_views") == ["short", "middle", "long"]
    assert titles(editor, recent_views_min=1, ordering="recent_views") == ["middle", "short"]


def test_tags_and_uploaders_of_videos_that_an_editor_can_t_see_are_not_offered():
    theirs = make_section("Theirs")
    mine = make_video("Mine", section=theirs, video_file=make_video_file(user=make_user("anna")))
    secret = make_video("Secret", video_file=make_video_file(user=make_user("zacharias")))
    for video, name in ((mine, "ships"), (secret, "confidential")):
        video.tags.add(name)
        video.tags.get_tagged_item_manager().commit()
    shown = browser(make_editor_of(theirs, "change")).get(ADDRESS).content.decode()
    assert "ships" in shown and "anna" in shown
    assert "confidential" not in shown and "zacharias" not in shown


def test_queries_do_not_grow_whatever_columns_are_shown(editor):
    editor.cookies["video_columns"] = ".".join(column.name for column in CHOOSABLE_COLUMNS)
    section = make_section("Members", password=PASSWORD)

    def add(number):
        user = make_user(f"person-{number}")
        video = make_video(section=section, video_file=make_video_file(user=user), password=None)
        video.tags.add(f"tag-{number}")
        video.tags.get_tagged_item_manager().commit()
        watch(video, 2)

    def count():
        with CaptureQueriesContext(connection) as captured:
            assert editor.get(ADDRESS, {"ordering": "-recent_views"}).status_code == 200
        return len(captured)

    add(0)
    count()
    before = count()
    for number in range(1, 4):
        add(number)
    assert count() == before


def test_the_spreadsheet_has_the_data_of_the_listing_and_no_password(editor):
    section = make_section("Field trips")
    file = make_video_file(duration=724.4, user=make_user("anna"))
    facts = {"year": 2026, "director": "Ana Silva", "film_credits": "Music: Rui Costa"}
    video = make_video("The harbour", section=section, video_file=file, **facts)
    make_video("The mill")
    video.tags.add("ships", "spring")
    video.tags.get_tagged_item_manager().commit()
    watch(video, 2)
    (row,) = exported(editor, q="harbour")
    assert row == {
        "Title": "The harbour",
        "Section": "Field trips",
        "Address": f"http://testserver{video.url}",
        "Status": "Live",
        "Processing": "Ready",
        "Length (seconds)": "724",
        "Views in 30 days": "2",
        "All views": "0",
        "Opened by": "Its own password",
        "Opens": "",
        "Closes": "",
        "End date": "",
        "Page expires": "",
        "Listed": "Everywhere",
        "Tags": "ships, spring",
        "Uploaded by": "anna",
        "Year": "2026",
        "Director": "Ana Silva",
        "Country": "",
        "Language": "",
        "Running time in minutes": "",
        "Age rating": "",
        "Content notes": "",
        "Premiere": "",
        "Festivals and awards": "",
        "Credits": "Music: Rui Costa",
        "Uploaded": row["Uploaded"],
    }
    assert len(exported(editor)) == 2
    book = editor.get(ADDRESS, {"export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    assert [cell.value for cell in sheet[1]][:2] == ["Title", "Section"]
    assert sheet.max_row == 3
    everything = str(list(sheet.values)) + str(exported(editor))
    assert "pbkdf2" not in everything and VideoPage.objects.get(pk=video.pk).password_hash not in everything


def test_a_title_that_is_a_formula_is_a_text_in_the_spreadsheet(editor):
    make_video("=1+1")
    assert exported(editor)[0]["Title"] == "'=1+1"
    book = editor.get(ADDRESS, {"export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")


def test_an_alias_exports_no_views_of_its_own(editor):
    make_video("Film").create_alias(update_slug="the-alias")
    views = sorted(row["All views"] for row in exported(editor))
    assert views == ["", "0"]


def test_an_editor_of_one_section_exports_that_section_only():
    theirs = make_section("Theirs")
    make_video("Mine", section=theirs)
    make_video("Secret")
    client = browser(make_editor_of(theirs, "change"))
    assert [row["Title"] for row in exported(client)] == ["Mine"]


def test_an_export_of_many_asks_no_more_for_each(editor):
    section = make_section("Members", password=PASSWORD)
    passwords.set_open(make_video(section=section), True)

    def count():
        with CaptureQueriesContext(connection) as captured:
            exported(editor)
        return len(captured)

    count()
    before = count()
    for _number in range(3):
        make_video(section=section, password=None)
    assert count() == before


def test_the_texts_of_each_row_stay_in_their_columns(editor):
    video = make_video("The harbour", video_file=make_video_file(user=make_user("anna")))
    video.tags.add("ships")
    video.tags.get_tagged_item_manager().commit()
    editor.cookies["video_columns"] = "tags.uploader"
    (row,) = rows(editor.get(ADDRESS)).values()
    assert row.endswith("ships anna")


def test_the_uploader_has_a_column_where_a_row_has_one(editor):
    make_video("Imported", video_file=make_video_file())
    make_video("No file", video_file=None)
    assert "Uploaded by" not in headings(editor) and "Uploaded" in headings(editor)
    make_video("Uploaded", video_file=make_video_file(user=make_user("anna")))
    assert "Uploaded by" in headings(editor)


def test_what_opens_a_video_is_said_briefly_and_whole_for_screen_readers(editor):
    make_video("Own")
    make_video("Section's", section=make_section("Members", password=PASSWORD), password=None)
    make_video("Nobody's", section=make_section("Free"), password=None)
    page = editor.get(ADDRESS).content.decode()
    for briefly, whole in (
        ("Own password", "Its own password"),
        ("Section's password", "Password of the section “Members”"),
        ("Nobody yet", "None: nobody can unlock it yet"),
    ):
        said = rf'<span aria-hidden="true" data-briefly>{briefly}</span><span class="w-sr-only">\s*{whole}\s*</span>'
        assert re.search(said, page), briefly
