"""Natural sort order of names: "Film 2" before "Film 10", "Ätna" beside "Atlas"."""

import re
import unicodedata

NUMBERS = re.compile(r"([0-9]+)")


def natural_key(text: str) -> tuple[list[int | str], str]:
    """Return a key that sorts `text` by words and numbers, without regard to case and accents."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    # Every second part is a number, so that numbers are only compared with numbers.
    parts = NUMBERS.split(plain.casefold())
    return [int(part) if index % 2 else part.strip() for index, part in enumerate(parts)], text
