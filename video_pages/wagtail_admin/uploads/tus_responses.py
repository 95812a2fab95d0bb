"""The answers of the tus endpoint: headers of the protocol, and JSON with a reason for users."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _

from video_pages.ingest import finish_object
from video_pages.uploads import limits, resumable, tus
from video_pages.uploads.models import ResumableUpload

URL_NAME, URL_NAME_OF_ONE = "tus_uploads", "tus_upload"
REFUSED = dict.fromkeys(("too_large", "library_full", "disk_full", limits.TOO_MANY, limits.TOO_MUCH), 413)
"""HTTP status by code of the upload policy, for codes about sizes. Other codes mean a file that can't be used: 422."""


def describe(upload: ResumableUpload) -> dict[str, Any]:
    """Return the JSON of an upload, for scripts."""
    offset = resumable.offset_of(upload)
    reason = upload.refusal
    if upload.refusal:
        state = "refused"
    elif upload.video_file_id and upload.object_name and not upload.replaces_id:
        state, reason = finish_object.verdict_of(upload)
    elif upload.video_file_id:
        state = "ready"
    else:
        state = "inspecting" if offset == upload.size_bytes else "uploading"
    return {
        "url": reverse(URL_NAME_OF_ONE, args=(upload.token,)),
        "token": upload.token,
        "filename": upload.filename,
        "size": upload.size_bytes,
        "offset": offset,
        "state": state,
        "is_direct": bool(upload.object_name),
        "reason": reason,
        "video_file": upload.video_file_id,
    }


def answer(
    status: int, headers: Mapping[str, object] | None = None, *, reason: str = "", code: str = ""
) -> HttpResponse:
    """Return a response with `headers`; with a `reason` for users, its content is JSON."""
    response: HttpResponse
    if reason:
        response = JsonResponse({"reason": str(reason), "code": code}, status=status)
    else:
        response = HttpResponse(status=status)
        response.headers.pop("Content-Type", None)
    for name, value in (headers or {}).items():
        response.headers[name] = str(value)
    return response


def wrong_checksum() -> HttpResponse:
    """Return status 460 of the protocol's checksum extension."""
    response = answer(tus.CHECKSUM_MISMATCH, reason=_("The bytes were changed on the way. Send them again."))
    response.reason_phrase = "Checksum Mismatch"
    return response


def conflicting(offset: int) -> HttpResponse:
    """Return 409 with the offset at which the upload continues."""
    return answer(409, {"Upload-Offset": offset}, reason=_("The upload goes on from another place."))


def expired() -> HttpResponse:
    """Return 410 for an upload that was removed."""
    return answer(410, reason=_("This upload was left alone for too long and has been removed."))


def expiry(upload: ResumableUpload) -> dict[str, str]:
    """Return the header Upload-Expires of an unfinished upload; {} for a finished one."""
    if resumable.is_finished(upload):
        return {}
    return {"Upload-Expires": http_date(resumable.expires_at(upload).timestamp())}
