"""The opening and the closing in the access dialog, the listing, the spreadsheet and the bulk action."""

import csv
import datetime as dt
import io

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from wagtail.users.models import UserProfile

from tests.factories import browser, make_section, make_user, make_video
from tests.wagtail_admin.access import act, address, fresh
from tests.wagtail_admin.bulk import ask, reasons, send, send_whole
from video_pages.access.effective_access import effective_access_of
from video_pages.access.set_window import set_window
from video_pages.core.humanize import format_moment
from video_pages.models import VideoPage
from video_pages.templatetags.access_tags import describe_access

pytestmark = pytest.mark.django_db
ACTION = "set_window"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def in_berlin(editor):
    """An editor in Berlin: the clocks change on 28 March and 31 October 2027."""
    user = get_user_model().objects.get(pk=editor.session["_auth_user_id"])
    UserProfile.objects.create(user=user, current_time_zone="Europe/Berlin")
    return editor


def in_days(days):
    return (timezone.now() + dt.timedelta(days=days)).replace(second=0, microsecond=0)


def typed(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M") if moment else ""


def set_in_dialog(client, page, opens_at, closes_at):
    """Send the two texts; return the HTML of the answer."""
    answer = act(client, page, ACTION, opens_at=opens_at, closes_at=closes_at, fragment=True)
    return answer.content.decode()


def window(page):
    page = fresh(page)
    return page.opens_at, page.closes_at


@pytest.mark.parametrize("make", [make_video, make_section])
def test_both_are_set_shown_and_removed(editor, make):
    page, opens_at, closes_at = make(), in_days(2), in_days(9)
    html = set_in_dialog(editor, page, typed(opens_at), typed(closes_at))
    assert window(page) == (opens_at, closes_at)
    assert "It opens and closes as you have set it." in html
    assert f"Opens on {format_moment(opens_at)}." in html
    assert f"Closes on {format_moment(closes_at)}." in html
    again = editor.get(address(page)).content.decode()
    assert f'value="{typed(opens_at)}"' in again
    assert f'value="{typed(closes_at)}"' in again
    html = set_in_dialog(editor, page, "", "")
    assert window(page) == (None, None)
    assert "Opens on" not in html


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "words"),
    [
        ("2027-05-02T10:00", "2027-05-02T10:00", "It must close later than it opens."),
        ("2027-05-02T10:00", "2027-05-01T10:00", "It must close later than it opens."),
        ("tomorrow", "", "Enter a valid date/time."),
        ("", "2100-01-01T00:00", "At most ten years from now."),
        ("0001-01-01T00:00", "", "At most ten years from now."),
    ],
)
def test_moments_that_are_no_window_are_refused_with_the_reason(editor, opens_at, closes_at, words):
    video = make_video()
    html = set_in_dialog(editor, video, opens_at, closes_at)
    assert words in html
    assert "w-field--error" in html
    assert window(video) == (None, None)


def test_a_window_that_is_over_can_be_sent_again_with_a_later_closing(editor):
    video, opens_at = make_video(), timezone.now() - dt.timedelta(days=9, seconds=30)
    set_window(video, opens_at=opens_at, closes_at=timezone.now() - HOUR)
    assert "Closed since" in editor.get(address(video)).content.decode()
    closes_at = in_days(1)
    set_in_dialog(editor, video, typed(opens_at), typed(closes_at))
    assert window(video) == (opens_at, closes_at), "the text has no seconds, and the opening was not changed"


def test_the_hour_that_does_not_exist_and_the_one_that_is_there_twice(in_berlin):
    video = make_video()
    assert "The time zone is Europe/Berlin." in in_berlin.get(address(video)).content.decode()
    for text in ("2027-03-28T02:30", "2027-10-31T02:30"):
        assert "Europe/Berlin" in set_in_dialog(in_berlin, video, text, "")
        assert window(video) == (None, None)
    second = dt.datetime(2027, 10, 31, 1, 30, tzinfo=dt.UTC)  # the second 02:30 of the night
    set_window(video, opens_at=second, closes_at=None)
    set_in_dialog(in_berlin, video, "2027-10-31T02:30", "2027-11-01T00:00")
    assert window(video) == (second, dt.datetime(2027, 10, 31, 23, tzinfo=dt.UTC))


