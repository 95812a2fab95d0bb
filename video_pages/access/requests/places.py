"""The signed text in the address of the form: the page that somebody asks for.

The id of a page is a small number. Without the signature, anybody could read the titles of unlisted pages by counting.
"""

from typing import NamedTuple

from django.core import signing

from video_pages.access.guard import SECTION, VIDEO, page_model
from video_pages.access.invitations.models import Invitation
from video_pages.core.page_protocols import LockablePage

_signer = signing.Signer(salt="video_pages.access.requests", sep=".")


class RequestPlace(NamedTuple):
    """A source page, and the invitation that is over, if the person had one."""

    page: LockablePage
    invitation: Invitation | None = None


def signed_place(page: LockablePage, invitation: Invitation | None = None) -> str:
    """Return the signed text for `page`, a source page, in characters that an address can hold."""
    return _signer.sign(f"{page.guard_kind}-{page.pk}-{invitation.pk if invitation else 0}")


def read_place(text: str) -> RequestPlace | None:
    """Return the place of the untrusted `text`, or None if it is not signed or the page is gone; two queries at most.

    Without its invitation, which may have been deleted, the place is still known.
    """
    try:
        kind, page_id, invitation_id = _signer.unsign(text).split("-")
    except (signing.BadSignature, ValueError):
        return None
    if kind not in (VIDEO, SECTION):
        return None
    page = page_model(kind).objects.filter(pk=int(page_id)).first()
    invitation = Invitation.objects.filter(pk=int(invitation_id)).first() if int(invitation_id) else None
    return RequestPlace(page, invitation) if page else None
