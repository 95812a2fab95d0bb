"""The list of open sessions: the data of a row, and how they are ended."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import PageLogEntry

from tests.access.invitations.links import guest, play
from tests.factories import (
    PASSWORD,
    browser,
    make_real_video,
    make_section,
    make_video,
    make_video_file,
    unlock,
)
from tests.wagtail_admin.open_sessions import ADDRESS, END, give, rows_of, seen, shown
from video_pages.access.invitations import create_invitation
from video_pages.analytics import watch_reports
from video_pages.core.log_actions import LogAction
from video_pages.models import VideoAccessSession, VideoPage, VideoView

pytestmark = pytest.mark.django_db


def test_sessions_by_no_invitation_stand_last_in_both_directions(editor):
    video = make_video("Salt flats")
    opened = {}
    for label in ("Acme", "Jury"):
        play(guest(create_invitation(video, kind="link", label=label)[0]), video)
        opened[label] = VideoAccessSession.objects.get(granted_by__label=label).pk
    by_password = give(video, "a").pk
    assert shown(editor, ordering="granted_by__label") == [opened["Acme"], opened["Jury"], by_password]
    assert shown(editor, ordering="-granted_by__label") == [opened["Jury"], opened["Acme"], by_password]


def test_a_row_says_what_it_opens_since_when_until_when_and_from_where_and_nothing_secret(editor):
    row = give(make_video("The harbour"), "secret-key", network="192.0.2.0/24", browser_family="Firefox")
    section = give(make_section("Members", password=PASSWORD), "other-key")
    words = editor.get(ADDRESS).content.decode()
    for text in ("The harbour", "Members", "Section: all that its password opens", "192.0.2.0/24", "Firefox"):
        assert text in words
    for secret in ("secret-key", "other-key", row.session_key, section.session_key, "pbkdf2"):
        assert secret not in words


def test_rows_of_one_film_are_told_apart_by_device_and_place(editor):
    file = make_video_file(duration=1000)
    video = make_video("The harbour", video_file=file)
    phone = give(video, "a", device="phone", browser_family="Safari")
    computer = give(video, "b", device="computer", browser_family="Safari")
    give(video, "c", device="other", browser_family="VLC")
    seen(video, phone, watch_reports.played_bits([(0, 430)], 1000))
    seen(video, computer, 0)
    found = [rows_of(editor.get(address)) for address in (ADDRESS, f"{ADDRESS}?q=safari")]
    panel = rows_of(editor.get(reverse("video_sessions", args=(video.pk,))))
    for rows in (*found, panel):
        assert any("Phone, Safari" in row and "As far as 7:10" in row for row in rows)
        assert any("Computer, Safari" in row and "Begun" in row for row in rows)
    assert any("VLC" in row and "Nothing played yet" in row for row in panel)
    asked = editor.get(END, {"id": [phone.pk, computer.pk]}).content.decode()
    assert "Phone, Safari" in asked and "Computer, Safari" in asked


def test_a_session_of_a_section_names_the_film_that_was_played_last_but_none_of_another_section(editor):
    section = make_section("Members", password=PASSWORD)
    film = make_video("The mill", section=section, video_file=make_video_file(duration=100), password=None)
    elsewhere = make_video("Top secret", video_file=make_video_file(duration=100))
    row, other = give(section, "a"), give(section, "b")
    seen(make_video("The first", section=section, password=None), row, 0)
    seen(film, row, watch_reports.played_bits([(0, 50)], 100))
    seen(elsewhere, other, watch_reports.played_bits([(0, 20)], 100))
    words = editor.get(ADDRESS).content.decode()
    assert "The mill, as far as 0:50" in words and "The first" not in words
    assert "As far as 0:20" in words and "Top secret" not in words


def test_the_place_of_a_guest_is_that_of_the_viewer(editor):
    video = make_real_video(password=None)
    invitation = create_invitation(video, kind="link", label="Jury")[0]
    play(guest(invitation), video)
    VideoView.objects.update(watched="f" * 25, access_ref="over:1")
    assert "As far as 0:01" in editor.get(ADDRESS).content.decode()


def test_expired_and_future_sessions_are_not_shown(editor):
    video = make_video()
    give(video, "over", minutes=-1)
    give(video, "future", minutes=600, since=-60)
    open_one = give(video, "open")
    assert shown(editor) == [open_one.pk]


def test_an_empty_list_says_what_it_is_for(editor):
    make_video()
    assert "Nobody has a video open now." in editor.get(ADDRESS).content.decode()
    assert "No open session matches." in editor.get(ADDRESS, {"q": "nothing"}).content.decode()


def test_it_is_searched_filtered_and_sorted(editor):
    field = make_section("Field trips")
    inner = make_section("Inner", parent=field, password=PASSWORD)
    harbour = give(make_video("The harbour", section=field), "a", since=30, browser_family="Firefox")
    deep = give(inner, "b", since=180, browser_family="Chrome")
    mill = give(make_video("The mill"), "c", since=60 * 30, minutes=10)
    assert shown(editor) == [harbour.pk, deep.pk, mill.pk]
    assert shown(editor, q="harb") == [harbour.pk]
    assert shown(editor, q="inner") == [deep.pk]
    assert shown(editor, q="chrome") == [deep.pk]
    assert shown(editor, section=field.pk) == [harbour.pk, deep.pk]
    assert shown(editor, video=mill.video_id) == [mill.pk]
    assert shown(editor, age="1") == [harbour.pk]
    assert shown(editor, age="24") == [harbour.pk, deep.pk]
    assert shown(editor, age="-24") == [mill.pk]
    assert shown(editor, ordering="expires_at")[0] == mill.pk
    assert shown(editor, ordering="session_key") == [harbour.pk, deep.pk, mill.pk], "nothing secret sorts"


def test_one_and_many_are_ended_after_a_question_and_the_history_says_so(editor):
    video, other = make_video("The harbour"), make_video("The mill")
    rows = [give(video, "a"), give(video, "b"), give(other, "c"), give(other, "d")]
    asked = editor.get(END, {"id": [row.pk for row in rows[:3]]})
    words = asked.content.decode()
    assert "3 browsers lose their access; films that play stop within seconds" in words
    assert "The harbour" in words and "The mill" in words
    assert VideoAccessSession.objects.count() == 4, "a question changes nothing"
    done = editor.post(f"{END}?next={ADDRESS}", {"ids": asked.context["ids"]}, follow=True)
    assert "Access is ended for 3 browsers." in done.content.decode()
    assert list(VideoAccessSession.objects.all()) == [rows[3]]
    entries = PageLogEntry.objects.filter(action=LogAction.ACCESS_ENDED, user__username="admin")
    assert sorted(entry.page_id for entry in entries) == [video.pk, other.pk]
    assert all(not entry.data for entry in entries)


def test_all_means_what_the_list_shows_and_no_more_than_was_named(editor):
    field = make_section("Field trips")
    inside, outside = give(make_video("In", section=field), "a"), give(make_video("Out"), "b")
    asked = editor.get(END, {"id": "all", "section": field.pk})
    assert asked.context["count"] == 1
    later = give(VideoPage.objects.get(title="In"), "c")
    editor.post(END, {"ids": asked.context["ids"]})
    assert set(VideoAccessSession.objects.all()) == {outside, later}
    assert not VideoAccessSession.objects.filter(pk=inside.pk).exists()


def test_the_next_request_of_an_ended_browser_is_asked_for_the_password(editor):
    video = make_video()
    visitor = browser()
    assert unlock(visitor, video).status_code == 303
    assert 'id="player"' in visitor.get(video.url).content.decode()
    (row,) = shown(editor)
    editor.post(END, {"ids": str(row)})
    answer = visitor.get(video.url).content.decode()
    assert 'id="player"' not in answer and 'name="password"' in answer
    assert visitor.get(f"/stream/{video.uuid}/source").status_code == 403


def test_queries_do_not_grow_with_the_number_of_sessions(editor):
    section = make_section("Members", password=PASSWORD)
    give(make_video(section=section), "a")
    give(section, "b")
    editor.get(ADDRESS)

    def count():
        with CaptureQueriesContext(connection) as captured:
            assert editor.get(ADDRESS).status_code == 200
        return len(captured)

    before = count()
    for number in range(4):
        video = make_video()
        seen(video, give(video, f"key-{number}"), 1)
        give(section, f"section-{number}")
    assert count() == before


@pytest.mark.parametrize(
    ("action", "back"),
    [
        (END, ADDRESS),
        ("/admin/bulk/video_pages/invitation/end/", "/admin/invitations/"),
        ("/admin/bulk/video_pages/videopage/end_all_access/", "/admin/videos/"),
        ("/admin/bulk/wagtailcore/page/end_all_access/", "/admin/pages/"),
    ],
)
def test_an_action_without_an_address_to_go_back_to_leads_to_its_list(editor, action, back):
    asked = editor.get(action, {"id": 10**6}).content.decode()
    assert f'href="{back}"' in re.search(r'<a href="[^"]*" class="button button-secondary">Back</a>', asked)[0]


class TestLong:
    """A list with more sessions than a form names; the form says which of them it has counted."""

    @pytest.fixture
    def three(self, monkeypatch):
        monkeypatch.setattr("video_pages.wagtail_admin.bulk.sessions.MOST_NAMED", 2)
        monkeypatch.setattr("video_pages.access.revoke.PURGE_BATCH", 2)
        video = make_video("The harbour")
        return [give(video, key) for key in "abc"]

    def test_all_are_ended_in_batches_with_one_entry_for_each_page(self, editor, three):
        question = editor.get(END, {"id": "all", "q": "harbour"})
        assert (question.context["ids"], question.context["count"]) == ("all", 3)
        other = give(make_video("The mill"), "d")
        later = give(three[0].video, "e")
        answer = editor.post(f"{END}{question.context['address']}", {"ids": "all", "last": question.context["last"]})
        assert answer.status_code == 302
        left = set(VideoAccessSession.objects.values_list("pk", flat=True))
        assert left == {other.pk, later.pk}, "those of the list, as it was counted"
        assert PageLogEntry.objects.filter(action=LogAction.ACCESS_ENDED).count() == 1

    def test_without_the_last_id_nothing_is_ended(self, editor, three):
        editor.post(f"{END}?id=all", {"ids": "all"})
        assert VideoAccessSession.objects.count() == 3

    def test_the_filter_offers_some_videos_and_the_chosen_one(self, editor, three, monkeypatch):
        monkeypatch.setattr("video_pages.wagtail_admin.access.page_filters.MOST_OFFERED", 1)
        last = give(make_video("Zebra"), "z")

        def offered(**parameters):
            form = editor.get(ADDRESS, parameters).context["filters"].form
            return [str(label) for _value, label in form.fields["video"].choices]

        assert offered() == ["All", "The harbour"]
        assert offered(video=last.video_id) == ["All", "The harbour", "Zebra"]
        assert shown(editor, video=last.video_id) == [last.pk]
        assert editor.get(ADDRESS, {"video": "x"}).status_code == 200
