"""Open sessions: permissions, the data of a row, and how they are ended."""

import datetime as dt
import html
import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageLogEntry
from wagtail.permissions import policy_registry

from tests.access.invitations.links import guest, play
from tests.factories import (
    PASSWORD,
    browser,
    make_real_video,
    make_section,
    make_superuser,
    make_user,
    make_video,
    make_video_file,
    unlock,
)
from tests.wagtail_admin.access import open_session
from tests.wagtail_admin.page_screens import make_editor_of
from tests.wagtail_admin.page_screens import words as text_of
from video_pages.access import passwords
from video_pages.access.effective_access import may_change_access
from video_pages.access.invitations import create_invitation
from video_pages.access.set_window import set_window
from video_pages.analytics import watch_reports
from video_pages.core.log_actions import LogAction
from video_pages.core.policy_actions import PageAction
from video_pages.models import VideoAccessSession, VideoIndexPage, VideoPage, VideoView

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/open-sessions/"
END = "/admin/bulk/video_pages/videoaccesssession/end_access/"


def give(page, key, *, minutes=60, since=0, **facts):
    """Give the browser `key` access to the guard of `page`; `since` is its age in minutes."""
    now = timezone.now()
    row = open_session(page, key, now + dt.timedelta(minutes=minutes))
    VideoAccessSession.objects.filter(pk=row.pk).update(created_at=now - dt.timedelta(minutes=since), **facts)
    return VideoAccessSession.objects.get(pk=row.pk)


def seen(video, session, bits):
    """Count a view of `video` under `session`, in which `bits` were played."""
    VideoView.objects.create(
        video=video, access_ref=f"session:{session.pk}", watched=watch_reports.to_hex(bits), started_at=timezone.now()
    )


def rows_of(response):
    return [text_of(row) for row in re.findall(r"<tr.*?</tr>", response.content.decode(), re.S)]


def pages_with_changeable_access(user):
    policy = policy_registry.get_by_type(VideoPage)
    changeable = policy.instances_user_has_permission_for(user, PageAction.CHANGE_ACCESS)
    return set(changeable.values_list("pk", flat=True))


def shown(client, **parameters):
    """The ids of the sessions in the list, in its order."""
    return [row.pk for row in client.get(ADDRESS, parameters).context["object_list"]]


def test_sessions_by_no_invitation_stand_last_in_both_directions(editor):
    video = make_video("Salt flats")
    opened = {}
    for label in ("Acme", "Jury"):
        play(guest(create_invitation(video, kind="link", label=label)[0]), video)
        opened[label] = VideoAccessSession.objects.get(granted_by__label=label).pk
    by_password = give(video, "a").pk
    assert shown(editor, ordering="granted_by__label") == [opened["Acme"], opened["Jury"], by_password]
    assert shown(editor, ordering="-granted_by__label") == [opened["Jury"], opened["Acme"], by_password]


def test_the_panel_of_a_section_leads_to_what_its_password_opened_and_nothing_else(editor):
    members = make_section("Members", password=PASSWORD)
    by_section = give(members, "a")
    give(make_video("Own password", section=members), "b")
    edit = editor.get(reverse("wagtailadmin_pages:edit", args=[members.pk])).content.decode()
    assert f"{ADDRESS}?password_of={members.pk}" in edit
    assert shown(editor, password_of=members.pk) == [by_section.pk]
    assert len(shown(editor, section=members.pk)) == 2


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


def test_an_editor_of_one_section_sees_and_ends_only_what_it_gave():
    theirs = make_section("Theirs")
    mine = give(make_video("Mine", section=theirs), "a")
    secret = give(make_video("Top secret"), "b")
    client = browser(make_editor_of(theirs, "change", "publish"))
    assert shown(client) == [mine.pk]
    assert "Top secret" not in client.get(ADDRESS).content.decode()
    assert "Top secret" not in client.get(END, {"id": [mine.pk, secret.pk]}).content.decode()
    client.post(END, {"ids": f"{mine.pk} {secret.pk}"})
    client.post(END, {"ids": str(secret.pk)})
    assert list(VideoAccessSession.objects.all()) == [secret]


