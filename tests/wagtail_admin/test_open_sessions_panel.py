"""Access that is open now, on the screen of a page: the panel of open sessions."""

import datetime as dt
import html
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from tests.access.invitations.links import guest, play
from tests.factories import (
    PASSWORD,
    browser,
    make_real_video,
    make_section,
    make_video,
)
from tests.wagtail_admin.open_sessions import ADDRESS, give, shown
from tests.wagtail_admin.page_screens import make_editor_of
from video_pages.access import passwords
from video_pages.access.invitations import create_invitation
from video_pages.access.set_window import set_window
from video_pages.models import VideoAccessSession, VideoPage

pytestmark = pytest.mark.django_db


def test_the_panel_of_a_section_leads_to_what_its_password_opened_and_nothing_else(editor):
    members = make_section("Members", password=PASSWORD)
    by_section = give(members, "a")
    give(make_video("Own password", section=members), "b")
    edit = editor.get(reverse("wagtailadmin_pages:edit", args=[members.pk])).content.decode()
    assert f"{ADDRESS}?password_of={members.pk}" in edit
    assert shown(editor, password_of=members.pk) == [by_section.pk]
    assert len(shown(editor, section=members.pk)) == 2


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
