"""End dates of many videos: the bulk action, the filter of the listing and the columns of the spreadsheet."""

import csv
import datetime as dt
import io

import pytest
from django.utils import timezone

from tests.factories import browser, make_section, make_user, make_video
from tests.wagtail_admin.access import fresh
from tests.wagtail_admin.bulk import ask, reasons, send
from tests.wagtail_admin.listing import titles
from video_pages.access import passwords
from video_pages.models import VideoPage

pytestmark = pytest.mark.django_db
ACTION = "end_date"


def in_days(days):
    return (timezone.now() + dt.timedelta(days=days)).replace(second=0, microsecond=0)


def typed(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def test_one_date_is_set_for_all_and_removed(editor):
    videos, end = [make_video("One"), make_video("Two")], in_days(3)
    assert "Until when" in ask(editor, ACTION, *videos).content.decode()
    answer = send(editor, ACTION, *videos, **{"access-until": typed(end)})
    assert answer["done"] == [video.pk for video in videos]
    assert [fresh(video).access_until for video in videos] == [end, end]
    send(editor, ACTION, *videos, **{"access-remove": "on"})
    assert [fresh(video).access_until for video in videos] == [None, None]


def test_a_video_without_an_end_date_keeps_its_length_when_dates_are_removed(editor):
    video = make_video("Kept")
    passwords.set_access_minutes(video, 90)
    assert reasons(send(editor, ACTION, video, **{"access-remove": "on"})) == {"Kept": "It has no end date."}
    assert fresh(video).access_minutes == 90


def test_videos_opened_by_a_section_or_without_permission_are_left_out(editor):
    video = make_video("Inside", section=make_section(password="of the section"), password=None)
    assert "at that section" in ask(editor, ACTION, video).content.decode()
    own = make_video("Own")
    assert "You may not change" in ask(browser(make_user("ed", "Editors")), ACTION, own).content.decode()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "Choose a date, or tick"),
        ({"access-until": "2001-01-01T10:00"}, "This moment is over"),
        ({"access-until": "2999-01-01T10:00"}, "At most ten years"),
        ({"access-until": "2999-99-99"}, "Enter a valid date/time"),
        ({"access-until": typed(in_days(1)), "access-remove": "on"}, "not both"),
    ],
)
def test_a_date_that_cannot_be_is_refused_with_its_reason(editor, fields, reason):
    video = make_video()
    answer = editor.post(f"/admin/bulk/video_pages/videopage/{ACTION}/?next=/", {"ids": video.pk, **fields})
    assert reason in answer.content.decode()
    assert fresh(video).access_until is None


@pytest.fixture
def all_kinds():
    """A video for each way to an end date."""
    festival = make_section("Festival", password="of the festival")
    archive = make_section("Archive", parent=festival, password="of the archive")
    over = make_video("Own, over")
    soon = make_video("Own, soon", section=festival)
    is_open = make_video("Open")
    make_video("By the festival", section=festival, password=None)
    make_video("By the archive", section=archive, password=None)
    make_video("Nobody", password=None)
    make_video("Own")
    for page, days in ((over, -1), (soon, 2), (is_open, 2), (festival, 30)):
        type(page).objects.filter(pk=page.pk).update(access_until=in_days(days))
    VideoPage.objects.filter(pk=is_open.pk).update(open_to_everyone=True)
    soon.create_alias(parent=archive, update_slug="alias")
    VideoPage.objects.filter(alias_of=soon.pk).update(title="Alias of soon", draft_title="Alias of soon")


@pytest.mark.parametrize(
    ("ends", "found"),
    [
        ("over", {"Own, over"}),
        ("soon", {"Own, soon", "Alias of soon"}),
        ("later", {"By the festival"}),
        ("never", {"By the archive", "Nobody", "Own", "Open"}),
    ],
)
def test_the_list_is_narrowed_by_the_date_of_the_password_that_opens(editor, all_kinds, ends, found):
    assert set(titles(editor, ends=ends)) == found


def test_without_any_section_the_filter_works_as_well(editor):
    video = make_video("Alone")
    assert titles(editor, ends="never") == ["Alone"]
    VideoPage.objects.filter(pk=video.pk).update(access_until=in_days(1))
    assert titles(editor, ends="soon") == ["Alone"]


def test_the_spreadsheet_has_both_ends(editor, all_kinds):
    VideoPage.objects.filter(title="Own").update(expire_at=in_days(9))
    answer = editor.get("/admin/videos/", {"export": "csv"})
    rows = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode()))
    by_title = {row["Title"]: (row["End date"], row["Page expires"]) for row in rows}
    words = {days: timezone.localtime(in_days(days)).strftime("%Y-%m-%d %H:%M")[:10] for days in (9, 30)}
    assert by_title["By the festival"][0].startswith(words[30])
    assert by_title["Own"][0] == "" and by_title["Own"][1].startswith(words[9])
    assert by_title["Open"] == by_title["Nobody"] == ("", "")
