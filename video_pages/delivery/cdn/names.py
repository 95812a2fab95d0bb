"""Names of encrypted segments and their keys; both are computed from SECRET_KEY, and nothing is stored.

A segment is called `/cdn/<file>/<package>/<rendition>/<number>-<proof>.m4s`. The proof is an HMAC of everything that
decides about the bytes: nobody who knows some names can compute another. Names are told only by playlists, which pass
the gate. A key is an HMAC as well, of a rendition and a period of the film. Its address below `/stream/<uuid>/` is
`<package>/<rendition>.<period>.<mark>.key`.

After a change of SECRET_KEY the one before it is a fallback: names that it has proved stay valid, and its mark, in the
address of a key, says that the segment was encrypted with a key of its own. So a film that is playing goes on, and what
a CDN keeps is still of use to it.
"""

import hmac
import re
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import salted_hmac

from video_pages.library import paths

PREFIX = "/cdn/"
RENDITION = r"[a-z0-9][a-z0-9-]{0,40}"
NUMBER = r"0|[1-9][0-9]{0,5}"
KEY_FILE = re.compile(rf"(?P<rendition>{RENDITION})\.(?P<period>{NUMBER})\.(?P<mark>[0-9a-f]{{8}})\.key")
"""The last part of the address of a key."""
SEGMENT = re.compile(
    rf"(?P<file>[0-9a-f]{{32}})/(?P<package>[0-9a-f]{{12}})/(?P<rendition>{RENDITION})/"
    r"(?P<number>0|[1-9][0-9]{0,5})-(?P<proof>[0-9a-f]{32})\.m4s"
)
"""The name of a segment below PREFIX."""
KEY_BYTES = 16


@dataclass(frozen=True)
class RenditionFolder:
    """A rendition in a package: the `folder` of the package in the storage, and the name of the rendition."""

    folder: str
    rendition: str

    @property
    def media(self) -> str:
        """The name in the storage of the file with all segments."""
        return f"{self.folder}/{paths.media_of(self.rendition)}"

    @property
    def playlist(self) -> str:
        """The name in the storage of the playlist."""
        return f"{self.folder}/{paths.playlist_of(self.rendition)}"


@dataclass(frozen=True)
class Naming:
    """The names and keys that one secret makes, for keys of `key_seconds` of film."""

    secret: str
    key_seconds: int

    @property
    def mark(self) -> str:
        """Eight hexadecimal digits that tell this secret from others, and nothing else about it."""
        return self._digest("mark", "").hex()[:8]

    def key(self, place: RenditionFolder, period: int) -> bytes:
        """Return the key of AES-128 for the segments of `place` that begin within `period` (from 0)."""
        return self._digest("key", f"{place.folder}/{place.rendition}/{self.key_seconds}/{period}")[:KEY_BYTES]

    def key_file(self, place: RenditionFolder, period: int) -> str:
        """Return the address of this key, relative to the playlist of `place`."""
        return f"{place.rendition}.{period}.{self.mark}.key"

    def segment(self, place: RenditionFolder, number: int) -> str:
        """Return the path of segment `number` (from 0) of `place`."""
        _start, file, package = place.folder.split("/")
        return f"{PREFIX}{file}/{package}/{place.rendition}/{number}-{self.proof(place, number)}.m4s"

    def proof(self, place: RenditionFolder, number: int) -> str:
        """Return the part of the name of a segment that only this site can compute."""
        # With the seconds of a key: another number makes other bytes, which must not have the same name in a cache.
        return self._digest("name", f"{place.folder}/{place.rendition}/{self.key_seconds}/{number}").hex()[:32]

    def _digest(self, purpose: str, text: str) -> bytes:
        return salted_hmac(f"video_pages.delivery.cdn.{purpose}", text, secret=self.secret, algorithm="sha256").digest()


def namings(key_seconds: int) -> list[Naming]:
    """Return the Naming that playlists use, and those of former values of SECRET_KEY."""
    return [Naming(secret, key_seconds) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def naming_of_mark(mark: str, key_seconds: int) -> Naming | None:
    """Return the Naming with this `mark`, or None."""
    return next((naming for naming in namings(key_seconds) if naming.mark == mark), None)


def found_segment(name: str, key_seconds: int) -> tuple[Naming, RenditionFolder, int] | None:
    """Return the (Naming, RenditionFolder, number) of the segment `name` (untrusted text below PREFIX), or None.

    None for every name that this site has not made, without a look at the storage.
    """
    match = SEGMENT.fullmatch(name)
    if match is None:
        return None
    folder = paths.package_directory(uuid.UUID(match["file"]), match["package"])
    place, number = RenditionFolder(folder, match["rendition"]), int(match["number"])
    for naming in namings(key_seconds):
        if hmac.compare_digest(naming.proof(place, number), match["proof"]):
            return naming, place, number
    return None
