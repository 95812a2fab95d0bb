"""Tracks that viewers do not see; what was published before without that is hidden, or made again.

Subtitles in which a camera wrote its positions are hidden. A film whose uploaded file itself was handed to browsers is
made again: until then, they get its renditions.
"""

from django.db import migrations, models
from django.db.models import F

from video_pages.library.telemetry import is_telemetry

CUES = 200
"""How many lines tell what a track is."""


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


class Migration(migrations.Migration):
    dependencies = [("video_pages", "0008_access_until")]

    operations = [
        migrations.AddField(
            model_name="texttrack",
            name="is_hidden",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="The player does not offer it, and nobody who watches can load it.",
                verbose_name="hidden from viewers",
            ),
        ),
        migrations.AlterField(
            model_name="processingjob",
            name="reason",
            field=models.TextField(
                blank=True,
                default="",
                help_text="What editors have to know: why it was refused or failed, or what is left out.",
            ),
        ),
        migrations.RunPython(hide_telemetry, migrations.RunPython.noop),
        migrations.RunPython(make_again, migrations.RunPython.noop),
    ]
