"""The rules for invitations: those of a site, with its usual dates, and those of a section."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting


class RuleColumns(models.Model):
    """The rules for all invitations of a site or section. Empty: no rule."""

    class Override(models.TextChoices):
        """The people who may make an invitation against the rules; the later, the more."""

        NOBODY = "nobody", _("Nobody")
        ADMINISTRATORS = "administrators", _("Administrators")
        EVERYBODY = "everybody", _("Everybody who may invite, by ticking “Go against the rules”")

    must_end = models.BooleanField(_("each has to have an end"), default=False, db_default=False)
    longest_days = models.PositiveIntegerField(
        _("longest life (days)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("From the day on which it opens, to the end of the last day. Then each has to have an end, too."),
    )
    most_at_once = models.PositiveIntegerField(
        _("at the same time"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("How many browsers may play at the same time with one invitation, at most."),
    )
    no_downloads = models.BooleanField(_("no downloads"), default=False, db_default=False)
    override = models.CharField(
        _("who may go against these rules"),
        max_length=16,
        choices=Override.choices,
        default=Override.NOBODY,
        db_default=Override.NOBODY.value,
    )

    class Meta:
        abstract = True


RULES = ["must_end", "longest_days", "most_at_once", "no_downloads", "override"]


@register_setting(icon="mail", order=215)
class InvitationSettings(RuleColumns, BaseSiteSetting):
    """The rules of a site for invitations, and the dates with which the ready kinds begin."""

    festival_opens = models.DateTimeField(_("festival begins"), null=True, blank=True)
    festival_ends = models.DateTimeField(_("festival ends"), null=True, blank=True)
    term_ends = models.DateField(_("term ends"), null=True, blank=True)

    panels = [
        MultiFieldPanel([FieldPanel(name) for name in RULES], heading=_("Rules for all invitations")),
        MultiFieldPanel(
            [FieldPanel("festival_opens"), FieldPanel("festival_ends"), FieldPanel("term_ends")],
            heading=_("Dates of the ready kinds “Jury” and “Class”"),
        ),
    ]

    class Meta:
        verbose_name = _("invitations")

    def __str__(self) -> str:
        return str(self.site)


class SectionInvitationRules(RuleColumns):
    """The rules of a section, for the invitations to it and to all below it. Of several rules, the strictest counts."""

    section: Any = models.OneToOneField(
        "video_pages.VideoIndexPage",
        on_delete=models.CASCADE,
        related_name="invitation_rules",
        verbose_name=_("section"),
    )

    class Meta:
        verbose_name = _("rules for the invitations of a section")
        verbose_name_plural = _("rules for the invitations of sections")

    def __str__(self) -> str:
        return str(self.section)
