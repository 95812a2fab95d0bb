from django.db import migrations

import video_pages.access.fields


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
    ]
