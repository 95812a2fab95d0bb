"""The outcome of invitations: the page of one, the sheet of a section, the screening record; with real reports."""

import csv
import datetime as dt
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.access.invitations.links import guest, play, press, watch
from tests.factories import browser, make_section, make_superuser, make_user, make_video, make_video_file
from tests.wagtail_admin.invitations import detail
from tests.wagtail_admin.page_screens import make_editor_of
from video_pages.access.invitations import create_invitation, end_invitation
from video_pages.access.invitations.opening import InvitationClosed
from video_pages.models import InvitationRefusal, VideoFile, VideoView

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def section():
    return make_section("Festival")


def film(title, section):
    return make_video(title, section=section, password=None, video_file=make_video_file(duration=100.0))


def link(page, label="Jury B", **limits):
    return create_invitation(page, kind="link", label=label, **limits)[0]


def record(client, invitation, kind=""):
    return client.get(f"{detail(invitation)}record/", {"export": kind} if kind else {})


def record_lines(client, invitation):
    text = b"".join(record(client, invitation, "csv").streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


def sheet(client, section, **parameters):
    return client.get(f"/admin/invitations/sheet/{section.pk}/", parameters)


def test_the_page_of_one_says_who_watched_how_much_and_who_was_refused(editor, section):
    harbour, tide = film("The harbour", section), film("The tide", section)
    invitation = link(section, most_viewers=2)
    first, second, late = guest(invitation), guest(invitation), guest(invitation)
    watch(first, harbour, [0, 100])
    watch(first, tide, [0, 40])
    watch(second, harbour, [0, 50])
    assert play(late, harbour).status_code == 403
    answer = editor.get(detail(invitation))
    films = {each.title: (each.viewers, each.percent, each.finished) for each in answer.context["films"]}
    assert films == {"The harbour": (2, 75, 1), "The tide": (1, 40, 0)}
    lines = answer.context["viewers"]
    found = [{each.title: each.watched.percent for each in line.films} for line in lines]
    assert found == [{"The harbour": 100, "The tide": 40}, {"The harbour": 50}, {}]
    assert [line.refusals for line in lines] == [[], [], [("Used up", 1)]]
    words = " ".join(answer.content.decode().split())
    for text in (
        "Opened in 3 browsers. Played in 2 browsers.",
        "The harbour: 100%, to the end",
        "Used up: 1 time (last ",
    ):
        assert text in words, text
    # Both, or the curve is a black box.
    assert 'class="invitation-curve"' in words and "css/admin_invitations." in words


def test_an_ended_one_names_who_ended_it_and_one_that_is_too_early_counts_the_tries(editor, section):
    video = film("The harbour", section)
    invitation, password = create_invitation(video, kind="password", label="7b", opens_at=timezone.now() + DAY)
    client = browser()
    client.post(video.url, {"password": password})
    end_invitation(invitation, user=make_user("anna"))
    with pytest.raises(InvitationClosed):
        press(browser(), invitation)
    assert set(InvitationRefusal.objects.values_list("reason", "times")) == {("not_yet", 1), ("revoked", 1)}
    words = editor.get(detail(invitation)).content.decode()
    assert "anna" in words and "Not yet open: 1 time" in words and "Nobody has opened it yet." in words


def test_what_is_not_measured_is_not_called_nothing(editor, section):
    video = film("The harbour", section)
    invitation = link(video)
    client = guest(invitation)
    play(client, video, **{"Sec-GPC": "1"})
    assert "The harbour: played, how much is not known" in editor.get(detail(invitation)).content.decode()
    assert record_lines(editor, invitation)[0]["Watched (percent)"] == ""
    assert "Not known" in sheet(editor, section).content.decode()


def test_the_sheet_has_a_line_for_each_invitation_and_a_column_for_each_film(editor, section):
    harbour = film("The harbour", section)
    inner = make_section("Shorts", parent=section)
    tide = film("=1+1", inner)
    a, b, only = link(section, "Jury A"), link(section, "Jury B"), link(tide, "+Press")
    watch(guest(a), harbour, [0, 100])
    watch(guest(b), tide, [0, 33])
    watch(guest(b), harbour, [50, 100])
    link(make_section("Elsewhere"), "Nobody")
    answer = sheet(editor, section)
    cells = {line.invitation.label: [cell.percent for cell in line.cells] for line in answer.context["lines"]}
    assert cells == {"Jury A": [100, None], "Jury B": [50, 33], "+Press": [None, None]}
    assert [cell.is_invited for cell in answer.context["lines"][0].cells] == [False, True]
    assert [line.invitation.label for line in sheet(editor, inner).context["lines"]] == ["+Press", "Jury A", "Jury B"]
    text = b"".join(sheet(editor, section, export="csv").streaming_content).decode()
    heading, *lines = list(csv.reader(io.StringIO(text)))
    assert heading[-2:] == ["The harbour (percent)", "'=1+1 (percent)"]
    assert [[line[0], *line[-2:]] for line in lines] == [
        ["'+Press", "", "0"], ["Jury A", "100", "0"], ["Jury B", "50", "33"],
    ]  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(sheet(editor, section, export="xlsx").getvalue())).active
    assert [cell.data_type for cell in list(book.rows)[0]] == ["s"] * 7
    assert list(book.values)[2][-2:] == (100, 0) and only.label == "+Press"


