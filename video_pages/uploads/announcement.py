"""What a creation request of the tus protocol says: its headers turned into what `resumable.create` takes."""

import re

from django.utils.translation import gettext as _

from video_pages.core.whole_numbers import read_whole_number
from video_pages.library.models import VideoFile
from video_pages.uploads import names, tus
from video_pages.uploads.models import ResumableUpload

FINGERPRINT = re.compile(r"[\x21-\x7e]{1,64}")
SECTIONS = ResumableUpload._meta.get_field("section")


def read_announcement(request):
    """Return the keyword arguments for `resumable.create` but for the user. Raises ProtocolError.

    Unknown keys of the metadata are passed over. A section or a file that is not there is as forbidden as another's:
    403, whichever it is.
    """
    said = tus.parse_metadata(request.headers.get("Upload-Metadata"))
    fingerprint = said.get("fingerprint", "")
    return {
        "size_bytes": tus.announced_length(
            request.headers.get("Upload-Length"), request.headers.get("Upload-Defer-Length")
        ),
        "filename": names.clean_filename(said.get("filename", "")),
        "title": names.clean_title(said.get("title", "")),
        "section": _row(SECTIONS.related_model.objects.all(), said.get("section")),
        "replaces": _row(VideoFile.objects.all(), said.get("replaces")),
        "metadata": request.headers.get("Upload-Metadata", "").strip(),
        "fingerprint": fingerprint if FINGERPRINT.fullmatch(fingerprint) else "",
    }


def _row(rows, key):
    """Return the row with the primary key `key` (text), or None if none is named."""
    if not key:
        return None
    found = rows.filter(pk=read_whole_number(key)).first()
    if found is None:
        raise tus.ProtocolError(403, _("You may not upload to this place."))
    return found
