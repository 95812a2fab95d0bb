"""The sums of the whole site by day, which repeat what the rows of its pages add up to."""

from django.db import models


class DailySiteStatistics(models.Model):
    """The sum of the DailyStatistics of one day, over all videos and sections; `site_days` writes and reads it.

    `unique_viewers` is the sum over the videos. DailyReach has the number of different viewers.
    """

    day = models.DateField(unique=True)
    rolled_at = models.DateTimeField()  # as in the RolledDay of the sums that were added up
    views = models.PositiveBigIntegerField(default=0)
    unique_viewers = models.PositiveBigIntegerField(default=0)
    completed = models.PositiveBigIntegerField(default=0)
    watch_seconds = models.PositiveBigIntegerField(default=0)
    measured_views = models.PositiveBigIntegerField(default=0)
    watched_buckets = models.PositiveBigIntegerField(default=0)
    unlocks = models.PositiveBigIntegerField(default=0)
    refused_guesses = models.PositiveBigIntegerField(default=0)
    downloads = models.PositiveBigIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.day}"
