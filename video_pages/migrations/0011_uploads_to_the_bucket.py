"""An upload may go straight to the bucket."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("video_pages", "0010_embed_sites")]

    operations = [
        migrations.AddField(
            model_name="resumableupload",
            name="object_name",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The name in the bucket, if it goes there.",
                max_length=255,
            ),
        ),
        migrations.AddField(
            model_name="resumableupload",
            name="object_parts",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="The bucket's id of the parts that are not joined yet.",
            ),
        ),
    ]
