"""The rows of requests for access."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from video_pages.core.one_page import AboutOnePage, one_page

MOST_NAME, MOST_REASON = 100, 1000  # characters


class AccessRequest(AboutOnePage):
    """A person's request to watch a video or section. Its personal data is erased after a time; see `erasing`."""

    rows_of_page = "access_requests"

    class State(models.TextChoices):
        NEW = "new", _("New")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", pgettext_lazy("a request", "Refused")
        BLOCKED = "blocked", _("Blocked")

    invitation = models.ForeignKey(
        "video_pages.Invitation",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("former invitation"),
        help_text=_("The invitation that is over, if the request came from it."),
    )
    granted = models.ForeignKey(
        "video_pages.Invitation",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("invitation"),
        help_text=_("The invitation that was given."),
    )
    name = models.CharField(_("name"), max_length=MOST_NAME)
    email = models.EmailField(_("email address"))
    reason = models.TextField(_("reason"), max_length=MOST_REASON, blank=True)
    email_digest = models.CharField(
        max_length=64, db_index=True, editable=False, help_text=_("Keyed digest of the address, for blocked ones.")
    )
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.NEW, db_default=State.NEW.value
    )
    created_at = models.DateTimeField(_("asked"), db_index=True)
    mailed_at = models.DateTimeField(_("mailed"), null=True, blank=True, db_column="told_at")  # its first name
    decided_at = models.DateTimeField(_("answered"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("answered by"),
    )

    class Meta:
        verbose_name = _("request for access")
        verbose_name_plural = _("requests for access")
        constraints = [
            one_page("access_request_for_one_thing"),
        ]

    def __str__(self) -> str:
        return self.name or self.email_digest[:8]
