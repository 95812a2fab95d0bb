"""The tus protocol 1.0.0, as far as it is about headers: https://tus.io/protocols/resumable-upload (numbers of no
section are given there; the names of its headings are used here). Nothing in this module knows of files or rows.
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
"""For Upload-Checksum: guards against a faulty line, not against anybody's malice."""
OVERRIDABLE = ("HEAD", "PATCH", "DELETE")
"""What X-HTTP-Method-Override may turn a POST into: for clients whose own PATCH gets lost on the way."""
CHECKSUM_MISMATCH = 460
MAX_METADATA = 64 * 1024  # characters; web servers take less already

KEY = re.compile(r"[!-+\--~]+")  # printable ASCII without space and comma


class ProtocolError(Exception):
    """The request is not one that the protocol allows. `status` is the answer's, `message` says why."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status, self.message = status, message


@dataclass(frozen=True)
class Checksum:
    """What a request says of its own body: `algorithm` is one of ALGORITHMS, `digest` raw bytes."""

    algorithm: str
    digest: bytes

    def hasher(self):
        return hashlib.new(self.algorithm, usedforsecurity=False)


def effective_method(method, override):
    """Return the method that a request means: `override` is its X-HTTP-Method-Override, or None.

    Only a POST can mean something else, and only what the protocol uses.
    """
    meant = (override or "").strip().upper()
    return meant if method == "POST" and meant in OVERRIDABLE else method


def check_version(text):
    """Raise ProtocolError 412 unless `text`, the Tus-Resumable header, is the version spoken here."""
    if text != VERSION:
        message = _("This server speaks tus %(version)s; the request says otherwise.") % {"version": VERSION}
        raise ProtocolError(412, message)


def check_content_type(text):
    """Raise ProtocolError 415 unless a body of type `text` holds bytes of an upload."""
    if (text or "").partition(";")[0].strip().lower() != CONTENT_TYPE:
        raise ProtocolError(415, _("Bytes of an upload have the Content-Type %(type)s.") % {"type": CONTENT_TYPE})


def byte_count(text, name):
    """Return the header `name`, which must be a number of bytes. Raises ProtocolError 400."""
    read = read_whole_number((text or "").strip())
    if read is None:
        raise ProtocolError(400, _("%(header)s must be a number of bytes, zero or more.") % {"header": name})
    return read


def announced_length(length, deferred):
    """Return the size in bytes that a creation announces by `length` (Upload-Length). Raises ProtocolError 400.

    `deferred` is Upload-Defer-Length, which belongs to an extension that is not offered.
    """
    if deferred is not None:
        raise ProtocolError(400, _("This server needs to know the length from the start: send Upload-Length."))
    return byte_count(length, "Upload-Length")


def parse_metadata(text):
    """Return {key: value} of the Upload-Metadata header. Raises ProtocolError 400.

    Values are text; what is no UTF-8 in them is replaced, for it is only shown.
    """
    found = {}
    text = (text or "").strip()
    if len(text) > MAX_METADATA:
        raise ProtocolError(400, _("Upload-Metadata is too long."))
    for pair in text.split(",") if text else ():
        key, _space, value = pair.strip().partition(" ")
        if not KEY.fullmatch(key) or key in found:
            raise ProtocolError(400, _("Upload-Metadata must be pairs of a key and a Base64 value, each key once."))
        found[key] = _decoded(value.strip(), "Upload-Metadata").decode("utf-8", "replace")
    return found


def parse_checksum(text):
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


def _decoded(text, name):
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ProtocolError(400, _("%(header)s holds what is no Base64.") % {"header": name}) from None
