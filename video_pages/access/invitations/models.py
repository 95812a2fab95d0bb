"""The rows of invitations: `Invitation`, its viewers (browsers), its refusals, and who gets mail about it."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from video_pages.core.one_page import AboutOnePage, one_page

MOST_LABEL = 100  # characters


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Queries for invitations by their state."""

    def lasting(self, now: dt.datetime) -> Self:
        """Return the invitations that are not over at `now` (aware): those that open something then, or will."""
        return self.filter(models.Q(ends_at=None) | models.Q(ends_at__gt=now), revoked_at=None)


class Invitation(AboutOnePage):
    """A named password or link of a video or section, with limits and an end of its own.

    It opens what the password of its page would open. It holds no secret: of a password its hash, of a link the keyed
    digest of its token; dumps contain neither, so an invitation that was loaded from one opens nothing.
    """

    rows_of_page = "invitations"
    has_page_indexes = False  # the indexes below begin with these columns

    class Kind(models.TextChoices):
        PASSWORD = "password", _("Password")
        LINK = "link", _("Link")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    label = models.CharField(_("label"), max_length=MOST_LABEL, help_text=_("Who is invited, such as “Jury B”."))
    note = models.TextField(_("note"), blank=True, help_text=_("Only editors see it."))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("made by"),
    )
    created_at = models.DateTimeField(_("made"))
    is_from_request = models.BooleanField(
        default=False, db_default=False, editable=False, help_text=_("The label is the name of a person who asked.")
    )
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    window_hours = models.PositiveIntegerField(
        _("watch window (hours)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Each viewer may watch for this long from the first playback, and finish a film that has begun."),
    )
    most_viewers = models.PositiveIntegerField(
        _("viewers, at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("How many browsers may play. A browser that only opens the page does not count."),
    )
    at_once = models.PositiveIntegerField(
        _("at the same time"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("How many browsers may play at the same time."),
    )
    allows_download = models.BooleanField(_("downloads allowed"), default=False, db_default=False)
    shows_label = models.BooleanField(_("label over the picture"), default=False, db_default=False)
    password_setup = models.CharField(
        max_length=128,
        blank=True,
        default="",
        db_default="",
        serialize=False,
        editable=False,
        help_text=_("Everything in the hash before the digest: hasher, rounds and salt."),
    )
    password_hash = models.CharField(
        max_length=255, blank=True, default="", db_default="", serialize=False, editable=False
    )
    token_digest = models.CharField(max_length=64, null=True, blank=True, unique=True, serialize=False, editable=False)
    # Those of `by_mail.bindings`. Dumps have both: without them, a restored invitation would open for others.
    mail_domain = models.CharField(max_length=253, blank=True, default="", db_default="", editable=False)
    mail_digest = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    revoked_at = models.DateTimeField(_("ended by hand"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("ended by"),
    )
    uses = models.PositiveIntegerField(
        _("viewers"), default=0, db_default=0, help_text=_("Browsers that have played with it.")
    )
    first_played_at = models.DateTimeField(_("first played"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            one_page("invitation_opens_one_thing"),
        ]
        indexes = [
            models.Index(fields=["video", "password_setup"], name="invitations_of_a_video"),
            models.Index(fields=["section", "password_setup"], name="invitations_of_a_section"),
            models.Index(fields=["password_hash"], name="invitations_by_password"),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        super().clean()
        if self.opens_at and self.ends_at and self.ends_at <= self.opens_at:
            raise ValidationError({"ends_at": _("The end must be after the beginning.")}, code="ends_first")


class InvitationViewer(models.Model):
    """One browser that has opened an invitation. No address is kept, and no name.

    A browser is found again by `viewer`, the digest of an id in its signed cookie or of the key of a frame. It has a
    `number` since it has played: 1 for the first viewer.
    """

    invitation = models.ForeignKey(
        Invitation,
        on_delete=models.CASCADE,
        related_name="viewers",
        db_index=False,  # the constraint below begins with this column
        verbose_name=_("invitation"),
    )
    viewer = models.CharField(max_length=64, editable=False)
    number = models.PositiveIntegerField(_("number"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    confirmed_at = models.DateTimeField(_("confirmed by mail code"), null=True, blank=True)
    first_played_at = models.DateTimeField(_("first played"), null=True, blank=True)
    last_played_at = models.DateTimeField(_("last played"), null=True, blank=True)
    window_ends_at = models.DateTimeField(_("end of the watch window"), null=True, blank=True)
    finishes_at = models.DateTimeField(
        null=True, blank=True, help_text=_("15 minutes after the end of the last film that began in the watch window.")
    )

    class Meta:
        verbose_name = _("viewer of an invitation")
        verbose_name_plural = _("viewers of invitations")
        constraints = [
            models.UniqueConstraint(fields=["invitation", "viewer"], name="invitation_viewer_is_one_browser"),
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id} {self.number or ''}".strip()


class InvitationRefusal(models.Model):
    """The refusals of one viewer for one reason, or (`viewer` None) of all people who had not opened the invitation."""

    class Reason(models.TextChoices):
        REVOKED = "revoked", _("Ended by hand")
        ENDED = "ended", _("Ended")
        NOT_YET = "not_yet", _("Not yet open")
        USED_UP = "used_up", _("Used up")
        AT_ONCE = "at_once", _("Too many at once")
        WRONG_CODE = "code", _("Wrong mail code")

    invitation = models.ForeignKey(
        Invitation,
        on_delete=models.CASCADE,
        related_name="refusals",
        db_index=False,  # a constraint below begins with this column
        verbose_name=_("invitation"),
    )
    viewer = models.ForeignKey(
        InvitationViewer,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="refusals",
        verbose_name=_("viewer"),
    )
    reason = models.CharField(_("reason"), max_length=8, choices=Reason.choices)
    times = models.PositiveIntegerField(_("times"), default=1, db_default=1)
    last_at = models.DateTimeField(_("last refused"))

    class Meta:
        verbose_name = _("refusal of an invitation")
        verbose_name_plural = _("refusals of invitations")
        constraints = [
            models.UniqueConstraint(fields=["invitation", "viewer", "reason"], name="refusals_once_per_viewer"),
            models.UniqueConstraint(
                fields=["invitation", "reason"], condition=models.Q(viewer=None), name="refusals_once_without_viewer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id} {self.reason} {self.times}"


class InvitationMail(models.Model):
    """The choice of a user to get mail once a day about invitations, and the end of the time that was mailed."""

    class About(models.TextChoices):
        NOTHING = "nothing", _("No mail")
        OWN = "own", _("Invitations that I made")
        ALL = "all", _("All invitations that I may change")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitation_mail")
    about = models.CharField(_("once a day, about"), max_length=8, choices=About.choices, default=About.NOTHING)
    mailed_until = models.DateTimeField(null=True, blank=True, editable=False, db_column="told_until")

    class Meta:
        verbose_name = _("mail about invitations")
        verbose_name_plural = _("mail about invitations")

    def __str__(self) -> str:
        return f"{self.user_id} {self.about}"
