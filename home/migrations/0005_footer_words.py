"""Friendlier words at the bottom of every page, also where a site has the former default."""

from django.db import migrations, models

FORMER = "Passwords are given by the people who made the films. Ask them, not us."
PRESENT = "Passwords and links come from the people who show the films. Please ask them for yours."


def replace_former_default(apps, schema_editor):
    apps.get_model("home", "SiteSettings").objects.filter(footer=FORMER).update(footer=PRESENT)


class Migration(migrations.Migration):
    dependencies = [("home", "0004_shown_version")]
    operations = [
        migrations.AlterField(
            model_name="sitesettings",
            name="footer",
            field=models.CharField(
                blank=True,
                default=PRESENT,
                help_text="Shown at the bottom of every page, for everyone.",
                max_length=200,
                verbose_name="line at the bottom",
            ),
        ),
        migrations.RunPython(replace_former_default, migrations.RunPython.noop),
    ]
