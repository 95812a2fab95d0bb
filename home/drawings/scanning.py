"""The limits of an uploaded SVG file, checked without building anything of it.

Elements, attributes and names take a memory that can grow with the square of the size of a file: declarations give a
long value to each element, a namespace puts its long name before each. So a parser that knows neither reads the file
first, in small pieces, and stops at the first piece with something over a limit.
"""

# Only events are read, entities end the reading, and nothing outside the file is opened.
from xml.parsers import expat  # noqa: S407

from defusedxml import EntitiesForbidden

MOST_ELEMENTS = 5000
MOST_LEVELS = 60
MOST_NAMESPACE_LETTERS = 200
"""The longest name of a namespace; the longest of those that drawing programs write has about 70 letters."""
PIECE_BYTES = 4096


class TooMuch(Exception):
    """A file has more elements, more levels or a longer name of a namespace than a logo needs."""


class DeclaresAttributes(ValueError):
    """A document type gives attributes to elements."""


def scan(content: bytes) -> None:
    """Check the XML file `content`, in a time that grows with its size.

    Raises EntitiesForbidden, DeclaresAttributes and TooMuch, and expat.ExpatError, ValueError or LookupError if it
    is no XML.
    """
    scanner = _Scanner()
    for start in range(0, len(content), PIECE_BYTES):
        # An exception of a handler leaves at the end of the piece: the parser reads to there.
        scanner.parser.Parse(content[start : start + PIECE_BYTES], False)
    scanner.parser.Parse(b"", True)


class _Scanner:
    """Counts what `parser` meets."""

    def __init__(self) -> None:
        self._elements = self._level = 0
        self.parser = expat.ParserCreate()
        self.parser.EntityDeclHandler = self._refuse_entity
        self.parser.AttlistDeclHandler = self._refuse_attributes
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._level += 1
        # the root is level 0
        if self._elements > MOST_ELEMENTS or self._level - 1 > MOST_LEVELS:
            raise TooMuch
        if any(key.startswith("xmlns") and len(attributes[key]) > MOST_NAMESPACE_LETTERS for key in attributes):
            raise TooMuch

    def _end(self, name: str) -> None:
        self._level -= 1

    def _refuse_entity(self, name: str, *rest: object) -> None:
        raise EntitiesForbidden(name, None, None, None, None, None)

    def _refuse_attributes(self, *declared: object) -> None:
        raise DeclaresAttributes
