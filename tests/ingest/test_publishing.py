"""Pages that go live by themselves when their film is ready: once, and only in the name of who may."""

import pytest
from django.utils import timezone
from wagtail.models import PageLogEntry

from tests import factories
from tests.wagtail_admin.page_screens import make_editor_of
from video_pages.ingest import publishing
from video_pages.models import ProcessingJob, VideoPage
from video_pages.transcoding import jobs
from video_pages.worker import periodic

pytestmark = pytest.mark.django_db


@pytest.fixture
def finish(django_capture_on_commit_callbacks):
    """A function that ends the job of a page's film in a state."""

    def end(page, state="ready", reason=""):
        with django_capture_on_commit_callbacks(execute=True):
            jobs.finish(jobs.claim(page.video_file.job.pk), state, reason=reason)

    return end


def waiting_page(user=None, section=None):
    """A draft written by `user` that is to go live when its film is ready."""
    file = factories.make_video_file(ready=False)
    page = factories.make_video("Night train", video_file=file, live=False, section=section)
    jobs.submit(file)
    page.save_revision(user=user)
    publishing.publish_when_ready(page, user=user)
    return page


def fresh(page):
    return VideoPage.objects.get(pk=page.pk)


def is_live_and_marked(page):
    page = fresh(page)
    return page.live, page.publish_when_ready


def test_the_page_goes_live_when_its_film_is_ready(finish):
    user = factories.make_superuser()
    page = waiting_page(user)
    assert is_live_and_marked(page) == (False, True)
    finish(page)
    assert is_live_and_marked(page) == (True, False)
    actions = PageLogEntry.objects.filter(page=page.pk, user=user).values_list("action", flat=True)
    assert {"video_pages.publish_when_ready", "wagtail.publish"} <= set(actions)


def test_the_latest_draft_is_what_is_published(finish):
    page = waiting_page()
    page.title = "The night train"
    page.save_revision()
    finish(page)
    assert fresh(page).title == "The night train"


@pytest.mark.parametrize("state", ["refused", "failed"])
def test_a_film_that_is_not_ready_leaves_the_mark_and_the_draft(finish, state):
    page = waiting_page()
    finish(page, state, reason="It holds only sound.")
    assert is_live_and_marked(page) == (False, True)


def test_the_next_source_that_is_ready_publishes(finish):
    page = waiting_page()
    finish(page, "refused")
    jobs.submit(page.video_file)
    finish(page)
    assert is_live_and_marked(page) == (True, False)


def test_who_may_no_longer_publish_keeps_a_draft(finish):
    section = factories.make_section()
    user = make_editor_of(section, "add", "publish")
    page = waiting_page(user, section)
    user.groups.clear()
    finish(page)
    assert is_live_and_marked(page) == (False, False)


def test_a_draft_of_someone_who_may_not_publish_does_not_slip_through(finish):
    section = factories.make_section()
    page = waiting_page(factories.make_superuser(), section)
    page.title = "Not approved"
    page.save_revision(user=make_editor_of(section, "add", "change"))
    finish(page)
    assert not fresh(page).live


def test_a_draft_of_someone_whose_account_was_deleted_does_not_slip_through(finish, caplog):
    section = factories.make_section()
    page = waiting_page(factories.make_superuser(), section)
    page.owner = factories.make_user("owner")
    page.title = "Not approved"
    writer = make_editor_of(section, "add", "change")
    page.save_revision(user=writer)
    page.save()
    writer.delete()
    with caplog.at_level("INFO", logger="video_pages.ingest.publishing"):
        finish(page)
    assert is_live_and_marked(page) == (False, False)
    assert "the account of who wrote its latest revision is gone" in caplog.text


