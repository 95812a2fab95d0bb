"""Inspection of an uploaded file: probe it before anything is saved."""

import logging
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.utils.translation import gettext_lazy as _

from video_pages.core import disk_space
from video_pages.core.connections import release_connections
from video_pages.transcoding import sandbox
from video_pages.transcoding.facts import Facts
from video_pages.transcoding.probe import UnreadableMedia, probe
from video_pages.transcoding.sandbox import OnTick
from video_pages.uploads.store import CompletePart

logger = logging.getLogger(__name__)

UNKNOWN_UPLOAD = _("The server no longer has this file, or something was made of it already. Choose it again.")
NOT_INSPECTED = "not_examined"
"""The code of a file that the server could not look into: that says nothing about the file."""
TOO_SLOW = "too-slow"
"""The code of a file that took too long: the cause is the file or a busy machine."""
UNREADABLE_NOW = _("The server could not look into this file. Try again in a moment.")


def read_facts(upload: TemporaryUploadedFile | CompletePart) -> Facts:
    """Return the probe's Facts about the uploaded file `upload`; raise ValidationError if it can't be used."""
    upload.flush()
    try:
        return facts_at(Path(upload.temporary_file_path()))
    except OSError as error:
        raise _not_examined(error) from error


def facts_at(path: Path, *, on_tick: OnTick = None) -> Facts:
    """Return the probe's Facts about the file at `path` as `read_facts` does; `on_tick` is that of the sandbox.

    No database connection is held meanwhile: as many uploads that end at the same time would take all of a pool.
    Raises OSError if the disk is full: a caller that waits for room says so.
    """
    release_connections()
    try:
        return probe(path, on_tick=on_tick)
    except UnreadableMedia as error:
        raise ValidationError(error.message, code=error.code) from error
    except (sandbox.SandboxError, OSError) as error:
        if disk_space.is_full(error):
            raise
        raise _not_examined(error) from error


def _not_examined(error: Exception) -> ValidationError:
    """Log `error`, a fault of the server, and return the ValidationError that says so."""
    logger.warning("An uploaded file could not be looked into: %s: %s", type(error).__name__, error)
    return ValidationError(UNREADABLE_NOW, code=NOT_INSPECTED)