def test_the_record_says_which_version_was_shown(editor, section):
    video = film("The harbour", section)
    VideoFile.objects.update(sha256="ab" * 32)
    invitation = link(video, "=Jury", window_hours=48)
    client = guest(invitation)
    watch(client, video, [0, 100])
    shown = VideoFile.objects.get(pk=video.video_file_id).version_name
    (line,) = record_lines(editor, invitation)
    assert (line["Label"], line["Version"], line["SHA-256 of the source"]) == ("'=Jury", shown, "ab" * 32)
    assert (line["Viewer"], line["Watched (percent)"], line["Watched to the end"]) == ("1", "100", "Yes")
    assert (line["Invited to"], line["Watch window (hours)"]) == ("The harbour", "48")
    VideoFile.objects.update(source_version=7, package_version=0)
    watch(client, video, [0, 20])
    former, new = record_lines(editor, invitation)
    assert (former["Version"], former["Watched (percent)"], former["SHA-256 of the source"]) == (shown, "100", "")
    assert (new["Version"] != shown, new["Watched (percent)"], new["Watched to the end"]) == (True, "20", "No")
    assert new["SHA-256 of the source"] == "ab" * 32
    page = record(editor, invitation).content.decode()
    assert shown in page and "48 hours from the first playback" in page


def test_the_record_of_one_that_nobody_has_opened_has_its_limits(editor, section):
    invitation = link(section, most_viewers=3)
    (line,) = record_lines(editor, invitation)
    assert (line["Viewers, at most"], line["Viewer"], line["Film"]) == ("3", "", "")
    assert "Nobody has opened it yet." in record(editor, invitation).content.decode()


def test_others_see_neither(section):
    invitation = link(film("The harbour", section))
    stranger = browser(make_editor_of(make_section("Elsewhere"), "change", "publish"))
    assert record(stranger, invitation).status_code == 404
    assert sheet(stranger, section).status_code in (302, 403)
    assert sheet(browser(make_superuser("root")), film("No section", section)).status_code == 404


def test_the_queries_do_not_grow(editor, section):
    def count(ask):
        with CaptureQueriesContext(connection) as asked:
            answer = ask()
            assert answer.status_code == 200
            b"".join(answer) if answer.streaming else answer.content
        return len(asked)

    asked = [
        lambda: editor.get(detail(invitation)),
        lambda: record(editor, invitation),
        lambda: record(editor, invitation, "csv"),
        lambda: sheet(editor, section),
        lambda: sheet(editor, section, export="csv"),
    ]
    invitation = link(section)
    videos = [film(f"Film {number}", section) for number in range(5)]
    _many_viewers(invitation, videos, 5)
    for ask in asked:
        ask()
    few = [count(ask) for ask in asked]
    for number in range(45):
        link(section, f"Jury {number}")
    _many_viewers(invitation, videos + [film(f"More {number}", section) for number in range(5)], 45)
    assert [count(ask) for ask in asked] == few
    assert max(few) <= 24, few


def _many_viewers(invitation, videos, number):
    begun = invitation.viewers.count()
    for each in range(begun, begun + number):
        viewer = invitation.viewers.create(viewer=f"{each}", number=each + 1, opened_at=timezone.now())
        InvitationRefusal.objects.create(invitation=invitation, viewer=viewer, reason="at_once", last_at=timezone.now())
        VideoView.objects.bulk_create(
            VideoView(
                video=video, access_ref=f"session:{each}", invitation=invitation, invitation_viewer=viewer,
                watched="f" * 25, watched_buckets=100, last_report_at=timezone.now(),
            )
            for video in videos
        )  # fmt: skip
