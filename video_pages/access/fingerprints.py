"""Fingerprints of passwords: which pages a typed text opens, for the form of a whole site, with one slow hash.

Each page's password has a salt of its own, so one guess at a site with a thousand of them would cost as many hashes.
A fingerprint is a hash of the same slowness under one salt of the site, keyed twice by SECRET_KEY: its salt is derived
from it, and what is stored is an HMAC. An index finds the pages. A fingerprint only finds: a page is opened by its own
hash, as at its own form.

They exist only while a site has switched on `AccessSettings.finds_passwords`. A password gets one when it is set, and
one that is older when it is typed right at its own page. A row belongs to one hash: once the page has another, the row
counts no more.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.views.decorators.debug import sensitive_variables

from video_pages.access.invitations.models import Invitation
from video_pages.access.models import PasswordFingerprint
from video_pages.access.queues import hashing_turn
from video_pages.access.site_settings import AccessSettings
from video_pages.access.unfound_passwords import NAME, made_for

MOST_PAGES = 8
"""Pages that one text opens at the form of a site, at most: each is checked by a hash of its own."""


def are_kept() -> bool:
    """Return whether a site lets passwords be found; one query."""
    return AccessSettings.objects.filter(finds_passwords=True).exists()


@sensitive_variables("text")
def fingerprint_of(text: str) -> str:
    """Return the fingerprint of `text`, normalised: 64 hexadecimal digits. One hash. Raises HashingBusy."""
    salt = salted_hmac(NAME, "salt", algorithm="sha256").hexdigest()[:32]
    with hashing_turn():
        encoded = make_password(text, salt=salt)
    return salted_hmac(NAME, encoded, algorithm="sha256").hexdigest()


def store(kind: str, owner_id: int, password_hash: str, fingerprint: str) -> None:
    """Store `fingerprint` as that of the password with `password_hash`, if this is the present password of its owner.

    The owner is a page if `kind` is "video" or "section", or an "invitation". While the fingerprint was computed, it
    may have got another password, or have been deleted: then nothing is stored.
    """
    owners: Any = PasswordFingerprint._meta.get_field(kind).related_model
    present = owners.objects.filter(pk=owner_id, password_hash=password_hash).order_by()
    owner: dict[str, Any] = {f"{kind}_id": owner_id}
    columns = {"fingerprint": fingerprint, "made_for": made_for(password_hash)}
    with transaction.atomic():
        # The lock stands against another password: whichever comes second sees what the other has written.
        if list(present.select_for_update(of=("self",), no_key=True).values_list("pk")):
            PasswordFingerprint.objects.update_or_create(**owner, defaults=columns)


def is_stored(kind: str, owner_id: int, password_hash: str) -> bool:
    """Return whether the password with `password_hash` of this owner has a fingerprint; one query."""
    columns = {f"{kind}_id": owner_id, "made_for": made_for(password_hash)}
    return PasswordFingerprint.objects.filter(**columns).exists()


def pages_with(
    fingerprint: str, below: str | tuple[str, ...], is_open: Callable[[Invitation], bool] = lambda invitation: True
) -> list[Any]:
    """Return the source pages whose password, or that of an invitation of theirs, has `fingerprint`, the highest first.

    Only pages whose tree path begins with one of `below`, invitations for which `is_open()` is true, and at most
    MOST_PAGES. Two queries, none for "".
    """
    if not fingerprint:
        return []
    rows = PasswordFingerprint.objects.filter(fingerprint=fingerprint)
    found = rows.select_related("video", "section", "invitation__video", "invitation__section")
    open_rows = (row for row in found if row.invitation is None or is_open(row.invitation))
    pages = {page.pk: page for row in open_rows for page in _pages_of(row) if page.path.startswith(below)}
    return sorted(pages.values(), key=lambda page: (page.depth, page.path))[:MOST_PAGES]


def exist_for(fingerprint: str) -> bool:
    """Return whether any password has `fingerprint`; one query."""
    return PasswordFingerprint.objects.filter(fingerprint=fingerprint).exists()


def forget_if_off(sender: type[AccessSettings], instance: AccessSettings, **kwargs: Any) -> None:
    """Delete all fingerprints once no site lets passwords be found; a `post_save` handler of AccessSettings."""
    if not instance.finds_passwords and not are_kept():
        PasswordFingerprint.objects.all().delete()


def _pages_of(row: PasswordFingerprint) -> Iterable[Any]:
    """Yield the page of `row` if the row belongs to the present password of its owner."""
    owner = row.video or row.section or row.invitation
    if owner is not None and owner.password_hash and row.made_for == made_for(owner.password_hash):
        yield owner.page if row.invitation is not None else owner
