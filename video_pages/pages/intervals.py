"""ProgrammeInterval: a pause between two films of a section that is a programme."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel

MOST_MINUTES = 60


class ProgrammeInterval(models.Model):
    """A pause after one film of a programme. It is content of the section, so it has drafts and history.

    It names the film by its number: it stays in its place when films are arranged anew, and a copy of the section and
    its films has it too.
    """

    page = ParentalKey("video_pages.VideoIndexPage", on_delete=models.CASCADE, related_name="intervals")
    after_film = models.PositiveSmallIntegerField(
        _("after film number"),
        validators=[MinValueValidator(1)],
        help_text=_("The list below has the numbers."),
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=15, validators=[MinValueValidator(1), MaxValueValidator(MOST_MINUTES)]
    )
    text = models.CharField(
        _("text"), max_length=80, blank=True, help_text=_("Empty: “Interval” and its length, for example.")
    )

    panels = [FieldRowPanel([FieldPanel("after_film"), FieldPanel("minutes")]), FieldPanel("text")]

    class Meta:
        ordering = ["after_film", "pk"]
        verbose_name = _("interval")
        verbose_name_plural = _("intervals")

    def __str__(self) -> str:
        return str(self.after_film)
