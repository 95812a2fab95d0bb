"""The owner's words about a site in the languages of its readers: name, line at the bottom, texts of the password page.

A row of SiteSettings has them in the site's own language, and in `translated_words` those of further languages:
{code: {name of the column: text}}. A word without a text in the reader's language is shown as in the site's own. All
are in the row that each page reads, so a language costs no query.
"""

from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from wagtail.models import Site

COLUMNS = ("name", "footer", "password_note", "contact")
"""The columns of SiteSettings that an owner may write in each language."""


class SiteTexts(NamedTuple):
    """The words of a site for readers of one language, "" for one that the owner has not written at all."""

    name: str
    footer: str
    password_note: str
    contact: str


def texts_in(site_settings: Any, language: str) -> SiteTexts:
    """Return the words of `site_settings`, a SiteSettings, in `language`, a code."""
    written = site_settings.translated_words.get(language, {}) if language != settings.LANGUAGE_CODE else {}
    own = {**{column: getattr(site_settings, column) for column in COLUMNS}, "footer": site_settings.footer_for_reader}
    return SiteTexts(**{column: written.get(column) or own[column] for column in COLUMNS})


def name_for_readers(site: Site) -> str:
    """Return the name that the owner of `site` has written, in the active language; "" without one."""
    model: Any = apps.get_model("home.SiteSettings")
    found = model.objects.filter(site=site).first()
    return str(found.texts.name) if found else ""
