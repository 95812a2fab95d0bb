"""The drafts with which a site begins: imprint, privacy and accessibility, each with an outline to fill in."""

from typing import NamedTuple

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Site

from home.pages.ordinary_page import ACCESSIBILITY, IMPRINT, PRIVACY, OrdinaryPage


class Outline(NamedTuple):
    """A page to be filled in: its title, and (heading, what belongs there) of its parts."""

    title: str
    parts: list[tuple[str, str]]


def make_first_pages() -> list[OrdinaryPage]:
    """Make the drafts below the home page of the default site, in the language of the site; return them.

    Nothing if the site has a page about itself already, or no home page.
    """
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None or OrdinaryPage.objects.exists() or not OrdinaryPage.can_create_at(site.root_page):
        return []
    pages = []
    for outline in _outlines(settings.LANGUAGE_CODE):
        page = OrdinaryPage(title=outline.title, live=False, has_unpublished_changes=True, in_footer=True)
        page.body = [("text", _text(outline))]
        pages.append(site.root_page.add_child(instance=page))
        page.save_revision()
    return pages


def translate_first_pages() -> list[OrdinaryPage]:
    """Write the drafts that are still as they were made in another language in that of the site; return them."""
    present = _outlines(settings.LANGUAGE_CODE)
    made = {
        (outline.title, _text(outline)): number
        for code, _name in settings.LANGUAGES
        if code != settings.LANGUAGE_CODE
        for number, outline in enumerate(_outlines(code))
    }
    pages = []
    for row in OrdinaryPage.objects.filter(live=False, first_published_at=None, alias_of=None):
        page = row.get_latest_revision_as_object()
        texts = [block.value.source for block in page.body if block.block_type == "text"]
        number = made.get((page.title, texts[0])) if len(texts) == len(page.body) == 1 else None
        if number is not None:
            page.title = page.draft_title = present[number].title
            page.slug = ""  # a new one is made of the title
            page.body = [("text", _text(present[number]))]
            page.save()
            page.save_revision()
            pages.append(page)
    return pages


def _outlines(language: str) -> list[Outline]:
    with override(language):
        return [imprint(), privacy(), accessibility()]


def imprint() -> Outline:
    """Return the outline of a page that names who runs the site."""
    return Outline(
        str(IMPRINT),
        [
            (
                _("Who runs this site"),
                _("Write your name or that of your organisation, its legal form and its address."),
            ),
            (_("Contact"), _("Write an email address and a telephone number at which people reach you.")),
            (
                _("Responsible for the content"),
                _("Write who answers for what is published here. In some countries, the law asks for a person’s name."),
            ),
            (
                _("Register and tax number"),
                _("Write these if the law of your country asks for them. Otherwise delete this part."),
            ),
        ],
    )


def privacy() -> Outline:
    """Return the outline of a page about data on persons."""
    return Outline(
        str(PRIVACY),
        [
            (_("Who is responsible"), _("Write who decides what this site stores, and how to reach this person.")),
            (
                _("What this site stores of visitors"),
                _(
                    "Describe it in your words: a cookie that remembers which films you opened, a part of your network "
                    "address while you have access, and views that are counted without a name."
                ),
            ),
            (_("For how long"), _("Write the periods of your site. Whoever runs the server knows them.")),
            (
                _("Who receives it"),
                _("Name the company that runs the server, and others that process data for you, if there are any."),
            ),
            (
                _("Your rights"),
                _("Write how people find out what is stored about them, and have it corrected or erased."),
            ),
        ],
    )


def accessibility() -> Outline:
    """Return the outline of a page about accessibility."""
    return Outline(
        str(ACCESSIBILITY),
        [
            (
                _("What works"),
                _(
                    "Write what you have checked: keyboard, screen reader, captions, contrast. Name the films that "
                    "have captions."
                ),
            ),
            (_("What does not work yet"), _("Name what is missing, and until when you will mend it.")),
            (_("Tell us"), _("Write an address for people who cannot use something here, and when you will answer.")),
        ],
    )


def _text(outline: Outline) -> str:
    return format_html_join(
        "",
        "{}{}",
        ((format_html("<h2>{}</h2>", heading), format_html("<p>{}</p>", words)) for heading, words in outline.parts),
    )
