from django.db import migrations, models


class Migration(migrations.Migration):
    """Rename two fields, not their columns: servers of the version before still read and write these."""

    dependencies = [
        ('video_pages', '0037_version_of_words'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField('accessrequest', 'told_at', 'mailed_at'),
                migrations.AlterField(
                    'accessrequest',
                    'mailed_at',
                    models.DateTimeField(blank=True, db_column='told_at', null=True, verbose_name='mailed'),
                ),
                migrations.RenameField('invitationmail', 'told_until', 'mailed_until'),
                migrations.AlterField(
                    'invitationmail',
                    'mailed_until',
                    models.DateTimeField(blank=True, db_column='told_until', editable=False, null=True),
                ),
            ],
        ),
    ]
