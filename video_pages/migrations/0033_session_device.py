from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("video_pages", "0032_texts_without_nul")]

    operations = [
        migrations.AddField(
            model_name="videoaccesssession",
            name="device",
            field=models.CharField(
                blank=True,
                choices=[
                    ("computer", "Computer"),
                    ("phone", "Phone"),
                    ("tablet", "Tablet"),
                    ("tv", "Television"),
                    ("other", "Other"),
                ],
                db_default="",
                default="",
                max_length=8,
                verbose_name="device",
            ),
        ),
    ]