def test_what_is_inherited_is_named_where_it_counts(editor):
    section = make_section("Festival & friends")
    video = make_video(section=section)
    set_window(section, opens_at=in_days(2), closes_at=in_days(8))
    html = editor.get(address(video)).content.decode()
    assert "The section “Festival &amp; friends” sets the opening." in html
    assert f"opens on {format_moment(in_days(2))}: an earlier opening here has no effect." in html
    assert address(section) in html
    set_window(video, opens_at=in_days(3), closes_at=None)
    html = editor.get(address(video)).content.decode()
    assert "sets the opening" not in html
    assert "The section “Festival &amp; friends” sets the closing." in html
    assert "sets the closing" not in editor.get(address(section)).content.decode()
    set_window(video, opens_at=in_days(9), closes_at=None)
    assert "It never opens." in editor.get(address(video)).content.decode()


def test_the_panel_of_the_page_editor_costs_no_query_more(editor, django_assert_max_num_queries):
    video = make_video(section=make_section())
    edit = f"/admin/pages/{video.pk}/edit/"
    editor.get(edit)
    counts = []
    for opens_at in (None, in_days(1)):
        set_window(video.get_parent().specific, opens_at=opens_at, closes_at=None)
        with django_assert_max_num_queries(500) as captured:
            html = editor.get(edit).content.decode()
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert f"Opens on {format_moment(in_days(1))}." in html


def test_the_status_of_a_page_says_so_and_of_a_live_page_not_what_it_will_be():
    video = make_video()
    assert describe_access(effective_access_of(video)).explanation.startswith("Only visitors with the password")
    draft = make_video(live=False)
    assert describe_access(effective_access_of(draft)).explanation.startswith("Once live")
    set_window(video, opens_at=in_days(1), closes_at=None)
    status = describe_access(effective_access_of(video))
    assert (status.title, format_moment(in_days(1)) in status.explanation) == ("Not open yet", True)
    set_window(video, opens_at=None, closes_at=timezone.now() - HOUR)
    assert describe_access(effective_access_of(video)).title == "Closed"


def test_the_listing_and_the_spreadsheet_show_it(editor):
    section = make_section(password="of-the-section")
    make_video("Inherits", section=section, password=None)
    set_window(section, opens_at=in_days(1), closes_at=in_days(2))
    closed = make_video("Has closed")
    set_window(closed, opens_at=None, closes_at=in_days(-1))
    html = editor.get("/admin/videos/").content.decode()
    for words in (
        f"Opens on {format_moment(in_days(1))}",
        f"Closes on {format_moment(in_days(2))}",
        f"Closed since {format_moment(in_days(-1))}",
    ):
        assert words in html
    sheet = b"".join(editor.get("/admin/videos/", {"export": "csv"}).streaming_content).decode("utf-8-sig")
    rows = {row["Title"]: row for row in csv.DictReader(io.StringIO(sheet))}
    assert rows["Inherits"]["Opens"] == typed(in_days(1)).replace("T", " ")
    assert (rows["Has closed"]["Opens"], rows["Has closed"]["Closes"]) == ("", typed(in_days(-1)).replace("T", " "))


def test_one_window_is_set_for_all_and_each_keeps_what_is_left_empty(editor):
    one, two = make_video("One"), make_video("Two")
    set_window(two, opens_at=in_days(1), closes_at=in_days(2))
    assert "When do 2 videos open and close?" in ask(editor, ACTION, one, two).content.decode()
    answer = send(editor, ACTION, one, two, **{"access-closes_at": typed(in_days(5))})
    assert answer["done"] == [one.pk, two.pk]
    assert [window(video) for video in (one, two)] == [(None, in_days(5)), (in_days(1), in_days(5))]
    answer = send(editor, ACTION, one, two, **{"access-remove_opening": "on"})
    assert reasons(answer) == {"One": "It opens and closes then already."}
    assert window(two) == (None, in_days(5))
    set_window(two, opens_at=None, closes_at=in_days(1))
    answer = send(editor, ACTION, one, two, **{"access-opens_at": typed(in_days(3))})
    assert reasons(answer) == {"Two": "It must close later than it opens."}
    assert window(one) == (in_days(3), in_days(5))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "Choose a moment, or tick what to remove."),
        ({"access-opens_at": "2027-01-01T10:00", "access-remove_opening": "on"}, "not both"),
        ({"access-opens_at": "2027-01-02T10:00", "access-closes_at": "2027-01-01T10:00"}, "It must close later"),
    ],
)
def test_a_bulk_form_that_says_nothing_is_asked_again(editor, fields, reason):
    video = make_video()
    assert reason in send_whole(editor, ACTION, video, **fields).content.decode()
    assert window(video) == (None, None)


def test_only_who_may_change_the_access_sets_it():
    client, video = browser(make_user("ed", "Editors")), make_video()
    assert act(client, video, ACTION, opens_at="", closes_at="2027-05-02T10:00").status_code in (302, 403)
    assert "You may not change" in ask(client, ACTION, video).content.decode()
    assert VideoPage.objects.get(pk=video.pk).closes_at is None
