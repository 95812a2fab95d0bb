"""Passwords of videos and sections: set, checked, removed. Only hashes are kept.

Typed text is normalised to NFC (as RFC 8265, 4.2.2 has it), so that an "é" typed on a Mac is the one typed on
Windows; nothing else is changed. Checking costs about half a second of one core on purpose, so each process checks
at most its share of the cores at a time and the others wait (`queues`): the pages and streams of other visitors keep
their turn.
"""

import unicodedata

from django.contrib.auth.hashers import check_password, get_hasher, identify_hasher, make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from wagtail.log_actions import log

from video_pages.access.queues import hashing_turn
from video_pages.access.revoke import LOG_ACTION, end_access, end_access_at
from video_pages.core import clock

MIN_LENGTH, MAX_LENGTH = 8, 128
# Longer text is not even normalised: NFC takes time that grows with the square of a run of combining marks. No
# character of Unicode decomposes into more than four code points, so what was set in 128 is typed in at most 512.
MAX_TYPED = 4 * MAX_LENGTH
TOO_LONG = _("This text is longer than any password here (%(limit)d characters). Look at what was pasted.")

# Words a person can read out: no l, 1, I, O or 0. Four groups of four hold 78 bits.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


@sensitive_variables()
def normalise(raw):
    """Return `raw` as it is hashed and compared: NFC, nothing trimmed."""
    return unicodedata.normalize("NFC", raw)


@sensitive_variables()
def spellings(raw):
    """Return the texts that are tried for the typed `raw`, normalised, the likeliest first; [] if none can be right.

    As typed; then without blanks, line ends and invisible characters around it, which come along when a password is
    copied out of a message. Nothing but those is no password.
    """
    trimmed = _trimmed(raw)
    if not trimmed:
        return []
    texts = [normalise(text) for text in (raw, trimmed) if len(text) <= MAX_TYPED]
    return [text for text in dict.fromkeys(texts) if MIN_LENGTH <= len(text) <= MAX_LENGTH]


@sensitive_variables()
def is_blank(raw):
    """True if nothing of the text `raw` can be seen."""
    return all(_is_invisible(letter) for letter in raw)


@sensitive_variables()
def is_too_long(raw):
    """True if `raw` has more characters than any password, also without what is invisible around it."""
    return _length(_trimmed(raw)) > MAX_LENGTH


@sensitive_variables()
def _trimmed(raw):
    shown = [place for place, letter in enumerate(raw) if not _is_invisible(letter)]
    return raw[shown[0] : shown[-1] + 1] if shown else ""


@sensitive_variables()
def _length(raw):
    return len(raw) if len(raw) > MAX_TYPED else len(normalise(raw))


def _is_invisible(letter):
    return letter.isspace() or unicodedata.category(letter) in ("Cc", "Cf")


@sensitive_variables()
def validate_password(raw):
    """Raise ValidationError (codes "too_short", "too_long", "blank") unless `raw` may be set as a password."""
    length = _length(raw)
    if length < MIN_LENGTH:
        raise ValidationError(_("Use at least %(limit)d characters."), code="too_short", params={"limit": MIN_LENGTH})
    if length > MAX_LENGTH:
        raise ValidationError(_("Use at most %(limit)d characters."), code="too_long", params={"limit": MAX_LENGTH})
    if is_blank(raw):
        raise ValidationError(_("Use characters that can be seen, not blanks alone."), code="blank")


@sensitive_variables()
def matches(raw, password_hash):
    """True if `raw` is the password behind `password_hash`; text that could not have been set is never hashed.

    Raises HashingBusy if too many passwords are being checked already.
    """
    if not password_hash or len(raw) > MAX_TYPED:
        return False
    typed = normalise(raw)
    if not MIN_LENGTH <= len(typed) <= MAX_LENGTH:
        return False
    with hashing_turn():
        return check_password(typed, password_hash)


def is_outdated(password_hash):
    """True if Django's rounds have grown since `password_hash` was made, or another hasher was chosen."""
    hasher, preferred = identify_hasher(password_hash), get_hasher()
    return hasher.algorithm != preferred.algorithm or preferred.must_update(password_hash)


@sensitive_variables()
def refreshed_hash(raw, password_hash):
    """Return a new hash of the same, right password if the present one is outdated, else None."""
    if not is_outdated(password_hash):
        return None
    with hashing_turn():
        return make_password(normalise(raw))


def generate_password():
    """Return a random password that can be read out: 4 groups of 4, such as `kq7m-x2rp-…`; 78 bits."""
    return "-".join(get_random_string(4, READABLE) for _group in range(4))


@sensitive_variables("raw", "password_hash")
def set_password(page, raw, *, user=None, now=None):
    """Make `raw` the password of `page` (a VideoPage or VideoIndexPage) and end all access given by the old one.

    An alias has no password: its source's is set. Raises ValidationError for a password that is too short or long.
    """
    validate_password(raw)
    with hashing_turn():
        password_hash = make_password(normalise(raw))
    _write(page, user, password_hash=password_hash, password_changed_at=now or clock.now())


def remove_password(page, *, user=None, now=None):
    """Leave `page` without a password of its own and end all access that it gave."""
    _write(page, user, password_hash="", password_changed_at=now or clock.now())


def set_open(page, is_open, *, user=None):
    """Mark the video `page` open to everyone, or take the mark away; taking it away ends nobody's own access."""
    _write(page, user, keep_access=True, open_to_everyone=bool(is_open))


def set_access_minutes(page, minutes, *, user=None):
    """Set how long access to `page` lasts from now on, in minutes; None for the site's own length.

    In place of a date.
    """
    _write(page, user, keep_access=True, access_minutes=minutes, access_until=None)


def set_access_until(page, until, *, user=None):
    """Let the password of `page` open until `until` (aware) and nothing from then on; access given so far ends then.

    In place of a length in minutes.
    """
    _write(page, user, keep_access=True, access_minutes=None, access_until=until)


def _write(page, user, *, keep_access=False, **columns):
    source, until = page.source, columns.get("access_until")
    with transaction.atomic():
        type(source).objects.filter(pk=source.pk).update(**columns)
        if not keep_access:
            end_access(source)
        if until is not None:
            end_access_at(source, until)
        log(instance=source, action=LOG_ACTION, user=user)
    for instance in (source, page):
        if instance.pk == source.pk:
            for name, value in columns.items():
                setattr(instance, name, value)
