"""Parse whole numbers in requests; an invalid one gives None and never an exception.

Python refuses to parse more than 4,300 digits, and databases refuse ids that their columns can't hold. So a bare
`int()` answers a hostile header or field with status 500.
"""

import re

MAX_ID = 2**63 - 1
"""The largest value of an id column, of a size in bytes and of a position in a file."""

_DIGITS = re.compile(r"0*([0-9]{1,19})")


def read_whole_number(text: str | None, *, most: int = MAX_ID) -> int | None:
    """Return the number that the ASCII digits `text` stand for, or None if it is no number from 0 to `most`.

    Leading zeros are ignored. Signs, blanks, fractions and digits of other scripts are refused.
    """
    found = _DIGITS.fullmatch(text or "")
    if found is None:
        return None
    number = int(found[1])
    return number if number <= most else None


def read_form_id(text: str) -> int | None:
    """Return the id that a form field of Django makes of `text`, or None if it makes none from 1 to MAX_ID.

    A field accepts blanks, a sign and digits of other scripts. A check of an id that Wagtail's form reads afterwards
    must accept the same, otherwise it checks another page than the form uses.
    """
    try:
        number = int(text)
    except ValueError:  # also for more than 4,300 digits
        return None
    return number if 0 < number <= MAX_ID else None
