"""Names and mail addresses of many people, from lines of text: one person a line, as a spreadsheet or a mailbox has it.

A line is a name, a name and an address (separated by a comma, semicolon or tab, or as `Name <name@host>`), or an
address alone. Nothing is guessed away: each line is a person, a heading, or a problem with its number.
"""

import csv
import dataclasses
import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from video_pages.access.invitations.models import MOST_LABEL
from video_pages.core.typography import join_sentences

MOST_NAMES = 1000
MOST_LINE = 1000  # characters; the address alone has at most 320, and the reader of cells fails at 131,072
MAILBOX = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>]*)>")
# Cells of the first line that are the headings of a spreadsheet, in lower case.
HEADINGS = {
    *("name", "names", "full name", "first name", "last name", "company", "label"),
    *("email", "e-mail", "mail", "email address", "e-mail address", "address"),
    *("vorname", "nachname", "firma", "adresse", "e-mail-adresse", "nom", "prénom", "courriel", "nombre", "correo"),
}
LONG_LINE = gettext_lazy("This line is longer than %(limit)d characters. Is each name on a line of its own?")
TOO_LONG = gettext_lazy("This name is longer than %(limit)d characters.")


@dataclasses.dataclass(frozen=True)
class Person:
    """One person of the list: the number of the line (from 1), name, mail address or ""."""

    line: int
    name: str
    email: str = ""


@dataclasses.dataclass(frozen=True)
class BadLine:
    """A line that can't be used: its number (from 1), its text, and the reason for editors."""

    line: int
    text: str
    reason: str


@dataclasses.dataclass
class People:
    """The lines of a list: those that are people, in their order, and the others."""

    people: list[Person] = dataclasses.field(default_factory=list)
    bad_lines: list[BadLine] = dataclasses.field(default_factory=list)


def read_people(text: str) -> People:
    """Return the people in `text`; empty lines and a line of headings count as lines and are nobody."""
    found = People()
    seen: dict[tuple[str, str], int] = {}
    lines = _lines(text)
    delimiter = _delimiter(lines)
    for number, line in enumerate(lines, 1):
        if len(line.strip()) > MOST_LINE:
            found.bad_lines.append(BadLine(number, line.strip()[:MOST_LINE], str(LONG_LINE % {"limit": MOST_LINE})))
            continue
        if not line.strip() or (number == 1 and _is_heading(line, delimiter)):
            continue
        try:
            person = _person(number, line, delimiter)
        except ValidationError as error:
            found.bad_lines.append(BadLine(number, line.strip(), join_sentences(error.messages)))
            continue
        first = next((seen[key] for key in _keys(person) if key in seen), None)
        if first is not None:
            reason = _("The same as line %(line)d.") % {"line": first}
            found.bad_lines.append(BadLine(number, line.strip(), reason))
            continue
        seen.update(dict.fromkeys(_keys(person), number))
        found.people.append(person)
    return found


def as_lines(people: list[Person]) -> str:
    """Return `people` as text that `read_people` reads again, one a line.

    The first line is a heading, because a company called "Company" would be taken for one.
    """
    lines = [f"{person.name} <{person.email}>" if person.email else person.name for person in people]
    return "\n".join(["Name", *lines])


def _lines(text: str) -> list[str]:
    """Return the lines of `text`; other characters that Python takes for line ends stay in them as blanks."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return ["".join(" " if _is_control(character) else character for character in line) for line in lines]


def _is_control(character: str) -> bool:
    return character != "\t" and (unicodedata.category(character) == "Cc" or character in "\u2028\u2029")


def _delimiter(lines: list[str]) -> str:
    """Return what separates the cells of a line: a tab or a semicolon, if at least half of the lines have one."""
    filled = [line for line in lines if line.strip()]
    for delimiter in ("\t", ";"):
        if filled and sum(delimiter in line for line in filled) * 2 >= len(filled):
            return delimiter
    return ","


def _cells(line: str, delimiter: str) -> list[str]:
    (cells,) = csv.reader([line], delimiter=delimiter, skipinitialspace=True)
    return [" ".join(cell.split()) for cell in cells]


def _is_heading(line: str, delimiter: str) -> bool:
    cells = [cell.lower() for cell in _cells(line, delimiter) if cell]
    return bool(cells) and all(cell in HEADINGS for cell in cells)


def _person(number: int, line: str, delimiter: str) -> Person:
    mailbox = MAILBOX.fullmatch(line.strip().strip(",;"))
    if mailbox:
        parts, addresses = [mailbox["name"].strip().strip('"')], [mailbox["email"].strip()]
    else:
        cells = [cell for cell in _cells(line, delimiter) if cell]
        addresses = [cell for cell in cells if "@" in cell]
        parts = [cell for cell in cells if "@" not in cell]
    if len(addresses) > 1:
        raise ValidationError(_("There are two email addresses in this line."))
    for address in addresses:
        validate_email(address)
    name = " ".join((", " if delimiter == "," else " ").join(parts).split()) or "".join(addresses)
    if not name:
        raise ValidationError(_("There is no name in this line."))
    if len(name) > MOST_LABEL:
        raise ValidationError(TOO_LONG % {"limit": MOST_LABEL})
    return Person(number, name, "".join(addresses))


def _keys(person: Person) -> list[tuple[str, str]]:
    """Return what makes `person` the same as another one: the address; without one, the name."""
    if person.email:
        return [("email", person.email.casefold())]
    return [("name", unicodedata.normalize("NFKC", person.name).casefold())]
