"""The pairs of fonts of a site: one for titles, one for everything else. All come from the site itself.

The sheet of a page declares the usual pair; a browser loads a font only when a text needs it. Another pair has a sheet
of its own, which replaces the names of the fonts, so nothing of the usual pair is loaded.
"""

from django.db import models
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

LANGUAGES_WITH_LATIN_EXT = frozenset(["pl"])
"""The languages of the site whose texts need the letters of the files named latin-ext on every page."""


class FontPair(models.TextChoices):
    """The fonts of titles and of other texts; a value is also the name of the pair in style sheets."""

    INSTRUMENT = "instrument", _("Slender titles: Instrument Serif and Instrument Sans")
    NEWSREADER = "newsreader", _("Titles as in a book: Newsreader and Public Sans")
    SCHIBSTED = "schibsted", _("Bold titles without serifs: Schibsted Grotesk and Figtree")


# (folder below vendor/, weight in the names of its files) of the font of texts, then of that of titles.
FILES = {
    FontPair.INSTRUMENT: (("instrument-sans", "wght"), ("instrument-serif", "400")),
    FontPair.NEWSREADER: (("public-sans", "wght"), ("newsreader", "500")),
    FontPair.SCHIBSTED: (("figtree", "wght"), ("schibsted-grotesk", "600")),
}


def sheet_url(pair: str) -> str:
    """Return the address of the sheet of `pair`, "" for the usual pair, which is in the sheet of each page."""
    if pair == FontPair.INSTRUMENT or pair not in FontPair.values:
        return ""
    return static(f"bundles/css/fonts_{pair}.css")


def early_urls(pair: str, language: str) -> list[str]:
    """Return the addresses of the files of `pair` that every page in `language` needs, that of its texts first."""
    files = FILES[FontPair(pair) if pair in FontPair.values else FontPair.INSTRUMENT]
    subsets = ["latin", "latin-ext"] if language in LANGUAGES_WITH_LATIN_EXT else ["latin"]
    return [
        static(f"vendor/{folder}/{folder}-{subset}-{weight}-normal.woff2")
        for subset in subsets
        for folder, weight in files
    ]
