"""Raw rows of views, downloads and attempts at passwords, kept for a while, and sums by day, kept for good."""

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
    # These columns are older than their fields' names; tables and columns keep their names.
    watched_buckets = models.PositiveSmallIntegerField(
        default=0, db_column="hundredths", help_text=_("How many of them: 100 is the whole film.")
    )
    version = models.CharField(
        max_length=40,
        blank=True,
        default="",
        db_default="",
        db_column="film",
        help_text=_("Which version was watched; see `watching`."),
    )
    last_report_at = models.DateTimeField(
        null=True, blank=True, db_column="last_beat_at", help_text=_("When the last watch report arrived.")
    )
    is_completed = models.BooleanField(default=False)
    # None for a view that no invitation opened.
    invitation = models.ForeignKey(
        "video_pages.Invitation",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="video_views",
        verbose_name=_("invitation"),
    )
    invitation_viewer = models.ForeignKey(
        "video_pages.InvitationViewer",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="video_views",
        verbose_name=_("viewer of the invitation"),
    )

    class Meta:
        verbose_name = _("view")
        verbose_name_plural = _("views")
        constraints = [
            models.UniqueConstraint(fields=["video", "access_ref"], name="one_view_per_access_and_video"),
        ]
        indexes = [
            models.Index(fields=["video", "started_at"], name="views_of_a_video_by_time"),
            models.Index(fields=["started_at"], name="views_by_time"),
            models.Index(fields=["access_ref"], name="views_by_access"),
        ]

    def __str__(self) -> str:
        return f"{self.video_id} {self.started_at:%Y-%m-%d %H:%M}"


class InvitationWatch(models.Model):
    """The part of one version of a film that a viewer of an invitation has watched, if no view says so any more.

    The views were removed, or are of a later version now. It is kept with the viewer; `invitations.watched_films` adds
    it to the views that are still there.
    """

    viewer = models.ForeignKey(
        "video_pages.InvitationViewer",
        on_delete=models.CASCADE,
        related_name="kept_watches",
        db_index=False,  # the constraint below begins with this column
    )
    video = models.ForeignKey("video_pages.VideoPage", on_delete=models.CASCADE, related_name="+")
    version = models.CharField(max_length=40, blank=True)
    watched = models.CharField(max_length=25, blank=True, help_text=_("As in a view."))
    is_measured = models.BooleanField(default=False, help_text=_("A watch report has arrived."))
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["viewer", "video", "version"], name="kept_watch_is_one_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.viewer_id} {self.video_id} {self.version}"


class AccessEvent(models.Model):
    """One attempt at a password, right or refused, on the page where it was typed; or a download of a video.

    `access_ref` of a download names its access, as in VideoView, which counts one download at most.
    """

    class Kind(models.TextChoices):
        UNLOCK = "unlock", _("Unlock")
        REFUSED = "refused", _("Refused guess")
        DOWNLOAD = "download", _("Download")

    video = models.ForeignKey(
        "video_pages.VideoPage", null=True, blank=True, on_delete=models.CASCADE, related_name="access_events"
    )
    section = models.ForeignKey(
        "video_pages.VideoIndexPage", null=True, blank=True, on_delete=models.CASCADE, related_name="access_events"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    happened_at = models.DateTimeField(default=timezone.now, db_index=True)
    access_ref = models.CharField(max_length=80, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(video__isnull=False, section__isnull=True) | Q(video__isnull=True, section__isnull=False),
                name="access_event_of_one_page",
            ),
            models.UniqueConstraint(
                fields=["video", "access_ref"], condition=~Q(access_ref=""), name="one_download_per_access_and_video"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_at:%Y-%m-%d %H:%M}"


class DailyStatistics(models.Model):
    """The sums of one day for one page: everything of a video, the attempts at passwords of a section."""

    video = models.ForeignKey(
        "video_pages.VideoPage", null=True, blank=True, on_delete=models.CASCADE, related_name="daily_statistics"
    )
    section = models.ForeignKey(
        "video_pages.VideoIndexPage", null=True, blank=True, on_delete=models.CASCADE, related_name="daily_statistics"
    )
    day = models.DateField(db_index=True)
    views = models.PositiveIntegerField(default=0)
    unique_viewers = models.PositiveIntegerField(default=0)
    completed = models.PositiveIntegerField(default=0)
    watch_seconds = models.PositiveBigIntegerField(default=0)
    measured_views = models.PositiveIntegerField(
        default=0, help_text=_("Views with a watch report; averages and retention are of these.")
    )
    watched_buckets = models.PositiveBigIntegerField(
        default=0, db_column="hundredths", help_text=_("The sum of the hundredths of those views.")
    )
    unlocks = models.PositiveIntegerField(default=0)
    refused_guesses = models.PositiveIntegerField(default=0)
    downloads = models.PositiveIntegerField(default=0, db_default=0)
    retention = models.JSONField(default=list, blank=True, help_text=_("Views by hundredth of the film: 100 counts."))
    versions = models.JSONField(
        null=True,
        blank=True,
        db_column="films",
        help_text=_("How far people watched each version of the film; see `watching`."),
    )
    version_views = models.JSONField(
        null=True,
        blank=True,
        db_column="film_views",
        help_text=_("Views by version of the film, also those without a watch report."),
    )
    devices = models.JSONField(default=dict, blank=True)
    referrers = models.JSONField(default=dict, blank=True)

    class Meta:
        db_table = "video_pages_dailyfigures"  # the first name of the model; tables keep their names
        constraints = [
            models.CheckConstraint(
                condition=Q(video__isnull=False, section__isnull=True) | Q(video__isnull=True, section__isnull=False),
                name="daily_figures_of_one_page",
            ),
            models.UniqueConstraint(fields=["video", "day"], name="daily_figures_once_per_video"),
            models.UniqueConstraint(fields=["section", "day"], name="daily_figures_once_per_section"),
        ]
        indexes = [models.Index(fields=["day", "video", "views"], name="daily_figures_most_viewed")]

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
