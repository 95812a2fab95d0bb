"""Compares the protected storage with the rows, once whatever may go has gone: the two must name the same files."""

import datetime as dt
import os
import time

from django.utils import timezone

from video_pages.library import identity, inventory, removal
from video_pages.library.models import VideoFile
from video_pages.library.storage import GRACE, protected_storage
from video_pages.transcoding.workspace import remove_stale_workspaces


def assert_none(*, but_missing=frozenset()):
    """Assert that every file in the storage is named by a row, and that every named file is there.

    Discarded files and the working directories of killed processes go first, as the worker removes them with time.
    `but_missing` are names that are expected to be gone.
    """
    removal.remove_discarded(now=timezone.now() + GRACE + dt.timedelta(minutes=1))
    remove_stale_workspaces(older_than_seconds=0, now=time.time() + 60)
    named = set()
    for video_file, renditions in inventory.with_renditions(VideoFile.objects.exclude(file="").order_by("pk")):
        named |= {one.name for one in inventory.expected_files(video_file, renditions)}
    found = stored()
    assert not found - named, f"named by nothing: {sorted(found - named)}"
    assert named - found == but_missing, f"missing: {sorted(named - found)}"


def stored():
    """The names of all files in the protected storage but those on their way in."""
    root = protected_storage().location
    found = set()
    for folder, folders, files in os.walk(root):
        if folder == root:
            folders[:] = [name for name in folders if name != "tmp"]
        found |= {os.path.relpath(os.path.join(folder, name), root) for name in files}
    return found - {identity.NAME}
