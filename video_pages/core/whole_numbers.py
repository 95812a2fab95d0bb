"""Whole numbers in what a request says: every reader of them is this one, and none of them can fail.

Python refuses to read more than 4,300 digits and databases refuse ids that their columns can't hold, so a bare `int()`
turns a hostile header or field into an answer with status 500.
"""

import re

MAX_ID = 2**63 - 1
"""The largest value of an id column, of a size in bytes and of a position in a file."""

_DIGITS = re.compile(r"0*([0-9]{1,19})")


def read_whole_number(text, *, most=MAX_ID):
    """Return the number that `text` writes in ASCII digits, or None if it is no number from 0 to `most`.

    Zeros in front are read over. Signs, blanks, fractions and other scripts' digits are refused. `text` may be None.
    """
    found = _DIGITS.fullmatch(text or "")
    if found is None:
        return None
    number = int(found[1])
    return number if number <= most else None
