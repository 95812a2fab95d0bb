"""Mend what the site published before release 0.1.0.

- Subtitles in which a camera wrote its positions become hidden.
- A video whose uploaded file itself was sent to browsers is processed again; until then browsers get its renditions.
- A thumbnail from the upload form gets a neutral title: other users see images, and not the page of the video. Such an
  image can be recognised: the form names the file thumbnail.jpg, its title is that of the video, and the video shows
  it. The image of a video that was renamed since keeps its title; docs/operators.md says how to find these.
"""

import re

from django.db import migrations
from django.db.models import F

from video_pages.library.telemetry import is_telemetry

CUES = 200
"""The number of lines by which a track is judged."""
THUMBNAIL_OF_THE_FORM = re.compile(r"(^|/)thumbnail(_\w+)?\.jpg$")
NEUTRAL_TITLE = "Thumbnail"


def hide_telemetry(apps, schema_editor):
    tracks = apps.get_model("video_pages", "TextTrack").objects.filter(origin="embedded")
    for track in tracks.iterator():
        if is_telemetry(list(track.cues.order_by("start_ms", "pk")[:CUES])):
            track.is_hidden, track.is_default = True, False
            track.save(update_fields=["is_hidden", "is_default"])


def make_again(apps, schema_editor):
    files = apps.get_model("video_pages", "VideoFile").objects.filter(progressive_name=F("file"))
    jobs = apps.get_model("video_pages", "ProcessingJob").objects.filter(video_file__in=files, state="ready")
    jobs.update(state="queued", attempt=0, progress=0, reason="", finished_at=None, not_before=None, delivered_at=None)

def make_neutral(apps, schema_editor):
    pages = apps.get_model("video_pages", "VideoPage")
    images = pages._meta.get_field("thumbnail").related_model
    shown = pages.objects.filter(thumbnail__isnull=False).values_list(
        "thumbnail", "thumbnail__file", "thumbnail__title", "title", "draft_title"
    )
    for pk, file, title, *of_page in shown.iterator():
        if THUMBNAIL_OF_THE_FORM.search(file) and title in of_page:
            images.objects.filter(pk=pk).update(title=NEUTRAL_TITLE)


class Migration(migrations.Migration):
    replaces = [("video_pages", "0009_hidden_text_tracks"), ("video_pages", "0011_neutral_thumbnail_titles")]

    dependencies = [("video_pages", "0001_release_0_1"), ("wagtailimages", "0027_image_description")]

    operations = [
        migrations.RunPython(hide_telemetry, migrations.RunPython.noop),
        migrations.RunPython(make_again, migrations.RunPython.noop),
        migrations.RunPython(make_neutral, migrations.RunPython.noop),
    ]
