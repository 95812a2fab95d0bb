"""Removal of what broken connections and killed processes left in FILE_UPLOAD_TEMP_DIR."""

import os

from django.conf import settings

from video_pages.core import clock
from video_pages.uploads.files import PREFIX, SUFFIX
from video_pages.uploads.store import PREFIX as PART_PREFIX

STALE_SECONDS = 60 * 60
"""An upload that still arrives is written to all the time; an hour of silence means that nobody sends it."""


def remove_stale_uploads(*, now=None, older_than_seconds=STALE_SECONDS):
    """Remove temporary uploads that nothing has been written to for `older_than_seconds`; return how many.

    `now` is an aware datetime.
    """
    latest = (now or clock.now()).timestamp() - older_than_seconds
    removed = 0
    try:
        entries = list(os.scandir(settings.FILE_UPLOAD_TEMP_DIR))
    except FileNotFoundError:
        return 0
    for entry in entries:
        if not (entry.name.startswith(PREFIX) and entry.name.endswith(SUFFIX)):
            continue
        # A second name of a part file that is being taken in: as old as its last byte, and its part's to remove.
        if entry.name.startswith(f"{PREFIX}{PART_PREFIX}"):
            continue
        try:
            if entry.stat(follow_symlinks=False).st_mtime <= latest:
                os.remove(entry.path)
                removed += 1
        except FileNotFoundError:  # its own request, or another worker, was faster
            continue
    return removed
