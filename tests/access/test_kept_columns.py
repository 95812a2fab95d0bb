"""Kept columns are never page content: no save of any page object can write, restore or copy them."""

import datetime as dt
import io
import json
import time

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Locale, Page, PageLogEntry

from tests.factories import PASSWORD, get_home, make_section, make_superuser, make_video
from video_pages.access import passwords
from video_pages.core.log_actions import LogAction
from video_pages.models import VideoIndexPage, VideoPage

pytestmark = pytest.mark.django_db
NEW = "another-password"


def kept(page):
    """The kept columns of `page` as the database has them."""
    model = type(page)
    return model.objects.filter(pk=page.pk).values(*model.kept_column_names()).get()


@pytest.fixture
def video():
    return make_video(description="<p>first</p>")


def opens_with(page, raw):
    return VideoPage.objects.get(pk=page.pk).check_password(raw)


def test_every_kept_column_stays_out_of_forms_and_serialisation():
    assert set(VideoPage.kept_column_names()) == {
        "uuid",
        "password_hash",
        "password_changed_at",
        "access_minutes",
        "access_until",
        "opens_at",
        "closes_at",
        "listed",
        "downloads",
        "has_own_texts",
        "is_withdrawn",
        "open_to_everyone",
        "publish_when_ready",
        "views",
    }
    assert set(VideoIndexPage.kept_column_names()) == {
        "password_hash",
        "password_changed_at",
        "access_minutes",
        "access_until",
        "opens_at",
        "closes_at",
        "collection",
        "has_own_texts",
        "is_withdrawn",
        "listed",
        "downloads",
    }
    for model in (VideoPage, VideoIndexPage):
        for name in model.kept_column_names():
            assert not model._meta.get_field(name).serialize
            assert not model._meta.get_field(name).editable


def test_a_stale_object_saved_after_a_new_password_does_not_bring_the_old_one_back(video):
    stale = VideoPage.objects.get(pk=video.pk)
    passwords.set_password(VideoPage.objects.get(pk=video.pk), NEW)
    stale.title = "Renamed"
    stale.save()
    assert opens_with(video, NEW)
    assert not opens_with(video, PASSWORD)
    assert VideoPage.objects.get(pk=video.pk).title == "Renamed"


def test_assigning_to_a_kept_column_and_saving_changes_nothing(video):
    before = kept(video)
    video.password_hash, video.views, video.open_to_everyone = "", 999, True
    video.save()
    video.save(update_fields=["password_hash", "open_to_everyone"])
    assert kept(video) == before


def test_publishing_keeps_the_password(video):
    before = kept(video)
    video.description = "<p>second</p>"
    video.save_revision().publish()
    assert kept(video) == before
    assert VideoPage.objects.get(pk=video.pk).description == "<p>second</p>"


def test_an_old_draft_published_after_a_new_password_restores_nothing(video):
    draft = video.save_revision()
    passwords.set_password(video, NEW)
    draft.publish()
    assert opens_with(video, NEW)


def test_reverting_to_an_old_revision_restores_nothing(video):
    old = video.save_revision()
    passwords.set_password(video, NEW)
    video.save_revision().publish()
    reverted = old.as_object()
    reverted.save_revision(previous_revision=old).publish()
    assert opens_with(video, NEW)


def test_a_scheduled_publish_restores_nothing(video):
    video.unpublish()
    video = VideoPage.objects.get(pk=video.pk)
    video.go_live_at = timezone.now() + dt.timedelta(seconds=0.5)
    video.save_revision(approved_go_live_at=video.go_live_at)
    passwords.set_password(video, NEW)
    assert not VideoPage.objects.get(pk=video.pk).live
    while timezone.now() <= video.go_live_at:
        time.sleep(0.02)
    call_command("publish_scheduled")
    assert opens_with(video, NEW)
    assert VideoPage.objects.get(pk=video.pk).live


def test_unpublishing_and_publishing_again_keeps_the_password(video):
    before = kept(video)
    video.unpublish()
    VideoPage.objects.get(pk=video.pk).save_revision().publish()
    assert kept(video) == before


def test_moving_keeps_the_password(video):
    before = kept(video)
    video.move(make_section(), pos="last-child")
    assert kept(video) == before


def test_a_page_made_from_a_revision_tells_the_truth_about_its_kept_columns(video):
    revision = video.save_revision()
    passwords.set_password(video, NEW)
    passwords.set_open(video, True)
    restored = revision.as_object()
    assert restored.uuid == video.uuid
    assert restored.open_to_everyone
    assert passwords.matches(NEW, restored.password_hash)


