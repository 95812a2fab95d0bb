"""The signed value in the address of a page: one editor sees one page as somebody else, for some minutes.

It gives no right: it is honoured only for the user whom it names, who may edit the page anyway.
"""

import enum
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core import signing

PARAMETER = "see-as"
SALT = "video_pages.see_as"
SECONDS = 15 * 60


class As(enum.StrEnum):
    """The persons as whom a page can be seen."""

    STRANGER = "stranger"
    INVITED = "invited"
    EDITOR = "editor"


@dataclass(frozen=True)
class Seeing:
    """The user `user_id` sees the page `page_id` as `person`; `person_id` is the id of an invitation or of a user."""

    user_id: int
    page_id: int
    person: As
    person_id: int = 0

    def address(self, page_url: str) -> str:
        """Return `page_url` with the signed value."""
        value = signing.dumps([self.user_id, self.page_id, self.person.value, self.person_id], salt=SALT)
        return f"{page_url}?{urlencode({PARAMETER: value})}"


def read_seeing(value: str) -> Seeing | None:
    """Return the Seeing of `value` (untrusted text); None if it is not signed by this site, or too old."""
    try:
        user_id, page_id, person, person_id = signing.loads(value, salt=SALT, max_age=SECONDS)
        return Seeing(int(user_id), int(page_id), As(person), int(person_id))
    except (signing.BadSignature, ValueError, TypeError):
        return None
