"""The models of `home`: its pages, and the settings for name, texts and colour of a site."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.images import get_image_model_string

from home.appearance.fonts import FontPair
from home.appearance.site_settings_form import COLOUR_MESSAGE, SiteSettingsForm
from home.appearance.site_texts import SiteTexts, texts_in
from home.appearance.site_texts_panel import TranslatedTextsPanel
from home.drawings.models import LogoDrawing
from home.pages import rights
from home.pages.home_page import HomePage
from home.pages.ordinary_page import OrdinaryPage
from home.shown.models import ShownVersion
from video_pages.core.all_languages import for_reader
from video_pages.core.prepared import PreparedModel

__all__ = ["HomePage", "LogoDrawing", "OrdinaryPage", "ShownVersion", "SiteSettings"]

rights.register()

DEFAULT_FOOTER = _("Passwords and links come from the people who show the films. Please ask them for yours.")


@register_setting(icon="site")
class SiteSettings(BaseSiteSetting):
    """Name, logo, colour, fonts and texts of a site, which all its pages show."""

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
        help_text=_(
            "Buttons have it as it is. For links and other words it is made darker or lighter, until they can be read "
            "by day and by night."
        ),
    )
    fonts = models.CharField(
        _("fonts"),
        max_length=20,
        choices=FontPair.choices,
        default=FontPair.INSTRUMENT,
        db_default=FontPair.INSTRUMENT,
        help_text=_("For titles, and for everything else. Visitors load the chosen pair only, from this site."),
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
    logo_by_night = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("logo by night"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_(
            "Shown in its place to visitors whose system is set to dark. Without one, the logo shows there too."
        ),
    )
    logo_drawing = models.ForeignKey(
        LogoDrawing, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    logo_drawing_by_night = models.ForeignKey(
        LogoDrawing, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
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

    languages = models.CharField(
        _("further languages"),
        max_length=100,
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "Visitors whose browser asks for one of these, or who choose it at the bottom of a page, read the site's "
            "own words in it, and yours where you have written them below. Titles and texts of pages stay as you wrote "
            "them."
        ),
    )

    # {code of a further language: {column: text}}: see site_texts.
    translated_words = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()), editable=False)

    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("footer")], heading=_("Words around the pages")),
        MultiFieldPanel(
            [
                FieldPanel("colour"),
                FieldPanel("fonts", widget=forms.RadioSelect),
                FieldPanel("logo"),
                FieldPanel("logo_by_night"),
                FieldPanel("drawing"),
                FieldPanel("drawing_by_night"),
            ],
            heading=_("Look"),
        ),
        MultiFieldPanel([FieldPanel("password_note"), FieldPanel("contact")], heading=_("Password page")),
        FieldPanel("languages"),
        TranslatedTextsPanel(heading=_("Your words in other languages")),
    ]

    base_form_class = SiteSettingsForm

    class Meta:
        verbose_name = _("site appearance and texts")

    @property
    def footer_for_reader(self) -> str:
        """The line at the bottom; in the reader's language, if the owner has left it as it was made."""
        return for_reader(self.footer, DEFAULT_FOOTER)

    @property
    def texts(self) -> SiteTexts:
        """The owner's words in the language that is active now."""
        return texts_in(self, get_language() or settings.LANGUAGE_CODE)

    @property
    def offered_languages(self) -> tuple[str, ...]:
        """The codes of the languages of this site, its own first, in the order of the settings."""
        chosen = [*self.languages.split(), *settings.PAGE_LANGUAGES]
        further = [code for code, _name in settings.LANGUAGES if code in chosen and code != settings.LANGUAGE_CODE]
        return (settings.LANGUAGE_CODE, *further)

    @classmethod
    def for_site(cls, site: Any) -> Any:
        """Return the row of `site` with its logos; it is created if there is none."""
        return (SETTINGS_OF_SITE.get(site.pk) if site else None) or super().for_site(site)


# Every page shows the name and the logos, so one prepared query reads these rows; of a drawing, what its address needs.
DRAWN = ("id", "digest", "width", "height")
SETTINGS_OF_SITE = PreparedModel(
    SiteSettings,
    "site_id",
    related=("logo", "logo_by_night", "logo_drawing", "logo_drawing_by_night"),
    only={"logo_drawing": DRAWN, "logo_drawing_by_night": DRAWN},
)