def test_sessions_of_a_section_above_are_not_shown():
    """Its password opens other sections too."""
    members = make_section("Members", password=PASSWORD)
    inner = make_section("Inner", parent=members)
    video = make_video("Inside", section=inner, password=None)
    give(video, "a")
    client = browser(make_editor_of(inner, "change", "publish"))
    assert shown(client) == []
    words = client.get(reverse("video_sessions", args=(video.pk,))).content.decode()
    assert "1 browser has it open now." in words
    assert "data-session-end" not in words


@pytest.mark.parametrize("rights", [(), ("change",), ("add",)])
def test_a_user_who_may_change_no_access_has_no_list_and_no_menu_item(rights):
    section = make_section()
    session = give(make_video(section=section), "a")
    if rights:
        user = make_editor_of(section, *rights)
    else:
        user = make_user("nobody")
        user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = browser(user)
    assert client.get(ADDRESS).status_code == 302
    assert ADDRESS not in client.get("/admin/").content.decode()
    client.post(END, {"ids": str(session.pk)})
    assert VideoAccessSession.objects.exists()
    assert browser().get(ADDRESS)["Location"].startswith(reverse("wagtailadmin_login"))
    assert browser().post(END, {"ids": str(session.pk)}).status_code == 302
    assert VideoAccessSession.objects.exists()


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


def test_the_panel_of_the_page_editor_lists_the_sessions_and_ends_one_in_place(editor):
    video = make_video("The harbour")
    first, second = give(video, "a", browser_family="Firefox"), give(video, "b")
    elsewhere = give(make_video(), "c")
    words = editor.get(f"/admin/pages/{video.pk}/edit/").content.decode()
    assert "Who has access now" in words and "Firefox" in words
    assert f'data-session-end="{first.pk}"' in words and f'data-session-end="{elsewhere.pk}"' not in words
    assert f"{ADDRESS}?video={video.pk}" in words
    address = reverse("video_sessions", args=(video.pk,))
    answer = editor.post(address, {"session": first.pk})
    assert "Access is ended for 1 browser." in answer.content.decode()
    for gone in (first.pk, elsewhere.pk, "x"):
        answer = editor.post(address, {"session": gone})
        assert "There is nothing to end: this access is over already" in answer.content.decode()
        assert f'data-session-end="{second.pk}"' in answer.content.decode(), "the panel as it is now"
    assert set(VideoAccessSession.objects.all()) == {second, elsewhere}


def test_the_link_beside_a_session_leads_back_to_the_page(editor):
    video = make_video("The harbour")
    row = give(video, "a")
    edit = f"/admin/pages/{video.pk}/edit/"
    found = re.search(r'data-session-end[^>]*href="([^"]*)"', editor.get(edit).content.decode(), re.S)
    link = html.unescape(found[1])
    assert f'<a href="{edit}"' in editor.get(link).content.decode()
    row.delete()
    assert f'<a href="{edit}"' in editor.get(link).content.decode(), "also when nothing is left to end"


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


def test_the_panel_says_when_there_is_nothing_to_list(editor):
    nobody, is_open = make_video(password=None), make_video()
    passwords.set_open(is_open, True)
    inside = make_video(section=make_section("Members", password=PASSWORD), password=None)
    for video, words in (
        (nobody, "No password opens it, so nobody has access."),
        (is_open, "It is open to everyone"),
        (inside, "Access is given by the section “Members”"),
    ):
        assert words in editor.get(f"/admin/pages/{video.pk}/edit/").content.decode()


