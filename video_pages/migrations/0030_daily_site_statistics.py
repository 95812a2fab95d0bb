from django.db import migrations, models
from django.db.models import Sum

COLUMNS = (
    "views",
    "unique_viewers",
    "completed",
    "watch_seconds",
    "measured_views",
    "watched_buckets",
    "unlocks",
    "refused_guesses",
    "downloads",
)


def write_days(apps, schema_editor):
    """Write the row of each summed day; `video_pages.analytics.site_days` keeps them from then on."""
    DailyStatistics = apps.get_model("video_pages", "DailyStatistics")
    DailySiteStatistics = apps.get_model("video_pages", "DailySiteStatistics")
    RolledDay = apps.get_model("video_pages", "RolledDay")
    sums = {f"sum_{column}": Sum(column, default=0) for column in COLUMNS}
    found = {row["day"]: row for row in DailyStatistics.objects.order_by().values("day").annotate(**sums)}
    DailySiteStatistics.objects.bulk_create(
        (
            DailySiteStatistics(
                day=day,
                rolled_at=rolled_at,
                **{column: found.get(day, {}).get(f"sum_{column}", 0) for column in COLUMNS},
            )
            for day, rolled_at in RolledDay.objects.values_list("day", "rolled_at")
        ),
        batch_size=500,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('video_pages', '0029_film_facts'),
    ]

    operations = [
        migrations.CreateModel(
            name='DailySiteStatistics',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True)),
                ('rolled_at', models.DateTimeField()),
                ('views', models.PositiveBigIntegerField(default=0)),
                ('unique_viewers', models.PositiveBigIntegerField(default=0)),
                ('completed', models.PositiveBigIntegerField(default=0)),
                ('watch_seconds', models.PositiveBigIntegerField(default=0)),
                ('measured_views', models.PositiveBigIntegerField(default=0)),
                ('watched_buckets', models.PositiveBigIntegerField(default=0)),
                ('unlocks', models.PositiveBigIntegerField(default=0)),
                ('refused_guesses', models.PositiveBigIntegerField(default=0)),
                ('downloads', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.AddIndex(
            model_name='dailystatistics',
            index=models.Index(fields=['day', 'video', 'views'], name='daily_figures_most_viewed'),
        ),
        migrations.RunPython(write_days, migrations.RunPython.noop, elidable=True),
    ]
