"""The setup of a hash: its hasher, its rounds and its salt. Passwords with one setup are compared by one hash.

A page's own password and those of invitations that the same form takes share a salt where they can, so that a typed
text is hashed once, however many there are. Pages without invitations have a salt of their own. The salt is not secret:
it makes a table of hashes that was computed in advance useless, and two pages with the same password show two hashes.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.auth.hashers import get_hasher, identify_hasher, make_password
from django.db.models import Q
from django.db.models.functions import Coalesce, Length
from django.views.decorators.debug import sensitive_variables

from video_pages.access.guard import access_states, guard_of
from video_pages.access.models import VideoAccessSession
from video_pages.access.unfound_passwords import COSTS
from video_pages.core.page_protocols import LockablePage

SEPARATOR = "$"


def setup_of(password_hash: str) -> str:
    """Return the setup of `password_hash`: everything before the digest, which is its last part; "" for ""."""
    return password_hash.rpartition(SEPARATOR)[0]


@sensitive_variables("text")
def hash_in(setup: str, text: str) -> str:
    """Return the hash of `text`, normalised, that a password with `setup` would have. It takes as long as a check."""
    encoded = f"{setup}{SEPARATOR}"
    known = identify_hasher(encoded)
    decoded = known.decode(encoded)
    hasher: Any = type(known)()
    for name in COSTS:
        if name in decoded:
            setattr(hasher, name, decoded[name])
    return hasher.encode(text, decoded["salt"])


@sensitive_variables("text")
def hash_with_salt_of(setup: str, text: str) -> str:
    """Return a hash of `text`, normalised, with the present hasher and rounds, and the salt of `setup`.

    Without a setup ("") the salt is new.
    """
    encoded = f"{setup}{SEPARATOR}"
    return make_password(text, salt=identify_hasher(encoded).decode(encoded)["salt"] if setup else None)


def is_outdated(password_hash: str) -> bool:
    """Return whether `password_hash` has fewer rounds than Django uses now, or was made by another hasher."""
    hasher, preferred = identify_hasher(password_hash), get_hasher()
    return hasher.algorithm != preferred.algorithm or preferred.must_update(password_hash)


def setups_at(page: LockablePage) -> list[str]:
    """Return the different setups of the passwords that open `page`, a source page; three queries.

    First its own, then those of its invitations that nobody has ended, then that of its guard.
    """
    own = type(page).objects.filter(pk=page.pk).values_list("password_hash", flat=True).first() or ""
    guard = guard_of(page)
    return _distinct([setup_of(own), *invited_setups(page), setup_of(guard.password_hash) if guard else ""])


def invited_setups(page: LockablePage) -> list[str]:
    """Return the different setups of the invitations of `page`, a source page, that nobody has ended; one query."""
    setups = _invited(page).exclude(password_setup="").order_by().values_list("password_setup", flat=True)
    return list(setups.distinct())


def salt_setup(page: LockablePage) -> str:
    """Return the setup whose salt a new password of `page`, a source page, shares; "" without one; two queries.

    It is that of its invitations, or else of the nearest invitation below, whose form takes this password, too.
    """
    return next(iter(invited_setups(page)), "") or _setup_below(page)


def neighbouring_setup(page: LockablePage) -> str:
    """Return the setup of the nearest invitation above `page`, a source page, or else below; "" without; three queries.

    Above, the pages up to its guard count: the forms of videos take the passwords of all of them.
    """
    above = access_states([page])[page.pk].reach[1:]
    by_page: dict[int, str] = {}
    invited = _with_password().filter(Q(video__in=above) | Q(section__in=above)).order_by("pk")
    for video_id, section_id, setup in invited.values_list("video_id", "section_id", "password_setup"):
        by_page.setdefault(video_id or section_id, setup)
    nearest = (by_page[page_id] for page_id in above if page_id in by_page)
    return next(nearest, "") or _setup_below(page)


def is_invited(page: LockablePage, hashes: Collection[str]) -> bool:
    """Return whether one of `hashes` is that of an invitation of `page` that nobody has ended; one query."""
    return _invited(page).filter(password_hash__in=hashes).exists()


def invitation_model() -> Any:
    """Return the model Invitation, which lies in a package that imports this module."""
    return VideoAccessSession._meta.get_field("granted_by").related_model


def _invited(page: LockablePage) -> Any:
    return invitation_model().objects.filter(**{f"{page.guard_kind}_id": page.pk}, revoked_at=None)


def _with_password() -> Any:
    return invitation_model().objects.filter(revoked_at=None).exclude(password_setup="")


def _setup_below(page: LockablePage) -> str:
    below = Q(video__path__startswith=page.path) | Q(section__path__startswith=page.path)
    invited = _with_password().filter(below).order_by(Length(Coalesce("video__path", "section__path")), "pk")
    return invited.values_list("password_setup", flat=True).first() or ""


def _distinct(setups: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(setup for setup in setups if setup))
