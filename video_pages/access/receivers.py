"""Tokens of receivers: televisions that play one film by AirPlay or Chromecast, and have no cookie.

A token stands in the address where the key of a frame would stand, and looks like one. It names an access row and holds
for one film. Each request reads the row: the token ends with it, with the film's own end, and at a moment of its own.
If the browser unlocks the same again before the row ends, the new row takes its place. Nothing is stored for a token. A
receiver counts as the viewer of the row, for views and for the limits of an invitation.

A film that is open to everyone needs no row; its tokens name none, and open nothing once it is locked. There is none
for an editor without a row, because nothing about a user may be in an address.
"""

import base64
import binascii
import dataclasses
import datetime as dt
import hmac
import struct
import uuid
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from video_pages.access.browser import FRAME_KEY, Browser
from video_pages.access.decide import Reason, Verdict, decide
from video_pages.access.grant import first_id_of, present_row
from video_pages.access.guard import access_states
from video_pages.core.page_protocols import ProtectedVideo

SPARE_TIME = dt.timedelta(hours=4)
"""For how much longer than the film a token holds: for pauses, and because it is made before the film is sent."""
BODY = struct.Struct(">QI")  # the id of the row or 0, the end in seconds since 1970
PROOF_BYTES = 20
ATTRIBUTE = "_receiver"


class Receiver(NamedTuple):
    """The content of a token: its access row as `first_id_of`, None without one, and the end (aware) of the token."""

    row_id: int | None
    ends_at: dt.datetime


def new_token(video: uuid.UUID, verdict: Verdict, video_seconds: float, *, now: dt.datetime) -> str:
    """Return a token for a receiver that plays `video`, which `verdict` allows; "" if there is none for this reason.

    One query with an access row.
    """
    if verdict.reason not in (Reason.UNLOCKED, Reason.OPEN):
        return ""
    ends_at = now + SPARE_TIME + dt.timedelta(seconds=video_seconds)
    body = BODY.pack(first_id_of(verdict.access_id) or 0, int(ends_at.timestamp()))
    proof = _proof(settings.SECRET_KEY, video, body)
    sealed = proof + _masked(settings.SECRET_KEY, proof, body)
    return _written(sealed)


def read_token(token: str, video: uuid.UUID, now: dt.datetime) -> Receiver | None:
    """Return the Receiver in `token` (untrusted text) for `video`; None if it is none, as the key of a frame, or over.

    Tokens under a former SECRET_KEY hold to their end.
    """
    if not FRAME_KEY.fullmatch(token):
        return None
    try:
        sealed = base64.urlsafe_b64decode(f"{token}=")
    except binascii.Error:
        return None
    if _written(sealed) != token:
        return None  # the last character has two bits that say nothing: three other ones would give the same content
    proof, masked = sealed[:PROOF_BYTES], sealed[PROOF_BYTES:]
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        body = _masked(secret, proof, masked)
        if hmac.compare_digest(_proof(secret, video, body), proof):
            row_id, end = BODY.unpack(body)
            ends_at = dt.datetime.fromtimestamp(end, dt.UTC)
            return Receiver(row_id or None, ends_at) if ends_at > now else None
    return None


def followed(receiver: Receiver) -> tuple[Receiver, str]:
    """Return (`receiver` with the id of its present access row, the digest of the key of the row's browser or "").

    One query with a row.
    """
    row = present_row(receiver.row_id)
    return (receiver._replace(row_id=row[0]), row[1]) if row else (receiver, "")


def decide_for(video: ProtectedVideo, receiver: Receiver, now: dt.datetime) -> Verdict:
    """Return the Verdict on `video` (a source page, never an alias) for `receiver` at `now`; two queries.

    Only the row of the token counts, and no user.
    """
    receiver, key = followed(receiver)
    browser = Browser((key,) if key else ())
    state = access_states([video], browser.keys)[video.pk]
    state = dataclasses.replace(state, rows=tuple(row for row in state.rows if row.id == receiver.row_id))
    return until_end(decide(video, browser, None, now, state=state), receiver)


def until_end(verdict: Verdict, receiver: Receiver) -> Verdict:
    """Return `verdict`, at most until the token of `receiver` ends."""
    end = min(verdict.valid_until or receiver.ends_at, receiver.ends_at)
    return dataclasses.replace(verdict, valid_until=end) if verdict.allowed else verdict


def mark_as_receiver(request: HttpRequest) -> None:
    """Have `request` come from a receiver: then its bytes come from this site and not by a redirect."""
    setattr(request, ATTRIBUTE, True)


def is_of_receiver(request: HttpRequest) -> bool:
    """Return whether `mark_as_receiver` was called with `request`."""
    return hasattr(request, ATTRIBUTE)


def _written(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _proof(secret: str, video: uuid.UUID, body: bytes) -> bytes:
    return _digest("proof", secret, video.bytes + body)[:PROOF_BYTES]


def _masked(secret: str, proof: bytes, body: bytes) -> bytes:
    """Return `body` masked, or a masked one as it was: the number of a row would tell how many others there are."""
    return bytes(one ^ other for one, other in zip(body, _digest("mask", secret, proof), strict=False))


def _digest(purpose: str, secret: str, content: bytes) -> bytes:
    return salted_hmac(f"video_pages.receiver.{purpose}", content, secret=secret, algorithm="sha256").digest()