def test_a_locked_page_waits_until_the_lock_is_gone(finish):
    page = waiting_page(factories.make_superuser())
    VideoPage.objects.filter(pk=page.pk).update(locked=True, locked_by=factories.make_user("other"))
    finish(page)
    assert is_live_and_marked(page) == (False, True)
    VideoPage.objects.filter(pk=page.pk).update(locked=False, locked_by=None)
    periodic.publish_ready_pages(timezone.now())
    assert is_live_and_marked(page) == (True, False)


def test_a_page_that_cannot_be_published_is_logged_once_until_it_can(finish, monkeypatch, caplog):
    page, publish = waiting_page(factories.make_superuser()), publishing._publish_marked
    monkeypatch.setattr(publishing, "_publish_marked", lambda page: page.no_such_column)
    finish(page)
    for _minute in range(2):
        periodic.publish_ready_pages(timezone.now())
    assert caplog.text.count("could not be published though its film is ready") == 1
    monkeypatch.setattr(publishing, "_publish_marked", publish)
    periodic.publish_ready_pages(timezone.now())
    assert is_live_and_marked(page) == (True, False) and page.pk not in publishing._errors._last


def test_publishing_by_hand_takes_the_mark_away(finish):
    page = waiting_page()
    page.get_latest_revision().publish()
    assert is_live_and_marked(page) == (True, False)
    fresh(page).unpublish()
    finish(page)
    assert is_live_and_marked(page) == (False, False)


def test_unpublishing_takes_the_mark_away(finish):
    page = waiting_page()
    VideoPage.objects.filter(pk=page.pk).update(live=True)
    fresh(page).unpublish()
    finish(page)
    assert is_live_and_marked(page) == (False, False)


def test_keep_as_draft_takes_it_back(finish):
    page = waiting_page()
    assert publishing.keep_as_draft(page)
    assert not publishing.keep_as_draft(page)
    finish(page)
    assert is_live_and_marked(page) == (False, False)


def test_a_draft_with_another_film_waits_for_that_one(finish):
    page = waiting_page()
    other = factories.make_video_file(ready=False)
    page.video_file = other
    page.save_revision()
    finish(fresh(page))
    assert is_live_and_marked(page) == (False, True)


def test_other_pages_stay_as_they_are(finish):
    page, other = waiting_page(), waiting_page()
    draft = factories.make_video(video_file=page.video_file, live=False)
    finish(page)
    assert is_live_and_marked(other) == (False, True)
    assert not fresh(draft).live


def test_a_worker_killed_in_between_is_made_up_for():
    page = waiting_page()
    ProcessingJob.objects.update(state="ready")
    periodic.publish_ready_pages(timezone.now())
    assert is_live_and_marked(page) == (True, False)
    assert publishing.publish_ready() == 0


def test_one_page_that_can_not_be_published_does_not_keep_others_back(monkeypatch):
    first, second = waiting_page(), waiting_page()
    ProcessingJob.objects.update(state="ready")
    first.get_latest_revision().delete()
    VideoPage.objects.filter(pk=first.pk).update(latest_revision=None)
    whole = publishing._publish_marked

    def break_on_first(page):
        if page.pk == first.pk:
            raise ValueError("broken")
        return whole(page)

    monkeypatch.setattr(publishing, "_publish_marked", break_on_first)
    assert publishing.publish_ready() == 1
    assert (fresh(first).live, fresh(second).live) == (False, True)


def test_a_schedule_is_kept(finish):
    page = waiting_page()
    page.go_live_at = timezone.now() + timezone.timedelta(days=1)
    page.save_revision()
    finish(page)
    page = fresh(page)
    assert (page.live, page.publish_when_ready) == (False, False)
    assert page.approved_schedule


def test_a_page_past_its_end_stays_a_draft(finish):
    page = waiting_page()
    VideoPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timezone.timedelta(minutes=1))
    finish(page)
    assert is_live_and_marked(page) == (False, False)


def test_a_copy_is_not_marked():
    page = waiting_page()
    copied = page.copy(update_attrs={"slug": "copied", "title": "Copied"}, copy_revisions=False)
    assert not fresh(copied).publish_when_ready
