"""The rules of a site about access: AccessSettings."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from video_pages.access.embed_sites import read_sites
from video_pages.access.lengths import MAX_ACCESS_MINUTES
from video_pages.access.settings_form import AccessSettingsForm
from video_pages.core.prepared import PreparedModel


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

    embed_sites = models.TextField(
        _("sites that may show films in a frame"),
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "Other sites that may show the player inside their own pages. One address on each line, such as "
            "https://school.example, or https://*.school.example for all names below it. Empty: none."
        ),
    )
    link_shows_title = models.BooleanField(
        _("the title"),
        default=True,
        db_default=True,
        help_text=_("Of the film or section. Whoever has the link reads it, also a program that previews links."),
    )
    link_shows_label = models.BooleanField(_("the label of the invitation"), default=False, db_default=False)
    link_shows_inviter = models.BooleanField(_("the name of the one who invites"), default=False, db_default=False)
    takes_requests = models.BooleanField(
        _("visitors may ask for access"),
        default=False,
        db_default=False,
        help_text=_("Locked pages and links that are over have a form for name, email address and reason."),
    )
    requests_to = models.EmailField(
        _("mail requests to"),
        blank=True,
        default="",
        db_default="",
        help_text=_("Empty: to the user who made the page. Without a mail server, requests are in the admin only."),
    )

    downloads_off = models.BooleanField(
        _("no downloads on this site"),
        default=False,
        db_default=False,
        help_text=_("Only editors download films, whatever a video, a section or an invitation allows."),
    )

    finds_passwords = models.BooleanField(
        _("passwords can be typed on the home page"),
        default=False,
        db_default=False,
        help_text=_(
            "For the block “I have a password” of the home page: it opens whatever the typed password opens on this "
            "site. A second fingerprint of each password is kept for that."
        ),
    )

    panels = [
        FieldPanel("access_minutes", heading=_("Access lasts")),
        FieldPanel("finds_passwords"),
        FieldPanel("locked_cards"),
        FieldPanel("downloads_off"),
        FieldPanel("embed_sites", heading=_("Frames on other sites")),
        MultiFieldPanel(
            [FieldPanel("link_shows_title"), FieldPanel("link_shows_label"), FieldPanel("link_shows_inviter")],
            heading=_("The page of a link shows"),
        ),
        MultiFieldPanel([FieldPanel("takes_requests"), FieldPanel("requests_to")], heading=_("Requests")),
    ]
    base_form_class = AccessSettingsForm

    class Meta:
        verbose_name = _("access")

    @property
    def frame_sites(self) -> list[str]:
        """The origins of the sites that may show films in a frame; without any, no film is shown in one."""
        try:
            return read_sites(self.embed_sites)
        except ValueError:  # written by hand
            return []

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
