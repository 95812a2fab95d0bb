"""The home page, and the settings for name, texts and colour of a site."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.images import get_image_model_string
from wagtail.models import Page

from home.shown.models import ShownVersion
from home.site_settings_form import COLOUR_MESSAGE, SiteSettingsForm
from video_pages.access.listed import viewer_of
from video_pages.access.responses import keep_out_of_caches, mark_for_all_strangers
from video_pages.core.prepared import PreparedModel
from video_pages.pages.cards import cards_for
from video_pages.pages.list_queries import newest_videos
from video_pages.pages.models import VideoIndexPage
from video_pages.pages.panels.protected_form import ProtectedPageForm
from video_pages.pages.protected import NoSharedPasswordMixin

__all__ = ["HomePage", "ShownVersion", "SiteSettings"]

# Two full rows on a wide screen, six phone screens.
NEWEST = 6

DEFAULT_HEADLINE = _("Shown to the right people, and *nobody else.*")
DEFAULT_INTRO = _("Films, lectures and cuts in progress. Each opens with its own password.")
DEFAULT_FOOTER = _("Passwords and links come from the people who show the films. Please ask them for yours.")


class HomePage(NoSharedPasswordMixin, Page):
    """The page at `/`: a headline, an image, a link to the videos and the newest videos."""

    headline = models.CharField(
        _("headline"),
        max_length=120,
        default=DEFAULT_HEADLINE,
        help_text=_("One sentence in large letters. Words between *asterisks* are set in italics."),
    )
    intro = models.TextField(
        _("introduction"),
        blank=True,
        default=DEFAULT_INTRO,
        help_text=_("One or two sentences under the headline."),
    )
    screen_image = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("picture on the screen"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown to everyone. Without one, the screen shows the newest film as its card does."),
    )

    base_form_class = ProtectedPageForm
    content_panels = [
        *Page.content_panels,
        FieldPanel("headline"),
        FieldPanel("intro"),
        FieldPanel("screen_image"),
    ]

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["video_pages.VideoIndexPage"]

    class Meta:
        verbose_name = _("home page")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # The cards depend on the pages that this browser has unlocked.
        return mark_for_all_strangers(keep_out_of_caches(super().serve(request, *args, **kwargs)))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        viewer = viewer_of(request)
        cards = cards_for(newest_videos(self, viewer, NEWEST), request=request)
        section = VideoIndexPage.objects.child_of(self).listed_to(viewer).order_by("path").first()
        context.update(
            newest=cards,
            screen_card=next((card for card in cards if card.has_picture), None),
            videos_url=section.get_url(request) if section else "",
        )
        return context


@register_setting(icon="site")
class SiteSettings(BaseSiteSetting):
    """Name, logo, colour and texts of a site, which all its pages show."""

    name = models.CharField(
        _("name"),
        max_length=60,
        blank=True,
        help_text=_("Shown at the top of every page. Empty: the name in Settings, Sites."),
    )
    footer = models.CharField(
        _("line at the bottom"),
        max_length=200,
        blank=True,
        default=DEFAULT_FOOTER,
        help_text=_("Shown at the bottom of every page, for everyone."),
    )

    colour = models.CharField(
        _("colour"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", COLOUR_MESSAGE)],
        help_text=_("For buttons and links. It is made darker or lighter until it can be read by day and by night."),
    )
    logo = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown at the top of every page, in place of the name."),
    )
    password_note = models.TextField(
        _("text on the password page"),
        max_length=400,
        blank=True,
        help_text=_("Shown under the form: where people get the password, for example."),
    )
    contact = models.CharField(
        _("contact"),
        max_length=200,
        blank=True,
        help_text=_("An email address, a telephone number or a web address for people whose password does not work."),
    )

    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("footer")], heading=_("Words around the pages")),
        MultiFieldPanel([FieldPanel("colour"), FieldPanel("logo")], heading=_("Look")),
        MultiFieldPanel([FieldPanel("password_note"), FieldPanel("contact")], heading=_("Password page")),
    ]

    base_form_class = SiteSettingsForm

    class Meta:
        verbose_name = _("site appearance and texts")

    @classmethod
    def for_site(cls, site: Any) -> Any:
        """Return the row of `site` with its logo; it is created if there is none."""
        return (SETTINGS_OF_SITE.get(site.pk) if site else None) or super().for_site(site)


# Every page shows the name and the logo, so one prepared query reads both rows.
SETTINGS_OF_SITE = PreparedModel(SiteSettings, "site_id", related=("logo",))
