"""The headers of the tus protocol 1.0.0: https://tus.io/protocols/resumable-upload. Comments name its headings, because
its sections have no numbers. This module does not use files or rows.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from video_pages.core.whole_numbers import read_whole_number

VERSION = "1.0.0"
EXTENSIONS = ("creation", "creation-with-upload", "checksum", "expiration", "termination")
CONTENT_TYPE = "application/offset+octet-stream"
ALGORITHMS = ("sha256", "sha1", "md5")
"""For Upload-Checksum, which detects transmission errors and not attacks."""
OVERRIDABLE = ("HEAD", "PATCH", "DELETE")
"""The methods that X-HTTP-Method-Override may set for a POST: some networks block PATCH."""
CHECKSUM_MISMATCH = 460
MAX_METADATA = 64 * 1024  # characters; the limits of web servers are lower

KEY = re.compile(r"[!-+\--~]+")  # printable ASCII without space and comma


class ProtocolError(Exception):
    """The protocol does not allow the request. `status` is that of the answer, `message` is the reason."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


@dataclass(frozen=True)
class Checksum:
    """The checksum of the body of a request: `algorithm` is one of ALGORITHMS, `digest` raw bytes."""

    algorithm: str
    digest: bytes

    def hasher(self) -> "hashlib._Hash":
        return hashlib.new(self.algorithm, usedforsecurity=False)


def effective_method(method: str, override: str | None) -> str:
    """Return the method of a request whose X-HTTP-Method-Override is `override`, or None.

    Only a POST can be overridden, and only by a method of the protocol.
    """
    wanted = (override or "").strip().upper()
    return wanted if method == "POST" and wanted in OVERRIDABLE else method


def check_version(text: str | None) -> None:
    """Raise ProtocolError 412 unless `text`, the Tus-Resumable header, is VERSION."""
    if text != VERSION:
        message = _("This server speaks tus %(version)s; the request says otherwise.") % {"version": VERSION}
        raise ProtocolError(412, message)


def check_content_type(text: str | None) -> None:
    """Raise ProtocolError 415 unless `text`, the Content-Type header, is that of an upload's bytes."""
    if (text or "").partition(";")[0].strip().lower() != CONTENT_TYPE:
        raise ProtocolError(415, _("Bytes of an upload have the Content-Type %(type)s.") % {"type": CONTENT_TYPE})


def byte_count(text: str | None, name: str) -> int:
    """Return the value `text` of the header `name`, a number of bytes. Raises ProtocolError 400."""
    count = read_whole_number((text or "").strip())
    if count is None:
        raise ProtocolError(400, _("%(header)s must be a number of bytes, zero or more.") % {"header": name})
    return count


def announced_length(length: str | None, deferred: str | None) -> int:
    """Return the size in bytes of a creation request, from `length` (Upload-Length). Raises ProtocolError 400.

    `deferred` is Upload-Defer-Length, which belongs to an extension that is not offered.
    """
    if deferred is not None:
        raise ProtocolError(400, _("This server needs to know the length from the start: send Upload-Length."))
    return byte_count(length, "Upload-Length")


def parse_metadata(text: str | None) -> dict[str, str]:
    """Return {key: value} of the Upload-Metadata header. Raises ProtocolError 400.

    Values are text; bytes that are no UTF-8 are replaced, because the values are only shown.
    """
    found: dict[str, str] = {}
    text = (text or "").strip()
    if len(text) > MAX_METADATA:
        raise ProtocolError(400, _("Upload-Metadata is too long."))
    for pair in text.split(",") if text else ():
        key, _space, value = pair.strip().partition(" ")
        if not KEY.fullmatch(key) or key in found:
            raise ProtocolError(400, _("Upload-Metadata must be pairs of a key and a Base64 value, each key once."))
        found[key] = _decoded(value.strip(), "Upload-Metadata").decode("utf-8", "replace")
    return found


def parse_checksum(text: str | None) -> Checksum | None:
    """Return the Checksum of the Upload-Checksum header `text`, or None if there is none. Raises ProtocolError 400."""
    if text is None:
        return None
    algorithm, _space, value = text.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise ProtocolError(400, _("Upload-Checksum may be one of %(names)s.") % {"names": ", ".join(ALGORITHMS)})
    digest = _decoded(value.strip(), "Upload-Checksum")
    if len(digest) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise ProtocolError(400, _("Upload-Checksum holds no digest by %(name)s.") % {"name": algorithm})
    return Checksum(algorithm, digest)


def _decoded(text: str, name: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ProtocolError(400, _("%(header)s is not valid Base64.") % {"header": name}) from None
