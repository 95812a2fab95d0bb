"""An update of files that older versions made: it removes what should not have been published."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from tests import factories
from video_pages.library.subtitles import ParsedCue
from video_pages.library.text_models import TextTrack
from video_pages.models import VideoFile
from video_pages.transcoding.models import State

pytestmark = pytest.mark.django_db
migration = import_module("video_pages.migrations.0002_older_libraries")


def test_positions_of_a_camera_that_were_published_are_hidden():
    video_file = factories.make_video_file()
    said = {"kind": "subtitles", "language": "en", "label": "English"}
    places = [ParsedCue(n, n + 900, "GPS (7.4474, 46.9479, 15), ISO 100") for n in range(3)]
    found = factories.add_text_track(video_file, places, **said, is_default=True, origin=TextTrack.Origin.EMBEDDED)
    wanted = factories.add_text_track(video_file, places, **said)
    spoken = factories.add_text_track(video_file, [ParsedCue(0, 900, "Hello")], **said, origin="embedded")
    migration.hide_telemetry(apps, None)
    shown = {track.pk: (track.is_hidden, track.is_default) for track in video_file.text_tracks.all()}
    assert shown == {found.pk: (True, False), wanted.pk: (False, False), spoken.pk: (False, False)}


def test_a_film_whose_upload_was_handed_out_is_made_again():
    raw, made = factories.make_video_file(), factories.make_video_file()
    VideoFile.objects.filter(pk=raw.pk).update(progressive_name=raw.file.name)
    migration.make_again(apps, None)
    raw.job.refresh_from_db()
    made.job.refresh_from_db()
    assert (raw.job.state, made.job.state) == (State.QUEUED, State.READY)


def test_titles_of_thumbnails_that_our_form_made_no_longer_name_the_video():
    thumbnails = migration
    images = get_image_model()

    def shown(title, file):
        picture = ContentFile(get_test_image_file().file.getvalue(), name=file)
        image = images.objects.create(title=title, file=picture)
        factories.make_video("Salt flats", thumbnail=image)
        return image

    ours, chosen = shown("Salt flats", "thumbnail.jpg"), shown("Salt flats", "desert.jpg")
    renamed = shown("Salt, first cut", "thumbnail.jpg")
    thumbnails.make_neutral(apps, None)
    titles = dict(images.objects.values_list("pk", "title"))
    assert titles == {ours.pk: "Thumbnail", chosen.pk: "Salt flats", renamed.pk: "Salt, first cut"}
