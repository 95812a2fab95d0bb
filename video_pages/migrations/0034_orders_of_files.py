from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('video_pages', '0033_session_device'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='videofile',
            index=models.Index(fields=['created_at'], name='video_files_newest_first'),
        ),
        migrations.AddIndex(
            model_name='videofile',
            index=models.Index(fields=['duration'], name='video_files_by_duration'),
        ),
    ]
