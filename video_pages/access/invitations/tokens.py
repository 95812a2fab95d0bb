"""The tokens of links: 160 random bits with a prefix and a checksum, so that secret scanners find them.

A token is `srw_`, 27 characters of base 62, and 6 more that are the CRC-32 of what stands before them. The database
keeps an HMAC of it under SECRET_KEY: a copy of the database alone opens nothing, and a guess can't be compared with it.
"""

import re
import secrets
import string
import zlib

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.debug import sensitive_variables

from video_pages.access.invitations.models import Invitation

PREFIX = "srw_"
RANDOM_BITS = 160
DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
RANDOM_LENGTH, CHECKSUM_LENGTH = 27, 6  # in base 62: 62**27 > 2**160, and 62**6 > 2**32
SHAPE = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{RANDOM_LENGTH + CHECKSUM_LENGTH}}}", re.ASCII)
SALT = "video_pages.access.invitations.tokens"


@sensitive_variables()
def new_token() -> str:
    """Return a new random token, 37 characters of ASCII."""
    start = PREFIX + _base62(secrets.randbits(RANDOM_BITS), RANDOM_LENGTH)
    return start + _checksum(start)


@sensitive_variables()
def is_token(text: str) -> bool:
    """Return whether `text` (untrusted) has the shape and the checksum of a token; no query."""
    return SHAPE.fullmatch(text) is not None and text[-CHECKSUM_LENGTH:] == _checksum(text[:-CHECKSUM_LENGTH])


@sensitive_variables()
def link_path(token: str) -> str:
    """Return the path of the page of the link with `token`."""
    return reverse("invitation_link", args=(token,))


@sensitive_variables()
def token_digest(token: str, key: str | None = None) -> str:
    """Return the digest that the database keeps of `token`: 64 hexadecimal characters, under `key` or SECRET_KEY."""
    return salted_hmac(SALT, token, secret=key or settings.SECRET_KEY, algorithm="sha256").hexdigest()


@sensitive_variables()
def find_invitation(token: str) -> Invitation | None:
    """Return the invitation of the link `token` (untrusted text) in any state, or None; one query at most.

    Digests under SECRET_KEY_FALLBACKS count, so a new SECRET_KEY need not end links.
    """
    if not is_token(token):
        return None
    digests = [token_digest(token, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    found = Invitation.objects.filter(token_digest__in=digests, kind=Invitation.Kind.LINK)
    return found.select_related("video", "section").first()


def _checksum(start: str) -> str:
    return _base62(zlib.crc32(start.encode()), CHECKSUM_LENGTH)


def _base62(number: int, length: int) -> str:
    digits = []
    for _place in range(length):
        number, digit = divmod(number, len(DIGITS))
        digits.append(DIGITS[digit])
    return "".join(reversed(digits))
