"""Thumbnails that came with the upload form had the title of their video: others see images, and not that page.

Ours can be told: the form names the file thumbnail.jpg, its title was the video's, and the video shows it. A video that
was renamed since leaves its image as it is; docs/operators.md says how these are found.
"""

import re

from django.db import migrations

OURS = re.compile(r"(^|/)thumbnail(_\w+)?\.jpg$")
NEUTRAL = "Thumbnail"


def make_neutral(apps, schema_editor):
    pages = apps.get_model("video_pages", "VideoPage")
    images = pages._meta.get_field("thumbnail").related_model
    shown = pages.objects.filter(thumbnail__isnull=False).values_list(
        "thumbnail", "thumbnail__file", "thumbnail__title", "title", "draft_title"
    )
    for pk, file, title, *of_page in shown.iterator():
        if OURS.search(file) and title in of_page:
            images.objects.filter(pk=pk).update(title=NEUTRAL)


class Migration(migrations.Migration):
    dependencies = [("video_pages", "0010_film_versions_told_apart")]

    operations = [migrations.RunPython(make_neutral, migrations.RunPython.noop)]
