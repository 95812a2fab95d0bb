"""The secret of an invitation: a password that opens nothing else here, or the token of a link; kept as a digest."""

import dataclasses

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.views.decorators.debug import sensitive_variables

from video_pages.access import distinct_passwords, fingerprints
from video_pages.access.distinct_passwords import HashedPassword, hash_distinct, unusable
from video_pages.access.guard import guard_of
from video_pages.access.invitations.tokens import new_token, token_digest
from video_pages.access.password_setups import neighbouring_setup, setup_of, setups_at
from video_pages.access.passwords import generate_password, normalise, validate_password
from video_pages.core.page_protocols import LockablePage


@dataclasses.dataclass(frozen=True, repr=False)
class Secret:
    """The text that a person gets, once, and the columns of an Invitation that recognise it.

    `hashed` is what a password is compared by. `fingerprint` is that of a password, "" if none are kept.
    """

    text: str
    columns: dict[str, str]
    hashed: HashedPassword | None = None
    fingerprint: str = ""

    def store_fingerprint(self, invitation_id: int) -> None:
        """Store the fingerprint for the invitation with this id, whose columns are stored."""
        if self.fingerprint:
            fingerprints.store("invitation", invitation_id, self.columns["password_hash"], self.fingerprint)


@sensitive_variables()
def link_secret() -> Secret:
    """Return the secret of a new link."""
    token = new_token()
    return Secret(token, {"token_digest": token_digest(token)})


@sensitive_variables()
def password_secret(page: LockablePage, raw: str | None) -> Secret:
    """Return the secret of a password for `page`, a source page; without `raw` it is generated.

    Raises ValidationError for a password that is too short, too long or too common, HashingBusy if too many are hashed
    already. One hash, one more for each other setup at the page, and one for a fingerprint if they are kept.
    """
    if raw is None:
        raw = generate_password()
    else:
        validate_password(raw)
        _refuse_common(raw)
    text, setups = normalise(raw), setups_at(page)
    salt_of = setups[0] if setups else neighbouring_setup(page)
    hashed = hash_distinct(text, salt_of, setups)
    columns = {"password_hash": hashed.password_hash, "password_setup": setup_of(hashed.password_hash)}
    fingerprint = fingerprints.fingerprint_of(text) if fingerprints.are_kept() else ""
    return Secret(raw, columns, hashed, fingerprint)


def refuse_equal(page: LockablePage, secret: Secret) -> None:
    """Raise ValidationError if the password of `secret` opens `page`, a source page, already; four queries.

    An invitation that a person has ended does not count. Raises SetupsChangedError; see `distinct_passwords`.
    """
    if secret.hashed is None:
        return
    own = type(page).objects.filter(pk=page.pk).values_list("password_hash", flat=True).first() or ""
    guard = guard_of(page)
    others = {own, guard.password_hash if guard else ""}
    distinct_passwords.refuse_equal(page, secret.hashed, others=others)


@sensitive_variables("raw")
def _refuse_common(raw: str) -> None:
    try:
        CommonPasswordValidator().validate(raw)
    except ValidationError:
        raise unusable() from None