def test_the_panel_lists_what_invitations_of_the_page_and_of_the_sections_above_have_opened(editor):
    section, elsewhere = make_section("Guests"), make_section("Others")
    video = make_video(section=section, password=None)
    for page in (video, section, elsewhere, make_video(section=section)):
        guest(create_invitation(page, kind="link", label=f"To {page.title}")[0])
    address = reverse("video_sessions", args=(video.pk,))
    words = editor.get(address).content.decode()
    assert "No password opens it; invitations do." in words and words.count("data-session-end=") == 2
    assert f"To {video.title}" in words and "To Guests" in words and "To Others" not in words
    assert f"{ADDRESS}?video={video.pk}" in words and "See it in the list" in words
    passwords.set_password(section, PASSWORD)
    assert editor.get(address).content.decode().count("data-session-end=") == 2
    row = VideoAccessSession.objects.get(video=video)
    assert "Access is ended for 1 browser." in editor.post(address, {"session": row.pk}).content.decode()
    inside = browser(make_editor_of(make_section("Inside", parent=section), "change", "publish"))
    moved = VideoPage.objects.get(pk=video.pk)
    moved.move(Page.objects.get(title="Inside"), pos="last-child")
    guest(create_invitation(VideoPage.objects.get(pk=video.pk), kind="link", label="Last")[0])
    words = inside.get(address).content.decode()
    assert words.count("data-session-end=") == 1 and "1 more browser has it open now" in words


def test_a_browser_that_is_refused_as_the_invitation_is_used_up_has_no_access(editor):
    video = make_real_video(password=None)
    invitation = create_invitation(video, kind="link", label="Jury", most_viewers=1)[0]
    first, late = guest(invitation), guest(invitation)
    assert len(shown(editor)) == 2
    assert play(first, video).status_code in (200, 206) and play(late, video).status_code == 403
    assert len(shown(editor)) == 1
    words = editor.get(reverse("video_sessions", args=(video.pk,))).content.decode()
    assert words.count("data-session-end=") == 1 and "not open yet" not in words
    set_window(video, opens_at=timezone.now() + dt.timedelta(days=1), closes_at=None)
    words = editor.get(reverse("video_sessions", args=(video.pk,))).content.decode()
    assert "It is not open yet: nobody can watch it before" in words
    set_window(video, opens_at=None, closes_at=timezone.now() - dt.timedelta(days=1))
    words = editor.get(reverse("video_sessions", args=(video.pk,))).content.decode()
    assert "It is closed: nobody can watch it now." in words


def test_a_user_who_may_not_edit_the_page_does_not_see_its_sessions():
    video = make_video()
    row = give(video, "a")
    client = browser(make_editor_of(make_section("Theirs"), "change", "publish"))
    address = reverse("video_sessions", args=(video.pk,))
    assert client.get(address).status_code == 302
    assert client.post(address, {"session": row.pk}).status_code == 302
    assert VideoAccessSession.objects.exists()


def test_the_queryset_of_rights_agrees_with_the_question_asked_of_one_page():
    section = make_section("Theirs")
    pages = [
        section,
        make_section("Draft", parent=section, live=False),
        make_video("Live", section=section),
        make_video("Draft", section=section, live=False),
        make_video("Elsewhere"),
    ]
    never = make_section("Never published", live=False)
    make_video("Below it", section=never)
    pages += [never, VideoPage.objects.get(title="Below it")]
    pages.append(pages[2].create_alias(parent=section, update_slug="alias"))
    people = [make_superuser(), make_user("moderator", "Moderators"), make_user("editor", "Editors"), make_user("none")]
    for number, rights in enumerate([("change",), ("publish",), ("add",), ("change", "publish")]):
        people.append(make_editor_of(section, *rights, name=f"person-{number}"))
        people.append(make_editor_of(never, *rights, name=f"other-{number}"))
    for person in people:
        changeable = pages_with_changeable_access(person)
        for page in pages:
            if not page.alias_of_id:
                model = VideoIndexPage if isinstance(page, VideoIndexPage) else VideoPage
                expected = may_change_access(model.objects.get(pk=page.pk), person)
                assert (page.pk in changeable) == expected, (person, page.title)
    assert Page.objects.get(depth=1).pk not in pages_with_changeable_access(people[0])


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
