"""A receiver gets more than files: its addresses, a playlist with captions, the progressive file in pieces.

    receiver             for the page: the folder below /stream/ whose addresses have the token of a receiver, as JSON
    hls/television.m3u8  the renditions and the captions; a receiver shows no <track> of the page
    tracks/<number>.m3u8 a text track as a playlist of one segment (RFC 8216, 3.5)

`access.receivers` has the tokens, `views` the verdict.
"""

import re
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from video_pages.access import receivers
from video_pages.access.browser import FRAME_MARK
from video_pages.access.decide import Verdict
from video_pages.core import clock
from video_pages.core.whole_numbers import read_whole_number
from video_pages.delivery import files
from video_pages.delivery.backends.base import StoredFile
from video_pages.delivery.backends.stream import StreamBackend
from video_pages.delivery.responses import PREFLIGHT, protect
from video_pages.library import paths
from video_pages.library.served_names import ServedNames
from video_pages.library.storage import protected_storage
from video_pages.library.text_models import TextTrack
from video_pages.pages.models import VideoPage
from video_pages.transcoding import hls

NAME, PLAYLIST = "receiver", "hls/television.m3u8"
PIECE_BYTES = 4 * 1024 * 1024
"""The most bytes of the progressive file in one answer to a Range of a receiver: each further piece is decided again.
Without this one answer lasts as long as the film, and the end of the access would not end it."""
PROGRESSIVE_NAMES = frozenset([paths.PROGRESSIVE, paths.REMUXED])
"""The names of a progressive file in a package, below which it is besides `source`. nginx's configuration has them."""
OPEN_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})", re.ASCII)
LAST_RANGE = re.compile(r"bytes=-(\d{1,15})", re.ASCII)
CAPTIONS = "captions"


def answer(video: VideoPage, name: str, verdict: Verdict) -> HttpResponse | None:
    """Return the response for `name` (untrusted text) below the address of the source page `video`, or None.

    `verdict` allows the video. Raises FileNotFoundError and StorageAway if the list of renditions can't be read.
    """
    if name == NAME:
        return _addresses(video, verdict)
    if name == PLAYLIST:
        stored = files.stored_file(video.video_file, "hls/master.m3u8")
        return _playlist(_with_captions(_read(stored.name), _tracks(video))) if stored else None
    folder, _slash, filename = name.partition("/")
    number = read_whole_number(filename.removesuffix(".m3u8"))
    if folder != "tracks" or not filename.endswith(".m3u8") or number is None:
        return None
    return _playlist(_of_one(f"{number}.vtt", video.duration_seconds)) if number in _tracks(video) else None


def _addresses(video: VideoPage, verdict: Verdict) -> HttpResponse | None:
    """Return the folder of a new receiver, or None if a receiver would not be allowed what `verdict` allows."""
    now = clock.now()
    token = receivers.new_token(video.uuid, verdict, video.duration_seconds, now=now)
    receiver = receivers.read_token(token, video.uuid, now)
    if receiver is None or not receivers.decide_for(video, receiver, now).allowed:
        return None
    folder = reverse("stream", args=(video.uuid, f"{FRAME_MARK}{token}/"))
    return protect(HttpResponse(f'{{"folder": "{folder}"}}', content_type="application/json"))


def preflight(request: HttpRequest) -> HttpResponse | None:
    """Return the answer to the question of a receiver's browser whether it may send Range, or None for no question."""
    if request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers:
        return None
    return protect(HttpResponse(status=204, headers=PREFLIGHT))


def is_in_pieces(file: ServedNames | None, stored: StoredFile) -> bool:
    """Return whether a receiver gets `stored` of `file` in pieces: a progressive file, at any of its addresses."""
    is_playable = file is not None and stored.name == file.playable_name
    return is_playable or stored.name.rpartition("/")[2] in PROGRESSIVE_NAMES


def deliver_piece(request: HttpRequest, stored: StoredFile) -> HttpResponseBase:
    """Answer the receiver that sends `request` with a piece of the progressive file `stored`.

    A piece is what one Range asks for, PIECE_BYTES at most: players ask for the rest, because an answer with 206 says
    which bytes it has (RFC 9110, 15.3.7). Without a Range that can be read the answer is the whole file: HTTP permits
    no part of it then. Raises FileNotFoundError and StorageAway.
    """
    asked = request.META.get("HTTP_RANGE", "")
    if match := LAST_RANGE.fullmatch(asked):
        request.META["HTTP_RANGE"] = f"bytes=-{min(int(match[1]), PIECE_BYTES)}"
    elif match := OPEN_RANGE.fullmatch(asked):
        first = int(match[1])
        last = min(int(match[2] or first + PIECE_BYTES), first + PIECE_BYTES - 1)
        request.META["HTTP_RANGE"] = f"bytes={first}-{last}"
    return StreamBackend(protected_storage()).deliver(request, stored)


def _tracks(video: VideoPage) -> dict[int, TextTrack]:
    found = TextTrack.objects.filter(video_file_id=video.video_file_id, is_hidden=False)
    return {track.pk: track for track in found.exclude(kind=TextTrack.Kind.DESCRIPTIONS)}


def _read(name: str) -> str:
    with protected_storage().open(name) as file:
        return cast(bytes, file.read()).decode()


def _with_captions(master: str, tracks: dict[int, TextTrack]) -> str:
    """Return the text of a master playlist with one group of subtitles, which each of its renditions has."""
    if not tracks:
        return master
    media = [
        f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="{CAPTIONS}",NAME="{hls.quoted(track.label)}",'
        f'LANGUAGE="{hls.quoted(track.language)}",DEFAULT={"YES" if track.is_default else "NO"},AUTOSELECT=YES,'
        f'URI="../tracks/{number}.m3u8"'
        for number, track in tracks.items()
    ]
    lines = [
        f'{line},SUBTITLES="{CAPTIONS}"' if line.startswith("#EXT-X-STREAM-INF:") else line
        for line in master.splitlines()
    ]
    first = next((place for place, line in enumerate(lines) if line.startswith("#EXT-X-STREAM-INF:")), len(lines))
    return "\n".join([*lines[:first], *media, *lines[first:], ""])


def _of_one(address: str, seconds: float) -> str:
    """Return a playlist whose only segment, of `seconds`, is at `address`."""
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{hls.VERSION}", f"#EXT-X-TARGETDURATION:{max(1, round(seconds + 0.499))}"]
    lines += ["#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-PLAYLIST-TYPE:VOD", f"#EXTINF:{seconds:.3f},", address]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def _playlist(text: str) -> HttpResponse:
    return protect(HttpResponse(text, content_type=files.PLAYLIST))
