"""The rows that decide access: VideoAccessSession, Guess, AccessSettings; and the columns of a page that can guard."""

import datetime as dt
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from video_pages.access.fields import (
    KeptCharField,
    KeptColumnsMixin,
    KeptDateTimeField,
    KeptPositiveIntegerField,
)
from video_pages.access.lengths import MAX_ACCESS_MINUTES, LengthField
from video_pages.core import clock
from video_pages.core.prepared import PreparedModel


class Listed(models.TextChoices):
    """Where the title of a page shows; see access/listed.py."""

    EVERYWHERE = "everywhere", _("Everywhere")
    UNLOCKED = "unlocked", _("Only to those who have unlocked it")
    NOWHERE = "nowhere", _("Nowhere: only those who have its address find it")


class GuardColumns(KeptColumnsMixin, models.Model):
    """The kept columns of a page whose password can open videos."""

    # A password is a verdict on who may watch, not content: see access/fields.py.
    password_hash = KeptCharField(max_length=255, blank=True, default="")
    password_changed_at = KeptDateTimeField(null=True, blank=True)
    access_minutes = KeptPositiveIntegerField(null=True, blank=True)
    # From this moment on the password opens nothing, and all access that it gave has ended.
    access_until = KeptDateTimeField(null=True, blank=True)
    listed = KeptCharField(
        max_length=10, choices=Listed.choices, default=Listed.EVERYWHERE, db_default=Listed.EVERYWHERE.value
    )

    class Meta:
        abstract = True

    @property
    def exclude_fields_in_copy(self) -> list[str]:
        """All kept columns but `listed`: a copy of an unlisted page must not appear in lists."""
        return [name for name in super().exclude_fields_in_copy if name != "listed"]


class VideoAccessSessionQuerySet(models.QuerySet["VideoAccessSession"]):
    """Queries for sessions by time."""

    def active(self, at: dt.datetime | None = None) -> Self:
        """Return the sessions that still open their video or section at `at` (aware datetime, default now)."""
        return self.filter(expires_at__gt=at or clock.now())

    def expired(self, at: dt.datetime | None = None) -> Self:
        """Return the sessions that have expired at `at` (aware datetime, default now)."""
        return self.filter(expires_at__lte=at or clock.now())


class VideoAccessSession(models.Model):
    """One browser's permission to watch one video, or every video that one section guards."""

    session_key = models.CharField(
        max_length=64, help_text=_("SHA-256 of a random key in the browser's session, in hexadecimal.")
    )
    video = models.ForeignKey(
        "video_pages.VideoPage",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="access_sessions",
        verbose_name=_("video"),
    )
    section = models.ForeignKey(
        "video_pages.VideoIndexPage",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="access_sessions",
        verbose_name=_("section"),
    )
    created_at = models.DateTimeField(_("since"))
    expires_at = models.DateTimeField(_("until"), db_index=True)
    # Shown to editors in the list of open sessions; both may be empty, and neither identifies a person.
    network = models.CharField(_("from"), max_length=43, blank=True, help_text=_("A part of the address: /24 or /48."))
    browser_family = models.CharField(_("browser"), max_length=40, blank=True)

    objects = VideoAccessSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("open session")
        verbose_name_plural = _("open sessions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(video__isnull=False, section__isnull=True)
                | models.Q(video__isnull=True, section__isnull=False),
                name="access_session_opens_one_thing",
            ),
            models.UniqueConstraint(fields=["session_key", "video"], name="access_session_once_per_video"),
            models.UniqueConstraint(fields=["session_key", "section"], name="access_session_once_per_section"),
        ]

    def __str__(self) -> str:
        return self.guard_key

    @property
    def guard_key(self) -> str:
        """The key of the guard that this row opens, as in `Guard.key`."""
        return f"video:{self.video_id}" if self.video_id else f"section:{self.section_id}"


class Guess(models.Model):
    """One guess at a guard's password. The row exists from before the hash until the password proves right."""

    guard = models.CharField(max_length=32)  # "video:12" or "section:3": no foreign key, a guess outlives a page
    client = models.CharField(max_length=64)  # HMAC of the address, so that no address is kept
    browser = models.CharField(max_length=64, blank=True, default="", db_default="")  # digest of its id; "" without one
    made_at = models.DateTimeField(db_index=True)
    is_pending = models.BooleanField(default=False)  # its password is being checked

    class Meta:
        verbose_name = _("refused guess")
        verbose_name_plural = _("refused guesses")
        indexes = [
            models.Index(fields=["guard", "made_at"], name="guess_by_guard"),
            models.Index(fields=["client", "made_at"], name="guess_by_client"),
            models.Index(fields=["browser", "made_at"], name="guess_by_browser"),
        ]

    def __str__(self) -> str:
        return f"{self.guard} {self.made_at:%Y-%m-%d %H:%M}"


class AccessSettingsForm(WagtailAdminModelForm):
    """The form of the site's rules about access; a length is typed as a number and a unit."""

    access_minutes = LengthField(
        label=_("Access lasts"),
        help_text=_(
            "How long a password opens a video. A film that is longer stays open until 15 minutes after its end."
        ),
    )


@register_setting(icon="lock", order=210)
class AccessSettings(BaseSiteSetting):
    """The rules of a site about access; a section or a video may have its own length of access."""

    class LockedCards(models.TextChoices):
        STILL = "still", _("A blurred still of at most 16 by 9 pixels")
        NEUTRAL = "neutral", _("A neutral card")

    access_minutes = models.PositiveIntegerField(
        _("access lasts (minutes)"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_ACCESS_MINUTES)],
        help_text=_(
            "How long a password opens a video. A film that is longer stays open until 15 minutes after its end."
        ),
    )
    locked_cards = models.CharField(
        _("locked videos show"),
        max_length=16,
        choices=LockedCards.choices,
        default=LockedCards.STILL,
        help_text=_("In lists, for videos without a thumbnail of their own."),
    )

    panels = [FieldPanel("access_minutes", heading=_("Access lasts")), FieldPanel("locked_cards")]
    base_form_class = AccessSettingsForm

    class Meta:
        verbose_name = _("access")

    @classmethod
    def for_request(cls, request: HttpRequest) -> Any:
        """Return the settings of the site of `request`; the defaults if no site has its host."""
        try:
            return super().for_request(request)
        except cls.DoesNotExist:
            return cls()

    @classmethod
    def for_site(cls, site: Any) -> Any:
        """Return the row of `site`; it is created if there is none."""
        return (SETTINGS_OF_SITE.get(site.pk) if site else None) or super().for_site(site)


# Read by every locked page and for every password.
SETTINGS_OF_SITE = PreparedModel(AccessSettings, "site_id")
