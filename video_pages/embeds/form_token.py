"""The token in the form of a frame: it proves that the password was typed there.

Browsers send Django's CSRF cookie in no frame of another site, so the token itself is signed. It is for one video and
for the key that the frame had when it got the form. A page of another site can't read it; one that a stranger has
fetched for themselves is for no key. The view checks the origin of the request as well.

The token holds a random id of the form, by which guesses are counted as they are by the CSRF cookie elsewhere. It
remains the same from try to try.
"""

import secrets
import uuid

from django.core import signing

from video_pages.access.browser import digest

SALT = "video_pages.embeds.form_token"
SECONDS = 24 * 60 * 60
"""For how long a form may stand open before it is sent."""
ID_BYTES = 16


def new_token(video: uuid.UUID, key: str, form_id: str = "") -> str:
    """Return a token for the form of a frame of `video` that has `key`, or "" as yet; `form_id` is that of its last."""
    return signing.dumps([str(video), digest(key), form_id or secrets.token_urlsafe(ID_BYTES)], salt=SALT)


def form_id_of(token: str, video: uuid.UUID, *keys: str) -> str:
    """Return the id of the form in `token` (untrusted text), or "" if it is none for this video and one of `keys`."""
    try:
        held = signing.loads(token, salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return ""
    return str(held[2]) if held[:2] in [[str(video), digest(key)] for key in keys] else ""
