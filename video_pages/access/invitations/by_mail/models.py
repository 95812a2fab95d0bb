"""The rows of mail codes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MailCode(models.Model):
    """The code that one browser has asked for, for one invitation; a new one replaces it.

    There is a row for each address that somebody has typed, invited or not. The worker makes the code, mails it if the
    address is invited, and erases the address. The code itself is kept as a keyed digest.
    """

    invitation = models.ForeignKey(
        "video_pages.Invitation",
        on_delete=models.CASCADE,
        related_name="mail_codes",
        db_index=False,  # the constraint below begins with this column
    )
    browser = models.CharField(max_length=64, help_text=_("The digest by which the browser is found again."))
    email = models.EmailField(blank=True, serialize=False, help_text=_("Until the mail is sent."))
    language = models.CharField(max_length=20, blank=True)
    asked_at = models.DateTimeField()
    retry_at = models.DateTimeField(null=True, blank=True)  # a mail server has put the mail off until then
    code_digest = models.CharField(max_length=64, blank=True, serialize=False)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        verbose_name = _("mail code")
        verbose_name_plural = _("mail codes")
        constraints = [models.UniqueConstraint(fields=["invitation", "browser"], name="one_mail_code_per_browser")]
        indexes = [models.Index(fields=["asked_at"], condition=~models.Q(email=""), name="mail_codes_to_send")]

    def __str__(self) -> str:
        return f"{self.invitation_id} {self.asked_at}"
