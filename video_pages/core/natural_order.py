"""Natural sort order of names: "Film 2" before "Film 10", "Ätna" beside "Atlas"; for lists and for databases."""

import re
import unicodedata

NUMBERS = re.compile(r"([0-9]+)")
MAX_KEY_BYTES = 1000  # PostgreSQL indexes values of up to 2,700 bytes


def natural_key(text: str) -> tuple[list[int | str], str]:
    """Return a key that sorts `text` by words and numbers, without regard to case and accents."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    # Every second part is a number, so that numbers are only compared with numbers.
    parts = NUMBERS.split(plain.casefold())
    return [int(part) if index % 2 else part.strip() for index, part in enumerate(parts)], text


def natural_bytes(text: str) -> bytes:
    """Return the natural key of `text` as bytes, which sort alike; of a very long text only the beginning counts.

    A text ends with a zero, which sorts before any character. A number is its length and its digits.
    """
    key = bytearray()
    for part in natural_key(text)[0]:
        if isinstance(part, int):
            digits = str(part).encode()[:255]
            key += bytes([len(digits)]) + digits
        else:
            key += part.replace("\0", "").encode(errors="replace") + b"\0"
    return bytes(key[:MAX_KEY_BYTES])