def test_a_copy_starts_locked_with_a_uuid_and_a_count_of_its_own(video):
    VideoPage.objects.filter(pk=video.pk).update(views=7, open_to_everyone=True, access_minutes=5)
    video.refresh_from_db()
    video.save_revision()
    copy = video.copy(update_attrs={"slug": "a-copy"})
    columns = kept(copy)
    assert columns["uuid"] != video.uuid
    assert columns["password_hash"] == ""
    assert not columns["open_to_everyone"]
    assert columns["views"] == 0
    assert columns["access_minutes"] is None
    copy.get_latest_revision().publish()
    assert kept(copy) == columns


def test_a_copied_section_starts_without_its_password():
    section = make_section(password=PASSWORD)
    make_video(section=section)
    copy = section.copy(recursive=True, update_attrs={"slug": "copied"})
    assert kept(copy)["password_hash"] == ""
    assert kept(copy.get_children().get().specific)["password_hash"] == ""


def test_an_alias_gets_no_password_of_its_own_and_keeps_none_when_its_source_is_published_again(video):
    passwords.set_open(video, True)
    alias = video.create_alias(parent=make_section(), update_slug="alias")
    columns = kept(alias)
    assert columns["password_hash"] == ""
    assert not columns["open_to_everyone"]
    assert columns["uuid"] != video.uuid
    video.title = "Published again"
    video.save_revision().publish()
    assert VideoPage.objects.get(pk=alias.pk).title == "Published again"
    assert kept(alias) == columns
    assert alias.source.pk == video.pk


def test_an_alias_made_into_a_page_of_its_own_starts_locked(video):
    from wagtail.actions.convert_alias import ConvertAliasPageAction

    alias = video.create_alias(parent=make_section(), update_slug="alias")
    ConvertAliasPageAction(alias).execute()
    alias = VideoPage.objects.get(pk=alias.pk)
    assert alias.source.pk == alias.pk
    assert kept(alias)["password_hash"] == ""


@pytest.mark.parametrize("as_alias", [False, True])
def test_a_translation_starts_locked(video, settings, as_alias):
    settings.WAGTAIL_I18N_ENABLED = True
    settings.WAGTAIL_CONTENT_LANGUAGES = settings.LANGUAGES = [("en", "English"), ("fr", "French")]
    french = Locale.objects.create(language_code="fr")
    translated = video.copy_for_translation(french, copy_parents=True, alias=as_alias)
    assert kept(translated)["password_hash"] == ""
    assert kept(translated)["uuid"] != video.uuid


def test_no_revision_log_entry_dump_or_index_holds_a_hash_or_a_password(video):
    section = make_section(password=NEW)
    video.save_revision(log_action=True, user=make_superuser()).publish()
    section.save_revision().publish()
    hashes = [kept(video)["password_hash"], kept(section)["password_hash"]]
    out = io.StringIO()
    call_command("dumpdata", exclude=["auth.user"], stdout=out)  # people's own passwords are no videos'
    texts = [out.getvalue()]
    texts += [json.dumps(revision.content) for revision in video.revisions.all()]
    texts += [json.dumps(entry.data) + str(entry.message) for entry in PageLogEntry.objects.all()]
    texts += [field.field_name for field in VideoPage.search_fields]
    for text in texts:
        assert "pbkdf2" not in text
        assert "password_hash" not in text
        assert PASSWORD not in text and NEW not in text
        for value in hashes:
            assert value not in text


def test_the_log_says_that_access_changed_and_gives_no_values(video):
    entry = PageLogEntry.objects.filter(page=video.pk, action=LogAction.ACCESS_CHANGED).get()
    assert not entry.data


def test_loading_a_dump_leaves_pages_locked(video):
    out = io.StringIO()
    call_command("dumpdata", "video_pages.videopage", stdout=out)
    row = json.loads(out.getvalue())[0]
    assert not set(VideoPage.kept_column_names()) & set(row["fields"])


def test_a_reserved_slug_is_refused_under_the_site_root_and_nowhere_else():
    from django.core.exceptions import ValidationError

    for slug in ("stream", "stream-gate", "admin", "static", "media", "healthz", "readyz", "embed", "w", "api"):
        for live in (True, False):
            with pytest.raises(ValidationError):
                get_home().add_child(instance=VideoIndexPage(title="Taken", slug=slug, live=live))
    section = make_section()
    below = VideoIndexPage(title="Fine", slug="stream")
    section.add_child(instance=below)
    assert not below.can_move_to(get_home().specific)
    titled = VideoIndexPage(title="Stream")
    Page.objects.get(pk=get_home().pk).specific.add_child(instance=titled)
    assert titled.slug == "stream-2"
