"""Protected storage: everything of a video that must ask before it is read.

Files here have no public address, whatever asks for one, and a delete only marks: the source is sacred, so a file goes
when no row names it any more and the transaction that let it go has been committed for a while. (wagtailmedia's
edit screen deletes the old file before it saves the new one.)
"""

import datetime as dt

from django.apps import apps
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

from video_pages.core import clock

# Long enough that a form still being saved, or a browser in the middle of a range, has finished.
GRACE = dt.timedelta(minutes=10)


class NoPublicAddress(Exception):
    """Something asked protected storage for a URL; ask the model, which knows who may see the file."""


@deconstructible(path="video_pages.library.storage.ProtectedStorage")
class ProtectedStorage(FileSystemStorage):
    """Files below PROTECTED_ROOT, readable by this process only through the delivery room and the admin."""

    def __init__(self):
        super().__init__(file_permissions_mode=0o640, directory_permissions_mode=0o750)

    @property
    def location(self):
        # Read at each use, so that the tests' and an operator's root hold for storages made at import.
        return str(settings.PROTECTED_ROOT)

    def url(self, name):
        """Refuse: raises NoPublicAddress."""
        raise NoPublicAddress(name)

    def delete(self, name):
        """Mark `name` for removal by the worker; the bytes stay until no row names them."""
        if not name:
            raise ValueError("The name must be given to delete().")
        apps.get_model("video_pages", "DiscardedFile").objects.update_or_create(
            name=name, defaults={"marked_at": clock.now()}
        )

    def remove_now(self, name):
        """Remove the bytes of `name`; for the worker, and for files that no committed row has ever named."""
        super().delete(name)


def protected_storage():
    """Return the storage of sources and everything made from them (a callable, so migrations stay neutral)."""
    return ProtectedStorage()
