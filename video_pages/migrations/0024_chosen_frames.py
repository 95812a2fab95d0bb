import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("video_pages", "0023_ladder_parts"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChosenFrame",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source_version", models.PositiveIntegerField()),
                (
                    "at_seconds",
                    models.FloatField(help_text="A moment at which the frame is shown, from the beginning."),
                ),
                ("key", models.CharField(help_text="Names one choice: a worker finishes no other.", max_length=22)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("drawing", "Being drawn"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        db_index=True,
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("attempt", models.PositiveSmallIntegerField(default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                (
                    "video_file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chosen_frame",
                        to="video_pages.videofile",
                    ),
                ),
            ],
        ),
    ]
