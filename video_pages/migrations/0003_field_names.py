# Only names of fields: no column changes.

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('video_pages', '0002_older_libraries'),
    ]

    operations = [
        migrations.AlterField(
            model_name='dailystatistics',
            name='film_views',
            field=models.JSONField(blank=True, db_column='film_views', help_text='Views by version of the film, also those without a watch report.', null=True),
        ),
        migrations.RenameField(
            model_name='dailystatistics',
            old_name='film_views',
            new_name='version_views',
        ),
        migrations.AlterField(
            model_name='dailystatistics',
            name='films',
            field=models.JSONField(blank=True, db_column='films', help_text='How far people watched each version of the film; see `watching`.', null=True),
        ),
        migrations.RenameField(
            model_name='dailystatistics',
            old_name='films',
            new_name='versions',
        ),
        migrations.AlterField(
            model_name='dailystatistics',
            name='hundredths',
            field=models.PositiveBigIntegerField(db_column='hundredths', default=0, help_text='The sum of the hundredths of those views.'),
        ),
        migrations.RenameField(
            model_name='dailystatistics',
            old_name='hundredths',
            new_name='watched_buckets',
        ),
        migrations.AlterField(
            model_name='videoview',
            name='film',
            field=models.CharField(blank=True, db_column='film', db_default='', default='', help_text='Which version was watched; see `watching`.', max_length=40),
        ),
        migrations.RenameField(
            model_name='videoview',
            old_name='film',
            new_name='version',
        ),
        migrations.AlterField(
            model_name='videoview',
            name='hundredths',
            field=models.PositiveSmallIntegerField(db_column='hundredths', default=0, help_text='How many of them: 100 is the whole film.'),
        ),
        migrations.RenameField(
            model_name='videoview',
            old_name='hundredths',
            new_name='watched_buckets',
        ),
        migrations.AlterField(
            model_name='workerheartbeat',
            name='seen_at',
            field=models.DateTimeField(db_column='seen_at', db_index=True, default=django.utils.timezone.now),
        ),
        migrations.RenameField(
            model_name='workerheartbeat',
            old_name='seen_at',
            new_name='renewed_at',
        ),
        migrations.AlterField(
            model_name='resumableupload',
            name='video_file',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='resumable_upload', to='video_pages.videofile'),
        ),
    ]
