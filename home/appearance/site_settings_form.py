"""The form of a site's appearance and texts: limits of the texts, and the messages of refused ones."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from home.appearance import site_texts_panel
from home.appearance.fonts import FontPair, sheet_url
from home.appearance.two_editors import DRAWINGS, TwoEditorsForm
from home.drawings.fields import DrawingField
from home.drawings.models import LogoDrawing
from video_pages.core.scripts import module_script

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
WEB = re.compile(r"https?://\S+")
TELEPHONE = re.compile(r"\+?[\d\s()/-]{5,30}")
COLOUR_MESSAGE = _("Write a colour as # and six digits or letters a to f.")
CONTACT_MESSAGE = _(
    "Write an email address, a telephone number or a web address that begins with https://. "
    "Other text belongs in “Text on the password page”."
)


class SiteSettingsForm(TwoEditorsForm):
    """Refuses a contact that pages cannot make a link of, a colour that is too long, and a logo of another section.

    The column of languages is a row of boxes.
    """

    drawing = DrawingField(
        label=_("Logo as SVG"),
        help_text=_(
            "Sharp in every size; shown in place of the logo. At most 256 KB. Scripts, links, effects and pictures "
            "inside the file are left out. Turn texts into outlines, or visitors see them in a font of their system."
        ),
    )
    drawing_by_night = DrawingField(
        label=_("Logo by night as SVG"),
        help_text=_(
            "For visitors whose system is set to dark. Without one, the logo by night or the logo shows there."
        ),
    )
    languages = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        column = self._meta.model._meta.get_field("languages")
        field = self.fields["languages"]
        field.label, field.help_text = capfirst(column.verbose_name), column.help_text
        field.choices = [choice for choice in settings.LANGUAGES if choice[0] != settings.LANGUAGE_CODE]
        self.initial["languages"] = self.instance.languages.split()
        for name, column in DRAWINGS.items():
            self.initial[name] = getattr(self.instance, column)
        self.fields["fonts"].required = False
        site_texts_panel.add_fields(self)
        self.set_read()
        # With this attribute browsers cut a longer text without a word, and part of it would be saved.
        colour = self.fields["colour"].widget
        colour.attrs.pop("maxlength", None)
        colour.attrs |= {
            "data-colour-preview": reverse("look", args=("000000",)),
            "data-day": gettext("By day"),
            "data-night": gettext("By night"),
            "data-button": gettext("Open the film"),
            "data-link": gettext("A link in a text"),
            "data-pick": gettext("Pick a colour"),
            "data-title": gettext("The title of a film"),
            "data-text": gettext("A line of text, as it stands below a title."),
        }
        self.fields["colour"].error_messages["max_length"] = COLOUR_MESSAGE

    def save(self, commit: bool = True) -> Any:
        """Save the settings with translated words and uploaded drawings; delete the drawings that these replace."""
        formers = []
        with transaction.atomic():
            present = self.merge_columns()
            words = site_texts_panel.translated_texts_of(self, present.translated_words, self.changed_here)
            self.instance.translated_words = words
            for name, column in DRAWINGS.items():
                given = self.cleaned_data.get(name)
                if name in self.changed_here:
                    formers.append(getattr(present, f"{column}_id"))
                    setattr(self.instance, column, LogoDrawing.make(*given) if given else None)
            saved = super().save(commit=commit)
            LogoDrawing.objects.filter(pk__in=[pk for pk in formers if pk]).delete()
        return saved

    @property
    def media(self) -> forms.Media:
        """The form's scripts and style sheets, with those of the preview of colour and fonts."""
        sheets = ["home/css/fonts.css", *(f"home/css/fonts_{pair}.css" for pair in FontPair if sheet_url(pair))]
        preview = forms.Media(
            css={"all": [*sheets, "home/css/colour_preview.css"]}, js=[module_script("home/js/colour_preview.js")]
        )
        return super().media + preview

    def clean_fonts(self) -> str:
        """Return the chosen pair; a form without one leaves it as it is."""
        return self.cleaned_data["fonts"] or self.instance.fonts

    def clean_languages(self) -> str:
        """Return the chosen codes as the column keeps them, with blanks between."""
        return " ".join(self.cleaned_data["languages"])

    def clean(self) -> dict[str, Any]:
        """Refuse contacts, in each language, that pages cannot make a link of."""
        cleaned = super().clean()
        for name in [name for name in cleaned if name == "contact" or name.endswith("_contact")]:
            cleaned[name] = contact = (cleaned[name] or "").strip()
            if contact and not any(pattern.fullmatch(contact) for pattern in (EMAIL, WEB, TELEPHONE)):
                self.add_error(name, CONTACT_MESSAGE)
        return cleaned
