from django.db import migrations

import video_pages.access.fields


class Migration(migrations.Migration):

    dependencies = [
        ("video_pages", "0026_track_documents"),
    ]

    operations = [
        migrations.AddField(
            model_name="videoindexpage",
            name="has_own_texts",
            field=video_pages.access.fields.KeptBooleanField(db_default=False, default=False, editable=False, serialize=False),
        ),
        migrations.AddField(
            model_name="videopage",
            name="has_own_texts",
            field=video_pages.access.fields.KeptBooleanField(db_default=False, default=False, editable=False, serialize=False),
        ),
    ]
