"""Wagtail's own screens and actions on a page with a password: none stores, shows or restores the password."""

import datetime as dt
import io
import json

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Revision

from tests.factories import (
    PASSWORD,
    browser,
    make_section,
    make_user,
    make_video,
    make_video_file,
    unlock,
)
from tests.wagtail_admin.access import NEW, act, fresh, kept
from tests.wagtail_admin.page_screens import form_of, screen
from video_pages.models import VideoAccessSession, VideoIndexPage, VideoPage

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


def save(client, page, action=None, **changes):
    """Send the editor's form: `action` None saves a draft, "action-publish" publishes."""
    data = form_of(page, **changes)
    if action:
        data[action] = action
    answer = client.post(screen(page, "edit/"), data)
    assert answer.status_code == 302, answer.context["form"].errors
    return answer


def opens(page, password=PASSWORD):
    """True if a new browser that types `password` at `page` is shown the player."""
    visitor = browser()
    unlock(visitor, page, password)
    return 'id="player"' in visitor.get(page.url).content.decode()


def everywhere_but_the_kept_column(secret):
    """Return the tables in which `secret` stands, session data decoded, the kept column left out."""
    kept_columns = {(model._meta.db_table, "password_hash") for model in (VideoPage, VideoIndexPage)}
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
            names = [name for name in columns if (table, name) not in kept_columns]
            quoted = ", ".join(connection.ops.quote_name(name) for name in names)
            cursor.execute(f"SELECT {quoted} FROM {connection.ops.quote_name(table)}")  # noqa: S608
            if any(secret in str(value) for row in cursor.fetchall() for value in row):
                found.add(table)
    for session in Session.objects.all():
        if secret in json.dumps(session.get_decoded(), default=str):
            found.add("session data")
    return found


def test_a_child_page_is_added_saved_locked_and_published(editor):
    section, file = make_section(), make_video_file()
    page = VideoPage(title="New", slug="new", video_file=file)
    answer = editor.post(f"/admin/pages/add/video_pages/videopage/{section.pk}/", form_of(page))
    assert answer.status_code == 302
    page = VideoPage.objects.get(slug="new")
    act(editor, page, "set_password", password=NEW)
    save(editor, page, "action-publish")
    assert opens(fresh(page), NEW)


def test_autosave_makes_a_page_with_an_id_to_which_a_password_is_set(editor):
    section = make_section()
    form = form_of(VideoPage(title="New", slug="new"))
    answer = editor.post(f"/admin/pages/add/video_pages/videopage/{section.pk}/", form, headers=JSON).json()
    page = VideoPage.objects.get(pk=answer["pk"])
    assert editor.get(answer["hydrate_url"]).status_code == 200
    act(editor, page, "set_password", password=NEW, fragment=True)
    answer = editor.post(screen(page, "edit/"), form_of(page, title="Newer"), headers=JSON)
    assert answer.json()["success"]
    assert page.password_hash == ""
    assert fresh(page).check_password(NEW)
    assert fresh(page).password_hash not in answer.content.decode()


def test_a_password_added_to_the_page_form_is_ignored(editor, video):
    before = kept(video)
    smuggled = {"password_hash": "x", "password": NEW, "access-password": NEW, "open_to_everyone": "on", "views": "9"}
    save(editor, video, "action-publish", **smuggled)
    assert kept(video) == before
    assert everywhere_but_the_kept_column(NEW) == set()


def test_a_draft_from_before_a_new_password_is_published_without_the_old_one(editor, video):
    save(editor, video, title="Draft")
    act(editor, video, "set_password", password=NEW)
    save(editor, video, "action-publish", title="Published")
    page = fresh(video)
    assert (page.title, page.check_password(NEW), page.check_password(PASSWORD)) == ("Published", True, False)


def test_a_revert_to_an_old_revision_brings_no_old_password_back(editor, video):
    save(editor, video, "action-publish", title="First")
    old = fresh(video).latest_revision
    act(editor, video, "set_password", password=NEW)
    save(editor, video, "action-publish", title="Second")
    assert editor.get(screen(video, f"revisions/{old.pk}/revert/")).status_code == 200
    save(editor, video, "action-publish", title="First", revision=old.pk)
    page = fresh(video)
    assert (page.title, page.check_password(NEW), page.check_password(PASSWORD)) == ("First", True, False)


