"""A job remembers the request that queued it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("video_pages", "0005_list_entries")]

    operations = [
        migrations.AddField(
            model_name="processingjob",
            name="request_id",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The id of the request that queued it; the lines of its log have it.",
                max_length=32,
            ),
        ),
    ]
