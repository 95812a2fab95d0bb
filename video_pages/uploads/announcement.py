"""The creation request of the tus protocol: its headers as the arguments of `resumable.create`."""

import re
from typing import Any, TypedDict, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from video_pages.core.whole_numbers import read_whole_number
from video_pages.library.models import VideoFile
from video_pages.uploads import names, tus
from video_pages.uploads.models import ResumableUpload

FINGERPRINT = re.compile(r"[\x21-\x7e]{1,64}")
SECTION_MODEL: Any = ResumableUpload._meta.get_field("section").related_model

Row = TypeVar("Row", bound=Model)


class Announcement(TypedDict):
    """The keyword arguments of `resumable.create` without the user."""

    size_bytes: int
    filename: str
    title: str
    section: Any  # a VideoIndexPage
    replaces: VideoFile | None
    metadata: str
    fingerprint: str


def read_announcement(request: HttpRequest) -> Announcement:
    """Return the announced upload of a creation request. Raises ProtocolError, PermissionDenied.

    Unknown keys of the metadata are ignored. A section or a file that does not exist answers 403, like one that the
    user may not use.
    """
    metadata = tus.parse_metadata(request.headers.get("Upload-Metadata"))
    fingerprint = metadata.get("fingerprint", "")
    return {
        "size_bytes": tus.announced_length(
            request.headers.get("Upload-Length"), request.headers.get("Upload-Defer-Length")
        ),
        "filename": names.clean_filename(metadata.get("filename", "")),
        "title": names.clean_title(metadata.get("title", "")),
        "section": _row(SECTION_MODEL.objects.all(), metadata.get("section")),
        "replaces": _row(VideoFile.objects.all(), metadata.get("replaces")),
        "metadata": request.headers.get("Upload-Metadata", "").strip(),
        "fingerprint": fingerprint if FINGERPRINT.fullmatch(fingerprint) else "",
    }


def _row(rows: QuerySet[Row], key: str | None) -> Row | None:
    """Return the row with the primary key `key`, or None if `key` is empty. Raises PermissionDenied."""
    if not key:
        return None
    found = rows.filter(pk=read_whole_number(key)).first()
    if found is None:
        raise PermissionDenied  # the view answers as for a row that the user may not use
    return found
