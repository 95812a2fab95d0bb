"""A CDN sends encrypted segments, which every cache may keep; the playlists and the keys pass the gate.

The segments are encrypted on the way out, when the CDN asks for one that it does not have (`segment`, below `/cdn/`).
The library stays as it is, so another DELIVERY needs no other files. A key opens the segments that begin within
`key_seconds` of film. A player asks once for each address of a key, so each period has an address of its own: who has
lost access gets no further key.

Everything else is sent from here, as by `stream`: the header of each rendition, the list of renditions, images, and the
progressive file, which plays where there is neither MediaSource nor the browser's own HLS.
"""

import io
import re
from typing import IO, ClassVar

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from video_pages.delivery.backends.stream import (
    FilePart,
    StreamBackend,
    conditions,
    describe,
    describe_answer,
    open_file,
)
from video_pages.delivery.cdn import names
from video_pages.delivery.cdn.ciphers import EncryptedPart, encrypted_length, initialisation_vector
from video_pages.delivery.cdn.names import RenditionFolder
from video_pages.delivery.cdn.playlists import Periods, encrypted_playlist, periods_of
from video_pages.delivery.ranges import Representation, evaluate
from video_pages.library import paths

FOLDER = r"(?P<folder>[0-9a-f]{2}/[0-9a-f]{32}/[0-9a-f]{12})/"
KEY = re.compile(FOLDER + names.KEY_FILE.pattern)
"""The name in the storage that the address of a key means. No file has it."""
PLAYLIST = re.compile(rf"{FOLDER}(?P<rendition>{names.RENDITION})\.m3u8")
SEGMENT_TYPE = "video/mp4"  # of what the ciphertext contains, as CDNs and players expect it


class MadeBytes(io.BytesIO):
    """Bytes that were made for an answer, open for reading; `representation` describes them."""

    def __init__(self, content: bytes, etag: str, modified: int) -> None:
        super().__init__(content)
        self.representation = Representation(size=len(content), etag=etag, modified=modified)


class CdnBackend(StreamBackend):
    """Answers as `stream`, but playlists of renditions name encrypted segments at CDN_URL, and keys are made here."""

    key_seconds: ClassVar[int] = 60
    """Seconds of film that one key opens. It bounds how long a player that has lost access finds keys it has."""

    def _open(self, name: str) -> IO[bytes]:
        if match := KEY.fullmatch(name):
            return self._key(RenditionFolder(match["folder"], match["rendition"]), int(match["period"]), match["mark"])
        match = PLAYLIST.fullmatch(name)
        if match and name != f"{match['folder']}/{paths.MASTER_PLAYLIST}":
            return self._playlist(RenditionFolder(match["folder"], match["rendition"]))
        return super()._open(name)

    def segment(self, request: HttpRequest, name: str) -> HttpResponseBase:
        found = names.found_segment(name, self.key_seconds)
        if found is None:
            raise FileNotFoundError(name)
        naming, place, number = found
        periods, modified = self._periods(place)
        if number >= len(periods.segments):
            raise FileNotFoundError(name)
        segment = periods.segments[number]
        opened = open_file(self.storage, place.media)
        tag = f'"{naming.proof(place, number)}"'
        representation = Representation(encrypted_length(segment.length), tag, modified)
        # Each block of ciphertext depends on those before it, so a range would cost as much as the whole.
        answer = evaluate(
            {name: value for name, value in conditions(request).items() if name != "Range"}, representation
        )
        if request.method == "GET" and answer.length:
            part = FilePart(opened, segment.offset, segment.length)
            key = naming.key(place, periods.of_segment[number])
            encrypted = EncryptedPart(part, segment.length, key=key, vector=initialisation_vector(number))
            response = StreamingHttpResponse(encrypted)
        else:
            opened.close()
            response = StreamingHttpResponse()
        response.status_code = answer.status
        describe_answer(response, answer, representation, SEGMENT_TYPE)
        response.headers["Accept-Ranges"] = "none"
        return response

    def _stored(self, place: RenditionFolder) -> tuple[bytes, int]:
        """Return the stored playlist of `place` and the second of its last change. Raises FileNotFoundError."""
        with open_file(self.storage, place.playlist) as file:
            return file.read(), describe(self.storage, place.playlist, file).modified

    def _periods(self, place: RenditionFolder) -> tuple[Periods, int]:
        text, modified = self._stored(place)
        return periods_of(text, self.key_seconds), modified

    def _playlist(self, place: RenditionFolder) -> MadeBytes:
        text, modified = self._stored(place)
        naming = names.namings(self.key_seconds)[0]
        content, tag = encrypted_playlist(text, place, naming, settings.CDN_URL)
        return MadeBytes(content, f'"{tag}"', modified)

    def _key(self, place: RenditionFolder, period: int, mark: str) -> MadeBytes:
        naming = names.naming_of_mark(mark, self.key_seconds)
        periods, modified = self._periods(place)
        if naming is None or period >= periods.number:
            raise FileNotFoundError
        return MadeBytes(naming.key(place, period), f'"{mark}"', modified)

    @classmethod
    def origins(cls) -> tuple[str, ...]:
        return (settings.CDN_URL,) if settings.CDN_URL else ()

    @classmethod
    def check(cls) -> list[CheckMessage]:
        if settings.CDN_URL:
            return []
        return [
            Error(
                f"DELIVERY is {settings.DELIVERY!r}, but CDN_URL is empty: playlists could not name the segments.",
                hint="Set CDN_URL to the address of the CDN, such as https://cdn.example.org (docs/scaling.md), or "
                "leave DELIVERY out: then the application sends the files.",
                id="video_pages.E037",
            )
        ]
