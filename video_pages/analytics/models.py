"""Raw rows of views and attempts at passwords, which are kept for a while, and sums by day, which are kept for good."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from video_pages.core.user_agents import Device


class VideoView(models.Model):
    """One view: the first media byte sent under one access.

    `access_ref` names the access without a foreign key, so that the view outlives the access row. It never holds an
    address or a name.
    """

    video = models.ForeignKey(
        "video_pages.VideoPage",
        on_delete=models.CASCADE,
        related_name="video_views",
        db_index=False,  # the constraint below begins with this column
        verbose_name=_("video"),
    )

    access_ref = models.CharField(_("access"), max_length=80)
    started_at = models.DateTimeField(_("started at"), default=timezone.now)
    # The next three are "" if the browser opts out of tracking or does not send the information.
    viewer = models.CharField(max_length=32, blank=True, help_text=_("A digest that is salted anew each day."))
    device = models.CharField(max_length=8, choices=Device.choices, blank=True)
    referrer_host = models.CharField(max_length=120, blank=True)
    watch_seconds = models.PositiveIntegerField(_("watched (seconds)"), default=0)
    watched = models.CharField(
        max_length=25, blank=True, help_text=_("The hundredths of the film that were played: 100 bits in hexadecimal.")
    )
    hundredths = models.PositiveSmallIntegerField(default=0, help_text=_("How many of them: 100 is the whole film."))
    film = models.CharField(
        max_length=40, blank=True, default="", db_default="", help_text=_("Which version was watched; see `watching`.")
    )
    is_completed = models.BooleanField(default=False)
    last_beat_at = models.DateTimeField(null=True, blank=True, help_text=_("When the player last told of itself."))

    class Meta:
        verbose_name = _("view")
        verbose_name_plural = _("views")
        constraints = [
            models.UniqueConstraint(fields=["video", "access_ref"], name="one_view_per_access_and_video"),
        ]
        indexes = [
            models.Index(fields=["video", "started_at"], name="views_of_a_video_by_time"),
            models.Index(fields=["started_at"], name="views_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.video_id} {self.started_at:%Y-%m-%d %H:%M}"


class AccessEvent(models.Model):
    """One attempt at a password, right or refused, on the page where it was typed."""

    class Kind(models.TextChoices):
        UNLOCK = "unlock", _("Unlock")
        REFUSED = "refused", _("Refused guess")

    video = models.ForeignKey(
        "video_pages.VideoPage", null=True, blank=True, on_delete=models.CASCADE, related_name="access_events"
    )
    section = models.ForeignKey(
        "video_pages.VideoIndexPage", null=True, blank=True, on_delete=models.CASCADE, related_name="access_events"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    happened_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(video__isnull=False, section__isnull=True) | Q(video__isnull=True, section__isnull=False),
                name="access_event_of_one_page",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_at:%Y-%m-%d %H:%M}"


class DailyFigures(models.Model):
    """The sums of one day for one page: everything of a video, the attempts at passwords of a section."""

    video = models.ForeignKey(
        "video_pages.VideoPage", null=True, blank=True, on_delete=models.CASCADE, related_name="daily_figures"
    )
    section = models.ForeignKey(
        "video_pages.VideoIndexPage", null=True, blank=True, on_delete=models.CASCADE, related_name="daily_figures"
    )
    day = models.DateField(db_index=True)
    views = models.PositiveIntegerField(default=0)
    unique_viewers = models.PositiveIntegerField(default=0)
    completed = models.PositiveIntegerField(default=0)
    watch_seconds = models.PositiveBigIntegerField(default=0)
    measured_views = models.PositiveIntegerField(
        default=0, help_text=_("Views whose player told how far it was; averages and retention are of these.")
    )
    hundredths = models.PositiveBigIntegerField(default=0, help_text=_("What those views watched, added up."))
    unlocks = models.PositiveIntegerField(default=0)
    refused_guesses = models.PositiveIntegerField(default=0)
    retention = models.JSONField(default=list, blank=True, help_text=_("Views by hundredth of the film: 100 counts."))
    films = models.JSONField(
        null=True, blank=True, help_text=_("How far people watched each version of the film; see `watching`.")
    )
    film_views = models.JSONField(
        null=True, blank=True, help_text=_("Views by version of the film, also those whose player told nothing.")
    )
    devices = models.JSONField(default=dict, blank=True)
    referrers = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(video__isnull=False, section__isnull=True) | Q(video__isnull=True, section__isnull=False),
                name="daily_figures_of_one_page",
            ),
            models.UniqueConstraint(fields=["video", "day"], name="daily_figures_once_per_video"),
            models.UniqueConstraint(fields=["section", "day"], name="daily_figures_once_per_section"),
        ]

    def __str__(self) -> str:
        return f"{self.video_id or self.section_id} {self.day}"


class DailyReach(models.Model):
    """The number of different viewers in one section, or (without one) on the whole site, on one day.

    It is not the sum over the videos, because one viewer may watch two of them.
    """

    section = models.ForeignKey(
        "video_pages.VideoIndexPage", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    day = models.DateField(db_index=True)
    unique_viewers = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["section", "day"], name="daily_reach_once_per_section"),
            models.UniqueConstraint(fields=["day"], condition=Q(section=None), name="daily_reach_once_per_site"),
        ]

    def __str__(self) -> str:
        return f"{self.section_id} {self.day}"


class RolledDay(models.Model):
    """A day whose raw rows were summed, and when: a later watch report makes the day due again."""

    day = models.DateField(unique=True)
    rolled_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.day}"


class DailySalt(models.Model):
    """The random salt of one day's viewer digests; it is removed soon after, so that they cannot be computed again."""

    day = models.DateField(unique=True)
    salt = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.day}"
