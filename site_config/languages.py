"""The languages of the site's own words: those with a catalogue in `locale/`, and which of these are offered.

Only a language whose catalogue is complete is offered, to visitors, to editors and as `LANGUAGE`; tests compare each of
these with the source. English needs no catalogue: it is the language of the source.
"""

import re
from dataclasses import dataclass

SOURCE = "en"


@dataclass(frozen=True)
class Language:
    """A language with a catalogue: its code in settings and addresses, and its name in itself."""

    code: str
    name: str
    is_complete: bool


CATALOGUES = (
    Language(
        code="de",
        name="Deutsch",
        is_complete=True,
    ),
    Language(
        code="fr",
        name="Français",
        is_complete=True,
    ),
    Language(
        code="es",
        name="Español",
        is_complete=True,
    ),
    Language(
        code="it",
        name="Italiano",
        is_complete=True,
    ),
    Language(
        code="pt-br",
        name="Português (Brasil)",
        is_complete=True,
    ),
    Language(
        code="nl",
        name="Nederlands",
        is_complete=True,
    ),
    Language(
        code="pl",
        name="Polski",
        is_complete=True,
    ),
    Language(
        code="ja",
        name="日本語",
        is_complete=True,
    ),
)

COMPLETE = tuple(language.code for language in CATALOGUES if language.is_complete)
CHOICES = [(SOURCE, "English"), *((language.code, language.name) for language in CATALOGUES if language.is_complete)]
"""(code, name in itself) of each language that is offered: Django's LANGUAGES."""

# GNU gettext reads the same variable as a list, as en_GB:en, and many systems set it for whoever signs in.
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[_-]([A-Za-z]{2,4}))?(?:[.@].*)?")


def language(value: str) -> str:
    """Language code, or several with colons in the order of preference: de."""
    codes = [code for code, _name in CHOICES]
    tags = [_TAG.fullmatch(part.strip()) for part in value.split(":") if part.strip() not in ("", "C", "POSIX")]
    if not all(tags):
        raise ValueError(f"one of {', '.join(codes)}")
    for tag in filter(None, tags):
        base, region = tag[1].lower(), (tag[2] or "").lower()
        for code in (f"{base}-{region}", base):
            if code in codes:
                return code
    return SOURCE


def page_languages(value: str) -> tuple[str, ...]:
    """Codes of languages with commas: de,fr."""
    codes = tuple(dict.fromkeys(part.strip().lower().replace("_", "-") for part in value.split(",") if part.strip()))
    known = [code for code, _name in CHOICES]
    if any(code not in known for code in codes):
        raise ValueError(f"some of {', '.join(known)}, with commas")
    return codes


VARIABLE = (
    "LANGUAGE",
    language,
    SOURCE,
    "Language of the site, its mails and commands, as de or pt-br. Each complete one of site_config/languages.py is "
    "possible, and the settings of the site offer visitors more. Of several with colons, the first that there is.",
)
"""The row of the table of variables."""

PAGES_VARIABLE = (
    "PAGE_LANGUAGES",
    page_languages,
    (),
    "Further languages of pages, as de,fr: editors translate titles and texts, the addresses of translations begin "
    "with /de/. Those of LANGUAGE stay as they are.",
)
"""The row for the languages of pages."""
