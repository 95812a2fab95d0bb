from django.db import migrations
from django.db.models import F

import video_pages.access.fields

BATCH = 500


def mark_withdrawn(apps, schema_editor):
    """Mark the translations that are off while their originals are live: an editor has unpublished them."""
    for name in ("VideoPage", "VideoIndexPage"):
        pages = apps.get_model("video_pages", name).objects
        off = pages.filter(live=False, expired=False, alias_of__live=True).exclude(locale=F("alias_of__locale"))
        ids = list(off.order_by().values_list("pk", flat=True))  # the columns are in two tables, which no UPDATE joins
        for first in range(0, len(ids), BATCH):
            pages.filter(pk__in=ids[first : first + BATCH]).update(is_withdrawn=True)


class Migration(migrations.Migration):

    dependencies = [
        ("video_pages", "0040_labels_of_invitations"),
    ]

    operations = [
        migrations.AddField(
            model_name="videoindexpage",
            name="is_withdrawn",
            field=video_pages.access.fields.KeptBooleanField(db_default=False, default=False, editable=False, serialize=False),
        ),
        migrations.AddField(
            model_name="videopage",
            name="is_withdrawn",
            field=video_pages.access.fields.KeptBooleanField(db_default=False, default=False, editable=False, serialize=False),
        ),
        migrations.RunPython(mark_withdrawn, migrations.RunPython.noop, elidable=True),
    ]
