"""Actions on processing and publication: each refuses a user without the right, and logs what it changes."""

import pytest
from django.core.files import File
from wagtail.models import Collection, PageLogEntry

from tests import clips, factories
from tests.actions import assert_refuses_or_acts
from video_pages.core.log_actions import LogAction
from video_pages.ingest import processing, publishing, versions
from video_pages.models import ProcessingJob, VideoFile, VideoPage
from video_pages.sections.editors import set_section_editors
from video_pages.transcoding import jobs
from video_pages.transcoding.probe import probe

pytestmark = pytest.mark.django_db


def again(video, user):
    return processing.ProcessAgainAction(video, video.video_file, user=user)


def stop(video, user):
    return processing.StopProcessingAction(video, video.video_file, user=user)


def publish(video, user):
    return publishing.PublishWhenReadyAction(video, user=user)


def keep(video, user):
    return publishing.KeepAsDraftAction(video, user=user)


def replace(video, user):
    path = clips.mp4(1)
    upload = File(path.open("rb"), name="another.mp4")
    return versions.ReplaceSourceAction(video.video_file, upload, probe(path), user=user)


# Each action, its log entry, and users of groups that it accepts.
ACTIONS = {
    "again": (again, LogAction.PROCESS_AGAIN, {"Editors", "Moderators"}),
    "stop": (stop, LogAction.STOP_PROCESSING, {"Editors", "Moderators"}),
    "publish": (publish, LogAction.PUBLISH_WHEN_READY, {"Moderators"}),
    "keep": (keep, LogAction.KEEP_AS_DRAFT, {"Editors", "Moderators"}),
    "replace": (replace, LogAction.NEW_VERSION, {"Editors", "Moderators"}),
}


def state_of(video):
    page = VideoPage.objects.get(pk=video.pk)
    job = ProcessingJob.objects.get(video_file=page.video_file)
    return job.state, page.publish_when_ready, page.video_file.source_version


def video_for(name):
    """Return a video in the state in which the action `name` has something to do."""
    waits = name in ("stop", "keep")
    file = factories.make_video_file(ready=not waits)
    if waits:
        jobs.submit(file)
    video = factories.make_video("The video", video_file=file, live=False)
    VideoPage.objects.filter(pk=video.pk).update(publish_when_ready=name == "keep")
    PageLogEntry.objects.all().delete()
    return VideoPage.objects.get(pk=video.pk)


@pytest.mark.parametrize("group", ["", "Editors", "Moderators"])
@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_refuses_or_acts_and_logs(name, group):
    make, log_action, accepted = ACTIONS[name]
    video, user = video_for(name), factories.make_user("person", group)
    acts = assert_refuses_or_acts(
        make, video, user, is_accepted=group in accepted, state_of=state_of, log_action=log_action
    )
    assert PageLogEntry.objects.count() == acts


@pytest.mark.parametrize("name", ["again", "stop", "keep"])
def test_nothing_is_logged_where_nothing_is_left_to_do(name):
    make, _log_action, _accepted = ACTIONS[name]
    video = video_for({"again": "stop", "stop": "again", "keep": "again"}[name])
    before = state_of(video)
    assert make(video, factories.make_superuser()).execute() is False
    assert state_of(video) == before and not PageLogEntry.objects.exists()


def test_the_file_of_another_section_is_not_processed_by_an_editor_of_the_page():
    section = factories.make_section("Own")
    editor = factories.make_user("editor")
    set_section_editors(section, people=[editor])
    video = factories.make_video(section=section)
    elsewhere = factories.make_video("Elsewhere").video_file
    VideoFile.objects.filter(pk=elsewhere.pk).update(
        collection=Collection.get_first_root_node().add_child(name="Elsewhere")
    )
    with pytest.raises(processing.ProcessingPermissionError):
        processing.ProcessAgainAction(video, VideoFile.objects.get(pk=elsewhere.pk), user=editor).execute()
    assert ProcessingJob.objects.get(video_file=elsewhere).state == "ready"


def test_the_action_on_an_alias_is_logged_at_its_source():
    video = video_for("again")
    alias = video.create_alias(parent=factories.make_section(), update_slug="alias")
    PageLogEntry.objects.all().delete()
    assert again(alias, factories.make_superuser()).execute()
    assert PageLogEntry.objects.get().page_id == video.pk
