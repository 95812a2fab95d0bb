"""Process again, stop, keep as draft: effect, permissions, and the status of a job in listing and panel."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from tests import factories
from tests.wagtail_admin.page_screens import make_editor_of, text_of
from video_pages.ingest import publishing
from video_pages.models import ProcessingJob, Rendition, VideoFile, VideoPage
from video_pages.transcoding import claims, jobs

pytestmark = pytest.mark.django_db
SCRIPT = {"x-requested-with": "XMLHttpRequest"}
ACTIONS = ("video_process_again", "video_stop_processing", "video_keep_as_draft")


def waiting_video(title="Salt flats", **fields):
    video = factories.make_video(title, video_file=factories.make_video_file(ready=False), **fields)
    jobs.submit(video.video_file)
    return video


def job_of(video):
    return ProcessingJob.objects.get(video_file=video.video_file_id)


def at(name, video):
    return reverse(name, args=(video.pk,))


def panel(client, video):
    return text_of(client.get(f"/admin/access/{video.pk}/processing/", headers=SCRIPT).content.decode())


def listing(client):
    return text_of(client.get("/admin/videos/").content.decode())


def actions_of(video):
    return set(PageLogEntry.objects.filter(page=video.pk).values_list("action", flat=True))


class TestStop:
    def test_it_asks_first_and_then_stops_and_says_who_did(self, editor):
        video = waiting_video()
        question = editor.get(at("video_stop_processing", video))
        assert "Files that have been made stay as they are." in question.content.decode()
        assert job_of(video).state == "queued"
        response = editor.post(at("video_stop_processing", video))
        assert response.url == reverse("wagtailadmin_pages:edit", args=(video.pk,))
        assert (job_of(video).state, job_of(video).reason) == ("failed", "Stopped by admin.")
        assert "video_pages.stop_processing" in actions_of(video)

    def test_the_script_of_the_editor_gets_the_panel_as_it_is_now(self, editor):
        video = waiting_video()
        answer = text_of(editor.post(at("video_stop_processing", video), headers=SCRIPT).content.decode())
        assert answer.startswith("Failed Stopped by admin. Process again")

    def test_a_finished_job_is_not_changed(self, editor):
        video = factories.make_video()
        editor.post(at("video_stop_processing", video))
        assert job_of(video).state == "ready"
        assert "video_pages.stop_processing" not in actions_of(video)

    def test_the_return_address_stays_on_this_site(self, editor):
        video = waiting_video()
        inside = editor.post(at("video_stop_processing", video), {"next": "/admin/videos/"})
        assert inside.url == "/admin/videos/"
        outside = editor.post(at("video_stop_processing", video), {"next": "https://example.org/"})
        assert outside.url == reverse("wagtailadmin_pages:edit", args=(video.pk,))


class TestProcessAgain:
    @pytest.mark.parametrize("state", ["ready", "refused", "failed"])
    def test_a_job_that_has_ended_begins_anew(self, editor, state):
        video = factories.make_video()
        ProcessingJob.objects.update(state=state, reason="as it was")
        editor.post(at("video_process_again", video))
        assert (job_of(video).state, job_of(video).reason) == ("queued", "")
        assert "video_pages.process_again" in actions_of(video)

    def test_the_script_of_the_editor_gets_the_panel_as_it_is_now(self, editor):
        video = factories.make_video()
        answer = text_of(editor.post(at("video_process_again", video), headers=SCRIPT).content.decode())
        assert answer.startswith("Waiting · next in line Stop")

    def test_a_running_job_is_not_begun_twice(self, editor):
        video = waiting_video()
        jobs.claim(job_of(video).pk)
        editor.post(at("video_process_again", video))
        assert job_of(video).state == "processing"
        assert "video_pages.process_again" not in actions_of(video)

    def test_a_file_that_was_never_submitted_is_submitted(self, editor):
        video = factories.make_video(video_file=factories.make_video_file(ready=False))
        editor.post(at("video_process_again", video))
        assert job_of(video).state == "queued"

    def test_an_alias_stands_for_its_source(self, editor):
        video = factories.make_video()
        alias = video.create_alias(update_slug="again")
        editor.post(at("video_process_again", alias))
        assert job_of(video).state == "queued"
        assert "video_pages.process_again" in actions_of(video)

    def test_the_action_applies_to_the_file_of_the_draft(self, editor):
        video = factories.make_video()
        video.video_file = factories.make_video_file()
        video.save_revision()
        editor.post(at("video_process_again", video))
        assert job_of(video).state == "queued"
        assert ProcessingJob.objects.filter(state="ready").count() == 1

    def test_a_page_without_a_film_has_nothing_to_process(self, editor):
        video = factories.make_video()
        VideoPage.objects.filter(pk=video.pk).update(video_file=None)
        assert editor.post(at("video_process_again", video)).status_code == 404


class TestKeepAsDraft:
    def test_the_page_no_longer_goes_live_by_itself(self, editor):
        video = waiting_video(live=False)
        publishing.publish_when_ready(video)
        assert "The page goes live by itself when the film is ready to play." in panel(editor, video)
        editor.post(at("video_keep_as_draft", video))
        video.refresh_from_db()
        assert not video.publish_when_ready
        assert "video_pages.publish_when_ready_withdrawn" in actions_of(video)


class TestWhoMay:
    @pytest.mark.parametrize("name", ACTIONS)
    def test_an_editor_of_the_section_may(self, name):
        section = factories.make_section()
        video = waiting_video(section=section)
        client = factories.browser(make_editor_of(section, "change"))
        assert client.post(at(name, video)).status_code == 302

    @pytest.mark.parametrize("name", ACTIONS)
    def test_an_editor_of_another_section_may_not(self, name):
        video = waiting_video()
        client = factories.browser(make_editor_of(factories.make_section(), "change"))
        for response in (client.get(at(name, video), headers=SCRIPT), client.post(at(name, video), headers=SCRIPT)):
            assert response.status_code == 403
        assert job_of(video).state == "queued"

    @pytest.mark.parametrize("name", ACTIONS)
    def test_an_alias_in_the_editors_section_gives_no_right_to_its_source(self, name):
        section = factories.make_section()
        alias = waiting_video().create_alias(parent=section, update_slug="alias")
        client = factories.browser(make_editor_of(section, "change"))
        assert client.post(at(name, alias), headers=SCRIPT).status_code == 403

    @pytest.mark.parametrize("name", ACTIONS)
    def test_visitors_are_sent_to_the_login(self, name):
        response = factories.browser().post(at(name, waiting_video()))
        assert (response.status_code, response.url.startswith("/admin/login/")) == (302, True)

    @pytest.mark.parametrize("name", ACTIONS)
    def test_a_forged_form_is_refused(self, name):
        video = waiting_video()
        client = factories.browser(factories.make_superuser(), enforce_csrf_checks=True)
        assert client.post(at(name, video)).status_code == 403
        assert job_of(video).state == "queued"

    @pytest.mark.parametrize("name", ACTIONS)
    def test_other_pages_have_no_film(self, editor, name):
        assert editor.post(at(name, factories.make_section())).status_code == 404


class TestWhatIsShown:
    def test_a_waiting_job_names_its_place(self, editor):
        first, second, third = waiting_video("First"), waiting_video("Second"), waiting_video("Third")
        assert panel(editor, first).startswith("Waiting · next in line Stop")
        assert panel(editor, second).startswith("Waiting · 2nd in line")
        assert "Waiting Stop 3rd in line" in listing(editor)
        assert panel(editor, third).startswith("Waiting · 3rd in line")

    def test_a_running_job_says_step_percent_and_time_left(self, editor):
        video = waiting_video()
        jobs.renew(jobs.claim(job_of(video).pk), step="ladder", progress=20)
        ProcessingJob.objects.update(started_at=timezone.now() - dt.timedelta(seconds=48))
        expected = "Being processed 20% · Making every size · about 4 minutes left"
        assert panel(editor, video).startswith(expected)
        assert "Being processed 20% Stop Making every size about 4 minutes left" in listing(editor)

    def test_a_failed_try_says_when_the_next_begins_and_why(self, editor):
        video = waiting_video()
        claims.retry_later(jobs.claim(job_of(video).pk), reason="The disk is full.")
        assert "Waiting · try 2 of 3 begins in 30 seconds The disk is full." in panel(editor, video)

    def test_a_failed_job_can_be_processed_again_from_the_listing(self, editor):
        waiting_video()
        ProcessingJob.objects.update(state="failed", reason="Stopped by Ada.")
        assert "Failed Process again Stopped by Ada." in listing(editor)

    def test_the_listing_offers_nothing_to_those_who_may_not_edit(self):
        section = factories.make_section()
        waiting_video(section=section)
        client = factories.browser(make_editor_of(section, "publish"))
        assert "next in line" in listing(client)
        assert "Stop" not in listing(client)

    def test_renditions_and_facts_are_in_tables(self, editor):
        video = factories.make_video(video_file=factories.make_video_file(width=1920, height=1080, frame_rate=25.0))
        VideoFile.objects.update(
            package="0123456789ab",
            facts={
                "audio_tracks": [{"codec": "aac", "channels": 2, "language": "de", "title": "Deutsch"}],
                "subtitle_tracks": [{"codec": "subrip", "language": "en", "title": ""}],
                "bit_rate": 5_200_000,
                "transfer": "hlg",
                "rotation": 90,
            },
        )
        for package, name in (("0123456789ab", "1080p"), ("ffffffffffff", "720p")):
            Rendition.objects.create(
                video_file=video.video_file,
                package=package,
                kind="video",
                name=name,
                width=1920,
                height=1080,
                average_bandwidth=4_100_000,
                size_bytes=3 * 1024 * 1024,
            )
        shown = panel(editor, video)
        assert "Picture 1920×1080, h264, 25 frames a second, HLG, turned by 90°" in shown
        assert "Sound Deutsch de, aac, stereo" in shown
        assert "Subtitles en" in shown
        assert "Bit rate 5.2 Mbit/s" in shown
        assert "1080p Picture 1920×1080 4.1 Mbit/s 3 MB" in shown
        assert "720p" not in shown

    def test_metadata_of_a_file_is_escaped(self, editor):
        video = factories.make_video()
        VideoFile.objects.update(facts={"audio_tracks": [{"codec": "aac", "title": "<script>alert(1)</script>"}]})
        answer = editor.get(f"/admin/access/{video.pk}/processing/", headers=SCRIPT).content.decode()
        assert "<script>" not in answer
        assert "&lt;script&gt;" in answer


@pytest.mark.parametrize("state", ["queued", "processing", "failed", "ready"])
def test_queries_of_the_listing_do_not_grow_with_the_number_of_jobs(editor, state):
    section = factories.make_section()
    waiting_video("First", section=section)
    ProcessingJob.objects.update(state=state)
    listing(editor)
    with CaptureQueriesContext(connection) as few:
        listing(editor)
    for number in range(3):
        waiting_video(f"Film {number}", section=section)
    ProcessingJob.objects.update(state=state)
    with CaptureQueriesContext(connection) as many:
        listing(editor)
    assert len(many) == len(few)


def test_the_status_of_many_jobs_costs_two_queries():
    """In addition to Wagtail's own queries for each row of editors with few permissions."""
    section = factories.make_section()
    client = factories.browser(make_editor_of(section, "change"))
    for number in range(4):
        waiting_video(f"Film {number}", section=section)
    listing(client)
    with CaptureQueriesContext(connection) as waiting:
        assert "Stop 4th in line" in listing(client)
    ProcessingJob.objects.update(state="ready")
    with CaptureQueriesContext(connection) as ready:
        listing(client)
    assert len(waiting) - len(ready) <= 2
