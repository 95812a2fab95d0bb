"""Protected storage: the files of videos, which are read only after an access check.

Files here have no public address, and `delete()` only marks: the worker removes a file when no row names it and the
transaction that deleted it has been committed for a while. (wagtailmedia's edit screen deletes the old file before it
saves the new one.)
"""

import datetime as dt

from django.apps import apps
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

from video_pages.core import clock

# Long enough for a form that is still being saved, or a browser in the middle of a range.
GRACE = dt.timedelta(minutes=10)


class NoPublicAddress(Exception):
    """Protected storage has no URLs; the model returns an address that checks who may read the file."""


@deconstructible(path="video_pages.library.storage.ProtectedStorage")
class ProtectedStorage(FileSystemStorage):
    """Files below PROTECTED_ROOT, which visitors and editors read only through delivery and the admin."""

    def __init__(self) -> None:
        super().__init__(file_permissions_mode=0o640, directory_permissions_mode=0o750)

    @property
    def location(self) -> str:
        # Read at each use, so that a setting changed by a test also holds for storages made at import.
        return str(settings.PROTECTED_ROOT)

    def url(self, name: str | None) -> str:
        """Raise NoPublicAddress."""
        raise NoPublicAddress(name)

    def delete(self, name: str) -> None:
        """Mark `name` for removal by the worker; the bytes stay until no row names them."""
        if not name:
            raise ValueError("The name must be given to delete().")
        apps.get_model("video_pages", "DiscardedFile").objects.update_or_create(
            name=name, defaults={"marked_at": clock.now()}
        )

    def remove_now(self, name: str) -> None:
        """Remove the bytes of `name`; for the worker, and for files that no committed row has ever named."""
        super().delete(name)


def protected_storage() -> ProtectedStorage:
    """Return the storage of sources and everything made from them (a callable, so that migrations do not name it)."""
    return ProtectedStorage()