def test_a_schedule_set_before_a_new_password_publishes_without_the_old_one(editor):
    video = make_video("The harbour", live=False)
    soon = timezone.localtime() + dt.timedelta(hours=1)
    save(editor, video, "action-publish", title="Scheduled", go_live_at=soon.strftime("%Y-%m-%d %H:%M"))
    assert not fresh(video).live
    act(editor, video, "set_password", password=NEW)
    scheduled = Revision.objects.get(approved_go_live_at__isnull=False)
    scheduled.approved_go_live_at = timezone.now() - dt.timedelta(minutes=1)  # as if an hour had passed
    scheduled.content["go_live_at"] = scheduled.approved_go_live_at.isoformat()
    scheduled.save()
    call_command("publish_scheduled")
    page = fresh(video)
    assert (page.live, page.title, page.check_password(NEW)) == (True, "Scheduled", True)


def test_moderation_publishes_what_was_submitted_and_no_old_password(editor):
    """Submitted by an editor with one password, approved by a moderator after another was set."""
    writer = make_user("writer", "Editors")
    video = make_video("The harbour", live=False, owner=writer)
    save(browser(writer), video, "action-submit", title="Submitted")
    assert fresh(video).current_workflow_state is not None
    act(editor, video, "set_password", password=NEW)
    moderator = browser(make_user("moderator", "Moderators"))
    task = fresh(video).current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=(video.pk, "approve", task.pk))
    moderator.post(address, {"comment": ""})
    page = fresh(video)
    assert (page.live, page.title, page.check_password(NEW)) == (True, "Submitted", True)
    assert everywhere_but_the_kept_column(page.password_hash) == set()


def test_preview_plays_what_the_form_says_and_keeps_no_password(editor, video):
    file = make_video_file()
    address = screen(video, "edit/preview/")
    answer = editor.post(address, form_of(video, title="As typed", video_file=file.pk))
    assert answer.json()["is_valid"]
    shown = editor.get(f"{address}?mode=").content.decode()
    assert "As typed" in shown
    assert file.url in shown
    assert 'id="player"' in shown
    for secret in (PASSWORD, fresh(video).password_hash):
        assert secret not in shown
        assert everywhere_but_the_kept_column(secret) == set()


def test_the_draft_view_shows_an_editor_the_player(editor, video):
    shown = editor.get(screen(video, "view_draft/"))
    assert shown.status_code == 200
    assert 'id="player"' in shown.content.decode()


def test_history_and_compare_say_that_access_changed_and_nothing_of_it(editor, video):
    save(editor, video, "action-publish", title="First")
    first = fresh(video).latest_revision
    old_hash = fresh(video).password_hash
    act(editor, video, "set_password", password=NEW)
    save(editor, video, "action-publish", title="Second")
    new_hash = fresh(video).password_hash
    history = editor.get(screen(video, "history/")).content.decode()
    assert "Access changed" in history
    compare = editor.get(screen(video, f"revisions/compare/{first.pk}...live/")).content.decode()
    assert "Second" in compare
    reports = editor.get("/admin/reports/site-history/").content.decode()
    for shown in (history, compare, reports):
        for secret in (old_hash, new_hash, NEW, PASSWORD):
            assert secret not in shown


def test_a_copy_starts_locked_with_an_address_of_its_own(editor, video):
    act(editor, video, "open", confirmed="on")
    data = {
        "new_title": "Copy",
        "new_slug": "copy",
        "new_parent_page": video.get_parent().pk,
        "publish_copies": "on",
        "copy_subpages": "on",
    }
    assert editor.post(screen(video, "copy/"), data).status_code == 302
    copy = VideoPage.objects.get(slug="copy")
    assert (copy.password_hash, copy.open_to_everyone, copy.views) == ("", False, 0)
    assert copy.uuid != video.uuid
    assert not opens(copy)


def test_a_copied_section_takes_no_password_along_nor_those_of_its_videos(editor):
    section = make_section("Members", password=PASSWORD)
    make_video(section=section)
    data = {
        "new_title": "Copy",
        "new_slug": "copy",
        "new_parent_page": section.get_parent().pk,
        "publish_copies": "on",
        "copy_subpages": "on",
    }
    assert editor.post(screen(section, "copy/"), data).status_code == 302
    copy = VideoIndexPage.objects.get(slug="copy")
    assert copy.password_hash == ""
    assert VideoPage.objects.child_of(copy).get().password_hash == ""


def make_alias(client, video, parent):
    data = {"new_title": "Alias", "new_slug": "alias", "new_parent_page": parent.pk, "alias": "on"}
    assert client.post(screen(video, "copy/"), data).status_code == 302
    return VideoPage.objects.get(slug="alias")


def test_an_alias_holds_no_password_and_opens_as_its_source(editor, video):
    alias = make_alias(editor, video, make_section())
    assert alias.alias_of_id == video.pk
    assert alias.password_hash == ""
    save(editor, video, "action-publish", title="Published again")
    assert (fresh(alias).password_hash, fresh(alias).title) == ("", "Published again")
    assert opens(fresh(alias))


