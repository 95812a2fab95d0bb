"""Make pages of sources in the library that no row names, as after the restore of an older database.

Each is imported like a file of the machine: it is copied, with the checks and limits of uploads. The orphan stays
until its time is over.
"""

import dataclasses
import os

from django.utils import timezone
from django.utils.translation import gettext as _

from video_pages.ingest import import_files
from video_pages.ingest.import_files import ImportResult
from video_pages.library import local_files
from video_pages.library.storage import protected_storage
from video_pages.pages.models import VideoIndexPage


def import_orphan(name: str, *, section: VideoIndexPage, password: str = "", publish: bool = False) -> ImportResult:
    """Make a page below `section` of the source `name` of the library; return the ImportResult, with `name` as path.

    Its title tells when the file was stored: the name that its editor gave it was in the row that is lost.
    """
    try:
        with local_files.local_copy(name) as path:
            result = import_files.import_file(
                str(path), section=section, password=password, publish=publish, name=_called(name)
            )
    except OSError as error:
        result = import_files.not_copied(name, error)
    return dataclasses.replace(result, path=name)


def _called(name: str) -> str:
    """Return the file name from which title and format are taken. Raises FileNotFoundError and StorageAway."""
    stored_at = timezone.localtime(protected_storage().get_modified_time(name))
    words = _("Found again, stored on %(day)s at %(time)s")
    return words % {"day": f"{stored_at:%Y-%m-%d}", "time": f"{stored_at:%H:%M}"} + os.path.splitext(name)[1]
