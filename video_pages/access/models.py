"""The rows that decide access: VideoAccessSession and Guess; and the columns of a page that can guard."""

import datetime as dt
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from video_pages.access.fields import (
    KeptCharField,
    KeptColumnsMixin,
    KeptDateTimeField,
    KeptPositiveIntegerField,
)
from video_pages.core import clock
from video_pages.core.one_page import AboutOnePage, one_page
from video_pages.core.user_agents import Device


class Listed(models.TextChoices):
    """The places where the title of a page shows; see access/listed.py."""

    EVERYWHERE = "everywhere", _("Everywhere")
    UNLOCKED = "unlocked", _("Only to those who have unlocked it")
    NOWHERE = "nowhere", _("Nowhere: only those who have its address find it")


class Downloads(models.TextChoices):
    """The choice of a video or section about downloads; see access/downloads.py."""

    INHERIT = "inherit", _("As the section above says; without any choice there, off")
    ALLOWED = "allowed", _("Allowed: whoever may watch may keep a copy")
    OFF = "off", _("Off, also for those whose invitation allows them")


class GuardColumns(KeptColumnsMixin, models.Model):
    """The kept columns of a page whose password can open videos."""

    # A password decides who may watch; it is no content: see access/fields.py.
    password_hash = KeptCharField(max_length=255, blank=True, default="")
    password_changed_at = KeptDateTimeField(null=True, blank=True)
    access_minutes = KeptPositiveIntegerField(null=True, blank=True)
    # From this moment on the password opens nothing, and all access that it gave has ended.
    access_until = KeptDateTimeField(null=True, blank=True)
    # The page's own part of its window, which also binds everything below it: see access/window.py.
    opens_at = KeptDateTimeField(null=True, blank=True)
    closes_at = KeptDateTimeField(null=True, blank=True)
    listed = KeptCharField(
        max_length=10, choices=Listed.choices, default=Listed.EVERYWHERE, db_default=Listed.EVERYWHERE.value
    )

    downloads = KeptCharField(
        max_length=8, choices=Downloads.choices, default=Downloads.INHERIT, db_default=Downloads.INHERIT.value
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


class VideoAccessSession(AboutOnePage):
    """One browser's permission to watch one video, or every video that one section guards."""

    rows_of_page = "access_sessions"

    session_key = models.CharField(
        max_length=64, help_text=_("SHA-256 of a random key in the browser's session, in hexadecimal.")
    )
    created_at = models.DateTimeField(_("since"))
    expires_at = models.DateTimeField(_("until"), db_index=True)
    # Shown to editors in the list of open sessions; all three may be empty, and none identifies a person.
    network = models.CharField(_("from"), max_length=43, blank=True, help_text=_("A part of the address: /24 or /48."))
    browser_family = models.CharField(_("browser"), max_length=40, blank=True)
    device = models.CharField(_("device"), max_length=8, choices=Device.choices, blank=True, default="", db_default="")
    # None for access that the page's own password gave.
    granted_by = models.ForeignKey(
        "video_pages.Invitation",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="access_sessions",
        verbose_name=_("invitation"),
    )
    viewer = models.ForeignKey(
        "video_pages.InvitationViewer",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="access_sessions",
        verbose_name=_("viewer of the invitation"),
    )
    # The id of the first of the rows that were replaced one after the other before this one; None if none was. What
    # lasts longer than a request finds the present row by it: see access/grant.py.
    first_id = models.BigIntegerField(null=True, blank=True, editable=False, db_index=True)

    objects = VideoAccessSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("open session")
        verbose_name_plural = _("open sessions")
        constraints = [
            one_page("access_session_opens_one_thing"),
            # A browser may have one row by the page's password, and one by each invitation. All NULLs are different,
            # so each page needs two constraints; the indexes of the first two find the rows of a browser.
            models.UniqueConstraint(
                fields=["session_key", "video", "granted_by"], name="access_session_once_per_video_and_invitation"
            ),
            models.UniqueConstraint(
                fields=["session_key", "section", "granted_by"], name="access_session_once_per_section_and_invitation"
            ),
            models.UniqueConstraint(
                fields=["session_key", "video"],
                condition=models.Q(granted_by__isnull=True),
                name="access_session_once_per_video",
            ),
            models.UniqueConstraint(
                fields=["session_key", "section"],
                condition=models.Q(granted_by__isnull=True),
                name="access_session_once_per_section",
            ),
        ]

    def __str__(self) -> str:
        return self.page_key


class Guess(models.Model):
    """A guess at a guard's password, or a request that `request_limit` counts: then `guard` is its kind.

    The row of a guess exists from before the hash until the password proves right. That of a request is never pending.
    """

    guard = models.CharField(
        max_length=32
    )  # "video:12", "section:3" or the kind of a request: no foreign key, a guess outlives a page
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


class PasswordFingerprint(models.Model):
    """The fingerprint of one password, by which the form of a site finds what the password opens; see `fingerprints`.

    `made_for` names the hash that it belongs to. Neither is part of a dump, as no hash of a password is.
    """

    video = models.OneToOneField("video_pages.VideoPage", null=True, on_delete=models.CASCADE, related_name="+")
    section = models.OneToOneField("video_pages.VideoIndexPage", null=True, on_delete=models.CASCADE, related_name="+")
    invitation = models.OneToOneField("video_pages.Invitation", null=True, on_delete=models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=64, db_index=True, serialize=False)
    made_for = models.CharField(max_length=64, serialize=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(video__isnull=False, section=None, invitation=None)
                    | models.Q(video=None, section__isnull=False, invitation=None)
                    | models.Q(video=None, section=None, invitation__isnull=False)
                ),
                name="password_fingerprint_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"password {self.pk}"