def test_an_alias_made_an_ordinary_page_starts_locked(editor, video):
    alias = make_alias(editor, video, make_section())
    assert editor.post(screen(alias, "convert_alias/")).status_code == 302
    page = fresh(alias)
    assert (page.alias_of_id, page.password_hash) == (None, "")
    assert page.uuid != video.uuid
    assert not opens(page)


def test_a_moved_video_keeps_its_own_password(editor, video):
    target = make_section("Target", password="the-section-s-own")
    before = kept(video)
    assert editor.post(screen(video, f"move/{target.pk}/confirm/")).status_code == 302
    page = fresh(video)
    assert page.get_parent().pk == target.pk
    assert kept(page) == before
    assert opens(page)
    assert not opens(page, "the-section-s-own")


def test_a_moved_video_without_a_password_is_guarded_where_it_lies(editor):
    old = make_section("Old", password=PASSWORD)
    new = make_section("New", password=NEW)
    video = make_video(section=old, password=None)
    visitor = browser()
    assert unlock(visitor, video).status_code == 303
    editor.post(screen(video, f"move/{new.pk}/confirm/"))
    page = fresh(video)
    assert "verdict" not in visitor.get(page.url).context
    assert not opens(page, PASSWORD)
    assert opens(page, NEW)


def test_unpublishing_ends_access_and_publishing_again_keeps_the_password(editor, video):
    visitor = browser()
    unlock(visitor, video)
    editor.post(screen(video, "unpublish/"))
    assert not VideoAccessSession.objects.exists()
    assert visitor.get(video.url).status_code == 404
    save(editor, video, "action-publish")
    assert "verdict" not in visitor.get(video.url).context
    assert fresh(video).check_password(PASSWORD)


def test_deleting_a_page_takes_its_sessions_along_and_leaves_its_file(editor, video):
    file = video.video_file
    unlock(browser(), video)
    assert editor.post(screen(video, "delete/")).status_code == 302
    assert not Page.objects.filter(pk=video.pk).exists()
    assert not VideoAccessSession.objects.exists()
    file.refresh_from_db()
    assert file.file.storage.exists(file.file.name)


def test_a_revision_whose_file_was_deleted_still_opens(editor, video):
    save(editor, video, title="With the file")
    video.video_file.delete()
    assert editor.get(screen(video, "edit/")).status_code == 200


def test_the_admin_s_api_does_not_contain_it(editor, video):
    for query in ("fields=*", "fields=password_hash", "fields=open_to_everyone,uuid"):
        for address in (
            f"/admin/api/main/pages/{video.pk}/?{query}",
            f"/admin/api/main/pages/?type=video_pages.VideoPage&{query}",
        ):
            answer = editor.get(address).content.decode()
            assert fresh(video).password_hash not in answer
            assert "pbkdf2" not in answer
    for query in ("password_hash__startswith=p", "order=password_hash", "search=pbkdf2"):
        answer = editor.get(f"/admin/api/main/pages/?type=video_pages.VideoPage&{query}")
        assert answer.status_code == 400 or answer.json()["meta"]["total_count"] == 0


def test_after_all_screens_the_password_is_only_in_its_column(editor, video):
    """Every table of the database, session data decoded; and what `dumpdata` writes."""
    hashes = [fresh(video).password_hash]
    save(editor, video, "action-publish", title="One")
    editor.post(screen(video, "edit/"), form_of(video, title="Two"), headers=JSON)
    editor.post(screen(video, "edit/preview/"), form_of(video, title="Three"))
    act(editor, video, "set_password", password="short")
    act(editor, video, "set_password", password=NEW, fragment=True)
    hashes.append(fresh(video).password_hash)
    make_alias(editor, video, make_section())
    save(editor, video, "action-publish", title="Four")
    call_command("rebuild_references_index", verbosity=0)
    call_command("update_index", verbosity=0)
    dumped = io.StringIO()
    call_command("dumpdata", stdout=dumped)
    for secret in (PASSWORD, NEW, *hashes):
        assert everywhere_but_the_kept_column(secret) == set()
        assert secret not in dumped.getvalue()
    assert VideoPage.objects.filter(password_hash__in=hashes).count() == 1


def test_the_scan_of_the_database_finds_a_stored_text(editor, video):
    """So that the tests above prove something."""
    VideoPage.objects.filter(pk=video.pk).update(description="a hidden pearl")
    assert everywhere_but_the_kept_column("hidden pearl") == {"video_pages_videopage"}
    session = editor.session
    session["kept"] = "a hidden pearl"
    session.save()
    assert "session data" in everywhere_but_the_kept_column("hidden pearl")
