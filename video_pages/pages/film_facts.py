"""FilmFacts: what a catalogue says of a film. Each fact is content of its page, and shows only if it is filled in.

The facts are columns of the page, so the page of a player needs no query for them. A list of names is text with a comma
between two names, the credits and the festivals are lines, so that they can be pasted from a catalogue.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, Panel

from video_pages.core.humanize import format_duration

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FIRST_YEAR, LAST_YEAR = 1874, 2200  # the first moving pictures are of 1874
MOST_MINUTES = 100 * 60
# With the signs that people type in Japanese and Chinese.
COLON, COMMA = re.compile("[:\uff1a]"), re.compile("[,\uff0c\u3001]")


def _line(label: "StrOrPromise", length: int, help_text: "StrOrPromise" = "") -> models.CharField[str, str]:
    return models.CharField(label, max_length=length, blank=True, default="", db_default="", help_text=help_text)


def _lines(label: "StrOrPromise", help_text: "StrOrPromise") -> models.TextField[str, str]:
    return models.TextField(label, max_length=4000, blank=True, default="", db_default="", help_text=help_text)


class FilmFacts(models.Model):
    """The facts of one film; all of them may be empty."""

    year = models.PositiveSmallIntegerField(
        gettext_lazy("year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)],
    )
    running_minutes = models.PositiveSmallIntegerField(
        gettext_lazy("running time in minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MINUTES)],
        help_text=gettext_lazy("Empty: that of the video file, if there are other facts."),
    )
    director = _line(gettext_lazy("director"), 200, gettext_lazy("Several names with commas between them."))
    country = _line(gettext_lazy("country"), 200, gettext_lazy("Several with commas between them."))
    language = _line(gettext_lazy("language"), 200, gettext_lazy("Several with commas between them."))
    age_rating = _line(gettext_lazy("age rating"), 60)
    content_notes = _line(
        gettext_lazy("content notes"),
        300,
        gettext_lazy("What some people want to know before: flashing light, violence."),
    )
    premiere = _line(gettext_lazy("premiere"), 120, gettext_lazy("World premiere, or where and when it was."))
    festivals = _lines(gettext_lazy("festivals and awards"), gettext_lazy("One in each line."))
    film_credits = _lines(
        gettext_lazy("credits"),
        gettext_lazy("One in each line, as “Camera: Ana Silva”. A line without a colon belongs to the role above it."),
    )
    show_facts = models.BooleanField(
        gettext_lazy("show the film facts to everyone"),
        default=False,
        db_default=False,
        help_text=gettext_lazy("Otherwise they are part of the film: they show only after the password."),
    )

    class Meta:
        abstract = True


COLUMNS = tuple(field.name for field in FilmFacts._meta.local_fields if field.name != "show_facts")


class FilmFactsPanel(MultiFieldPanel):
    """The facts in the page editor, collapsed."""

    def __init__(self, children: Sequence[Panel] = (), **kwargs: object) -> None:
        rows = [
            FieldPanel("show_facts"),
            FieldRowPanel([FieldPanel("year"), FieldPanel("running_minutes")]),
            FieldPanel("director"),
            FieldRowPanel([FieldPanel("country"), FieldPanel("language")]),
            FieldRowPanel([FieldPanel("age_rating"), FieldPanel("content_notes")]),
            FieldPanel("premiere"),
            FieldPanel("festivals"),
            FieldPanel("film_credits"),
        ]
        usual = {"heading": gettext_lazy("Film facts"), "classname": "collapsed"}
        super().__init__(children or rows, **{**usual, **kwargs})


@dataclass(frozen=True)
class Fact:
    """One row of the facts: a name and one or more values.

    A name or values of the site are in the language of the screen, others in that of the page that has the facts.
    """

    name: str
    values: Sequence[str]
    is_own_name: bool = False
    are_own_values: bool = False


def facts_of(film: FilmFacts, file_seconds: float = 0) -> list[Fact]:
    """Return the rows for visitors, [] if nothing is filled in. `file_seconds` is the length of its file, or 0."""
    credits = credits_of(film)
    if not any(getattr(film, name) for name in COLUMNS):
        return []
    running_time = Fact(_("Running time"), [format_duration(running_seconds(film, file_seconds))], True, True)
    rows = [
        Fact(_("Director"), [film.director], True),
        Fact(_("Year"), [str(film.year or "")], True, True),
        Fact(_("Country"), [film.country], True),
        Fact(_("Language"), [film.language], True),
        running_time,
        Fact(_("Age rating"), [film.age_rating], True),
        Fact(_("Content notes"), [film.content_notes], True),
        Fact(_("Premiere"), [film.premiere], True),
        Fact(_("Festivals and awards"), _filled(film.festivals.splitlines()), True),
        *(Fact(role, names, role == _("Credits")) for role, names in credits),
    ]
    return [fact for fact in rows if any(fact.values)]


def running_seconds(film: FilmFacts, file_seconds: float) -> float:
    """Return the running time that the facts name, or that of the file, in seconds."""
    return (film.running_minutes or 0) * 60 or file_seconds


def credits_of(film: FilmFacts) -> list[tuple[str, list[str]]]:
    """Return [(role, names)] of the credits; names above the first role have the role "Credits"."""
    found: list[tuple[str, list[str]]] = []
    for line in _filled(film.film_credits.splitlines()):
        role, *names = (part.strip() for part in COLON.split(line, maxsplit=1))
        if names and role:
            found.append((role, _filled(names)))
        elif found:
            found[-1][1].append(line)
        else:
            found.append((_("Credits"), [line]))
    return [(role, names) for role, names in found if names]


def names_in(text: str) -> list[str]:
    """Return the names in a text with commas between them."""
    return _filled(COMMA.split(text))


def text_of(values: Iterable[object]) -> str:
    """Return the values of COLUMNS as text for the search, without the running time."""
    return "\n".join(
        str(value) for name, value in zip(COLUMNS, values, strict=True) if value and name != "running_minutes"
    )


def _filled(lines: Iterable[str]) -> list[str]:
    return [stripped for line in lines if (stripped := line.strip())]
