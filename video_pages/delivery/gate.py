"""`/stream-gate/`: nginx asks whether a browser may have files of a video (DELIVERY=nginx).

nginx proves that it asks by GATE_SECRET in a header; every other request gets the 403 of a locked video. nginx sends
only headers that it wrote itself. It sends the one session, or instead of it the key of a frame, that is also in the
key of its cache, so a verdict depends on nothing but that key. 204 allows, and says where the files of the video are in
the storage; 403 refuses and is never kept.

The time of an answer in nginx's cache is stated in whole seconds of nginx's own clock, which comes with the question,
so clocks of two machines need not agree. nginx uses an answer until the end of the stated second.
"""

import math
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from video_pages.access import known_browsers, receivers
from video_pages.access.browser import FRAME_KEY, use_frame_key
from video_pages.access.decide import Reason
from video_pages.access.visitor import visitor_of
from video_pages.core import clock
from video_pages.delivery import files
from video_pages.delivery.backends.choice import backend_class
from video_pages.delivery.backends.x_accel import internal_address
from video_pages.delivery.counting import count_first_bytes, refused_play
from video_pages.delivery.responses import open_to_receiver, protect, refusal
from video_pages.delivery.television import is_in_pieces
from video_pages.delivery.views import find_video, receiver_in, verdict_on
from video_pages.library import paths
from video_pages.library.served_names import ServedNames
from video_pages.library.storage import StorageAway, protected_storage

SECRET, VIDEO, KIND, ASKED_AT = "X-Gate-Secret", "X-Gate-Video", "X-Gate-Kind", "X-Gate-Time"  # noqa: S105
"""Headers of the question: the secret, a uuid, VIEW or another word, seconds since 1970 by nginx's clock."""
FRAME = "X-Gate-Frame"
"""The header with the key of a frame or the token of a receiver; then the question has no session."""
VIEW = "view"
"""The kind of a request that begins a view: a GET of video content."""
NAME, ADDRESS = "X-Gate-Name", "X-Gate-Address"
"""With a library in a bucket: the name below `/stream/<uuid>/`; in the 204, the address at which nginx fetches it."""
FOLDER, SOURCE, POSTER, PACKAGE = "X-Gate-Folder", "X-Gate-Source", "X-Gate-Poster", "X-Gate-Package"
"""Headers of the 204: names in the storage, each with a slash in front; one is missing if the file does not exist."""
EXPIRES = "X-Accel-Expires"
LONGEST_SECONDS = 2.0
"""The longest time from the reading of the rows to the last use of a verdict."""


@csrf_exempt
def stream_gate(request: HttpRequest) -> HttpResponseBase:
    """Answer 204 with the places of the files, or 403."""
    if not is_open_to(request):
        return refusal()
    now = clock.now()
    frame = request.headers.get(FRAME, "")
    receiver = receiver_in(frame, request.headers.get(VIDEO, ""), now)
    if receiver is not None:
        receivers.mark_as_receiver(request)
    if frame:
        use_frame_key(request, frame if receiver is None and FRAME_KEY.fullmatch(frame) else "")
    visitor = visitor_of(request)
    video = find_video(request.headers.get(VIDEO, ""))
    verdict = verdict_on(video, visitor, receiver, now) if video else None
    if video is None or verdict is None or not verdict.allowed:
        return refusal()
    is_view = request.headers.get(KIND) == VIEW
    refused = refused_play(video, verdict, now) if is_view else None
    if refused:
        return refusal(refused)
    left = (verdict.valid_until - now).total_seconds() if verdict.valid_until else LONGEST_SECONDS
    response = allowance(request, video.video_file, 0.0 if verdict.reason == Reason.EDITOR else left)
    if is_view and count_first_bytes(visitor, video, verdict, now):
        known_browsers.remember_extension(
            response, visitor.known_browser, guard=verdict.guard, access_id=verdict.access_id
        )
    return response


def is_open_to(request: HttpRequest) -> bool:
    """Return whether `request` comes from nginx: DELIVERY uses the gate, and the header has GATE_SECRET."""
    given = request.headers.get(SECRET, "")
    return bool(
        settings.GATE_SECRET
        and secrets.compare_digest(given.encode(errors="replace"), settings.GATE_SECRET.encode())
        and backend_class(settings.DELIVERY).uses_gate
    )


def allowance(request: HttpRequest, file: ServedNames | None, seconds: float) -> HttpResponse:
    """Return the 204 about a video with `file`; nginx may use it for `seconds`, LONGEST_SECONDS at most."""
    response = protect(HttpResponse(status=204))
    places, name = places_of(file), request.headers.get(NAME, "")
    if receivers.is_of_receiver(request):
        open_to_receiver(response)
        places.pop(SOURCE, None)  # the application sends it in pieces
        stored = files.stored_file(file, name)
        name = "" if stored and is_in_pieces(file, stored) else name
    for header, value in places.items():
        response.headers[header] = value
    address = address_of(file, name)
    if address:
        response.headers[ADDRESS] = address
    response.headers[EXPIRES] = expires(request.headers.get(ASKED_AT, ""), min(LONGEST_SECONDS, seconds))
    return response


def places_of(file: ServedNames | None) -> dict[str, str]:
    """Return the headers FOLDER, SOURCE, POSTER and PACKAGE about `file`, without those of files that do not exist."""
    if file is None:
        return {}
    folder = f"/{paths.file_directory(file.uuid)}"
    found = {
        FOLDER: folder,
        SOURCE: file.playable_name and f"/{file.playable_name}",
        POSTER: file.poster_name and f"/{file.poster_name}",
        PACKAGE: file.package and f"{folder}/{file.package}",
    }
    return {name: value for name, value in found.items() if value}


def address_of(file: ServedNames | None, name: str) -> str:
    """Return the address at which nginx fetches the object that `name` (untrusted text) means, or "".

    A library of files needs none. Without one, nginx asks the application, which says what is wrong.
    """
    stored = files.stored_file(file, name) if settings.LIBRARY_STORAGE == "s3" else None
    if stored is None or not stored.name:
        return ""
    try:
        return internal_address(protected_storage(), stored)
    except StorageAway:
        return ""


def expires(asked_at: str, seconds: float) -> str:
    """Return the value of X-Accel-Expires: `@` and the last second in which the answer is used, or `0` for no use.

    `asked_at` is nginx's time of the question in seconds since 1970. The answer may be used for `seconds` after it.
    nginx uses it to the end of the stated second.
    """
    try:
        asked = float(asked_at)
    except ValueError:
        return "0"
    if not math.isfinite(asked):
        return "0"
    last = math.floor(asked + seconds) - 1
    return f"@{last}" if last >= math.floor(asked) else "0"
