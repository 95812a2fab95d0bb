import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("video_pages", "0025_upload_inspection"),
    ]

    operations = [
        migrations.AddField(
            model_name="texttrack",
            name="version",
            field=models.PositiveIntegerField(
                db_default=1,
                default=1,
                editable=False,
                help_text="Rises with each change: an editor saves over no other one.",
            ),
        ),
        migrations.CreateModel(
            name="TrackDocument",
            fields=[
                (
                    "track",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="document",
                        serialize=False,
                        to="video_pages.texttrack",
                    ),
                ),
                ("text", models.TextField()),
            ],
        ),
    ]
