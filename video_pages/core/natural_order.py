"""The order in which people expect names: "Film 2" before "Film 10", "Ätna" beside "Atlas"."""

import re
import unicodedata

NUMBERS = re.compile(r"([0-9]+)")


def natural_key(text):
    """Return a key that sorts `text` by words and numbers, without regard to case and accents."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    # Digits stand at every second place, so that numbers are only ever compared with numbers.
    parts = NUMBERS.split(plain.casefold())
    return [int(part) if place % 2 else part.strip() for place, part in enumerate(parts)], text
