"""The Videos listing: the data of each row, permissions, and the number of queries."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission

from tests.factories import (
    PASSWORD,
    browser,
    get_home,
    make_section,
    make_superuser,
    make_user,
    make_video,
    make_video_file,
)
from tests.wagtail_admin.listing import ADDRESS, rows, titles
from tests.wagtail_admin.page_screens import make_editor_of
from video_pages.access import passwords
from video_pages.core.humanize import format_day
from video_pages.models import ProcessingJob, VideoPage, VideoView

pytestmark = pytest.mark.django_db


def test_a_row_says_section_status_processing_length_recent_views_and_what_opens_it(editor):
    section = make_section("Field trips")
    video = make_video("The harbour", section=section, video_file=make_video_file(duration=724.4))
    for number in range(3):
        VideoView.objects.create(video=video, access_ref=str(number))
    (row,) = rows(editor.get(ADDRESS)).values()
    for words in ("Field trips", "live", "Ready", "12:04 3", "Its own password", format_day(timezone.now())):
        assert words in row


def test_each_access_mode_is_named(editor):
    members = make_section("Members", password=PASSWORD)
    free = make_section("Free")
    make_video("Own", section=members)
    make_video("Section's", section=members, password=None)
    passwords.set_open(make_video("Open", section=members), True)
    make_video("Nobody's", section=free, password=None)
    found = rows(editor.get(ADDRESS))
    assert "Its own password" in found["Own"]
    assert "Password of the section “Members”" in found["Section's"]
    assert "Open to everyone" in found["Open"]
    assert "None: nobody can unlock it yet" in found["Nobody's"]


def test_an_alias_is_opened_as_its_source_is(editor):
    source = make_video("The harbour", section=make_section("Members", password=PASSWORD), password=None)
    alias = source.create_alias(parent=make_section("Free"), update_slug="alias")
    VideoPage.objects.filter(pk=alias.pk).update(draft_title="The alias")
    row = rows(editor.get(ADDRESS))["The alias"]
    assert "Password of the section “Members”" in row
    assert "Alias: as “The harbour”" in row


def test_each_state_of_processing_is_named_with_its_reason(editor):
    section = make_section()
    for state, reason in (
        ("queued", ""),
        ("processing", ""),
        ("refused", "It holds only sound."),
        ("failed", "No room."),
    ):
        file = make_video_file(ready=False)
        ProcessingJob.objects.create(
            video_file=file, source_version=1, state=state, reason=reason, progress=40 if state == "processing" else 0
        )
        make_video(state, section=section, video_file=file)
    make_video("hevc", section=section, video_file=make_video_file(video_codec="hevc"))
    without = make_video("without", section=section)
    VideoPage.objects.filter(pk=without.pk).update(video_file=None)
    found = rows(editor.get(ADDRESS))
    assert "Waiting" in found["queued"]
    assert "Being processed 40%" in found["processing"]
    assert "Refused It holds only sound." in found["refused"]
    assert "Failed Process again No room." in found["failed"]
    assert "Browsers can't play this file as it is." in found["hevc"]
    assert "No file" in found["without"]


def test_queries_do_not_grow_with_the_number_of_videos(editor):
    section = make_section("Members", password=PASSWORD)
    source = make_video(section=section, password=None)
    source.create_alias(parent=make_section("Aliases"), update_slug="alias-of-one")
    editor.get(ADDRESS)

    def count():
        with CaptureQueriesContext(connection) as captured:
            assert editor.get(ADDRESS).status_code == 200
        return len(captured)

    before = count()
    other = make_section("Others")
    for number in range(3):
        video = make_video(section=other if number else section)
        video.create_alias(parent=other, update_slug=f"alias-{number}")
        video.save_revision()
    assert count() == before


def test_an_editor_of_one_section_sees_the_videos_of_that_section_only():
    theirs, others = make_section("Theirs"), make_section("Others")
    make_video("Mine", section=theirs)
    make_video("Not mine", section=others)
    group = Group.objects.create(name="Of one section")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    GroupPagePermission.objects.create(
        group=group, page=theirs, permission=Permission.objects.get(codename="change_page")
    )
    client = browser(make_user("editor", "Of one section"))
    assert titles(client) == ["Mine"]
    assert titles(client, q="mine") == ["Mine"]


def test_the_section_filter_offers_only_sections_that_the_editor_sees():
    theirs = make_section("Theirs")
    inner = make_section("Inner", parent=theirs)
    secret = make_section("Secret project", live=False)
    mine = make_video("Mine", section=inner)
    mine.create_alias(parent=secret, update_slug="alias")
    client = browser(make_editor_of(theirs, "change"))
    for answer in (client.get(ADDRESS), client.get(ADDRESS, {"section": secret.pk})):
        shown = answer.content.decode()
        assert "Secret project" not in shown
        assert "Theirs" in shown and "Inner" in shown
    assert titles(client, section=theirs.pk) == ["Mine"]
    assert "Secret project" in browser(make_superuser()).get(ADDRESS).content.decode()


def test_a_user_without_page_permissions_sees_no_list():
    make_video("The harbour")
    user = make_user("nobody")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    answer = browser(user).get(ADDRESS)
    assert answer.status_code == 302
    assert browser().get(ADDRESS)["Location"].startswith(reverse("wagtailadmin_login"))


@pytest.mark.parametrize(
    "ordering",
    ["title", "path", "live", "video_file__job__state", "video_file__duration", "views", "video_file__created_at"],
)
def test_each_column_sorts_both_ways_also_while_searching(editor, ordering):
    section = make_section()
    first = make_video("Harbour a", section=section, video_file=make_video_file(duration=5))
    second = make_video("Harbour b", section=make_section(), live=False, video_file=make_video_file(duration=9))
    VideoPage.objects.filter(pk=second.pk).update(views=5)
    ProcessingJob.objects.filter(video_file=second.video_file).update(state="refused")
    up = [first.title, second.title] if ordering != "live" else [second.title, first.title]
    for extra in ({}, {"q": "harbour"}):
        assert titles(editor, ordering=ordering, **extra) == up
        assert titles(editor, ordering=f"-{ordering}", **extra) == up[::-1]


def test_the_newest_upload_comes_first_and_pages_without_a_file_last(editor):
    section = make_section()
    empty = make_video("empty", section=section)
    VideoPage.objects.filter(pk=empty.pk).update(video_file=None)
    make_video("old", section=section)
    make_video("new", section=section)
    assert titles(editor) == ["new", "old", "empty"]


@pytest.mark.parametrize("ordering", ["password_hash", "-password_hash", "nonsense", "owner__password"])
def test_nothing_else_sorts(editor, ordering):
    """Sorting by a hash would tell something of it."""
    section = make_section()
    make_video("old", section=section)
    make_video("new", section=section)
    assert titles(editor, ordering=ordering) == ["new", "old"]


def test_search_finds_words_of_the_title_and_of_the_file_s_name(editor):
    section = make_section()
    file = make_video_file()
    file.original_filename = "DSC_0042.MOV"
    file.save()
    make_video("The old harbour", section=section, video_file=file)
    make_video("Mountains", section=section)
    assert titles(editor, q="harb old") == ["The old harbour"]
    assert titles(editor, q="dsc_0042") == ["The old harbour"]
    assert titles(editor, q="harbour mountains") == []
    assert "No video matches." in editor.get(ADDRESS, {"q": "nothing like it"}).content.decode()


def test_filters_find_unfinished_videos(editor):
    members, free = make_section("Members", password=PASSWORD), make_section("Free")
    deep = make_section("Deep", parent=members)
    make_video("own", section=free)
    make_video("section", section=deep, password=None, live=False)
    passwords.set_open(make_video("open", section=members), True)
    refused = make_video("nobody", section=free, password=None)
    ProcessingJob.objects.filter(video_file=refused.video_file).update(state="refused")
    source = make_video("source", section=members, password=None)
    alias = source.create_alias(parent=free, update_slug="alias")
    VideoPage.objects.filter(pk=alias.pk).update(draft_title="alias")
    by_way = {way: set(titles(editor, opened_by=way)) for way in ("own", "section", "open", "nobody")}
    assert by_way == {
        "own": {"own"},
        "section": {"section", "source", "alias"},
        "open": {"open"},
        "nobody": {"nobody"},
    }
    assert titles(editor, live="False") == ["section"]
    assert titles(editor, state="refused") == ["nobody"]
    assert set(titles(editor, section=members.pk)) == {"section", "open", "source"}


def test_a_video_below_an_alias_of_a_locked_section_is_found_by_that(editor):
    locked = make_section("Locked", password=PASSWORD)
    alias = locked.create_alias(parent=make_section("Free"), update_slug="alias")
    make_video("below", section=alias, password=None)
    assert titles(editor, opened_by="section") == ["below"]
    assert "Password of the section “Locked”" in rows(editor.get(ADDRESS))["below"]


def test_an_empty_list_says_what_to_do_first(editor):
    answer = editor.get(ADDRESS).content.decode()
    assert "Every video lies in a section" in answer
    add = reverse("wagtailadmin_pages:add", args=("video_pages", "videoindexpage", get_home().pk))
    assert f'<a href="{add}?next=%2Fadmin%2Fvideos%2Fupload%2F">Make a section</a>' in answer
    make_section()
    answer = editor.get(ADDRESS).content.decode()
    assert f'<a href="{reverse("upload_video")}">Upload the first one</a>' in answer


def test_results_are_answered_to_the_search_field_s_script_too(editor):
    make_video("The harbour")
    answer = editor.get(f"{ADDRESS}results/", {"q": "harb"})
    assert list(rows(answer)) == ["The harbour"]
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize(("group", "offered"), [("Moderators", True), ("Editors", False)])
def test_the_menu_beside_a_title_leads_to_access_for_those_who_may(group, offered):
    video = make_video()
    video.create_alias(parent=make_section(), update_slug="alias")
    client = browser(make_user("person", group))
    for address in (ADDRESS, f"/admin/pages/{video.get_parent().pk}/"):
        assert (f'href="/admin/access/{video.pk}/?next=' in client.get(address).content.decode()) == offered


def test_the_menu_leads_to_the_listing(editor):
    answer = editor.get("/admin/").content.decode()
    assert ADDRESS in answer
