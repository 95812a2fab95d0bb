"""Protected storage: the files of videos, which are read only after an access check.

The setting LIBRARY_STORAGE chooses where they lie: in a directory (`ProtectedStorage`) or in a bucket
(`library.s3.storage`). Files here have no public address, and `delete()` only marks: the worker removes a file when no
row names it and the transaction that deleted it has been committed for a while. (wagtailmedia's edit screen deletes the
old file before it saves the new one.)
"""

import datetime as dt
import functools
import os
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol, cast

from django.apps import apps
from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage
from django.utils.deconstruct import deconstructible
from django.utils.module_loading import import_string

from video_pages.core import clock

# Long enough for a form that is still being saved, or a browser in the middle of a range.
GRACE = dt.timedelta(minutes=10)

# Dotted paths and not classes, so that the packages of object storage are imported only if it is chosen.
KINDS = {
    "files": "video_pages.library.storage.ProtectedStorage",
    "s3": "video_pages.library.s3.storage.ObjectStorage",
}


class NoPublicAddress(Exception):
    """Protected storage has no URLs; the model returns an address that checks who may read the file."""


class StorageAway(OSError):
    """The storage does not answer, or refuses this site; nothing is known about the file. Try again later."""


class LibraryStorage(ABC, Storage):
    """The base of both storages: no address, and `delete()` only marks."""

    is_remote: ClassVar[bool] = False
    """True if storing a file sends it to another machine, which may take minutes."""

    @property
    @abstractmethod
    def place(self) -> str:
        """The place of the files, for operators: a directory, or a bucket with its prefix."""

    def url(self, name: str | None) -> str:
        """Raise NoPublicAddress."""
        raise NoPublicAddress(name)

    def delete(self, name: str) -> None:
        """Mark `name` for removal by the worker; the bytes stay until no row names them."""
        if not name:
            raise ValueError("The name must be given to delete().")
        apps.get_model("video_pages", "DiscardedFile").objects.update_or_create(
            name=name, defaults={"marked_at": clock.now(), "kept_until": None, "size_bytes": self.quick_size(name)}
        )

    def quick_size(self, name: str) -> int | None:
        """Return the bytes of the file or folder `name`, None if that takes a request: the worker measures it later."""
        return None

    @abstractmethod
    def remove_now(self, name: str) -> None:
        """Remove the bytes of `name`; for the worker, and for files that no committed row has ever named."""


class SigningStorage(Protocol):
    """The ability of object storage to sign addresses, for code that does not import its packages."""

    def signed_url(
        self,
        name: str,
        *,
        seconds: int,
        content_type: str | None = None,
        cache_control: str | None = None,
        method: str = "get_object",
        for_servers: bool = False,
    ) -> str:
        """See `library.s3.storage.ObjectStorage.signed_url`."""

    def public_origin(self) -> str:
        """Return the origin of addresses that are signed for browsers."""


@dataclass(frozen=True)
class SentPart:
    """A part of an object that the storage has: its size in bytes and its entity tag."""

    size: int
    etag: str


class PartsStorage(Protocol):
    """The ability of object storage to take an object in parts from browsers; see `library.s3.multipart.Multipart`."""

    def begin_parts(self, name: str) -> str: ...
    def part_address(self, name: str, parts: str, number: int, *, size: int, seconds: int) -> str: ...
    def sent_parts(self, name: str, parts: str) -> dict[int, SentPart]: ...
    def join_parts(self, name: str, parts: str, sent: Mapping[int, SentPart]) -> None: ...
    def drop_parts(self, name: str, parts: str) -> None: ...
    def size(self, name: str) -> int: ...


@deconstructible(path="video_pages.library.storage.ProtectedStorage")
class ProtectedStorage(LibraryStorage, FileSystemStorage):
    """Files below PROTECTED_ROOT, which visitors and editors read only through delivery and the admin."""

    def __init__(self) -> None:
        super().__init__(file_permissions_mode=0o640, directory_permissions_mode=0o750)

    @property
    def location(self) -> str:
        # Read at each use, so that a setting changed by a test also holds for storages made at import.
        return str(settings.PROTECTED_ROOT)

    @property
    def place(self) -> str:
        return str(settings.PROTECTED_ROOT)

    def quick_size(self, name: str) -> int | None:
        path = self.path(name)
        try:
            if not os.path.isdir(path):
                return os.stat(path).st_size
            with os.scandir(path) as inside:
                return sum(entry.stat().st_size for entry in inside if entry.is_file(follow_symlinks=False))
        except FileNotFoundError:
            return 0
        except OSError:
            return None

    def remove_now(self, name: str) -> None:
        FileSystemStorage.delete(self, name)


@functools.cache  # Django connects each new storage to a signal, which took a tenth of the time of a range
def storage_of(kind: str) -> LibraryStorage:
    """Return the one storage of this `kind` (a key of KINDS) in this process."""
    return cast(LibraryStorage, import_string(KINDS[kind])())


def protected_storage() -> LibraryStorage:
    """Return the storage of sources and everything made from them (a callable, so that migrations do not name it)."""
    return storage_of(settings.LIBRARY_STORAGE)
