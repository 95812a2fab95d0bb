"""Send a source to a bucket before the transaction that writes its row.

Sending a large file takes minutes. For so long no transaction may be open: on SQLite nobody else could write, and on
PostgreSQL the row would be locked. In a directory a source is stored by a rename, in the transaction.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.core.files import File

from video_pages.core.connections import release_connections
from video_pages.library import paths
from video_pages.library.models import VideoFile
from video_pages.library.storage import protected_storage


@dataclass
class SentSource:
    """A source that is in the bucket already, as the object `sent_name`; `name` is the typed one, `size` in bytes."""

    name: str
    size: int
    sent_name: str


@contextmanager
def new_sent(video_file: VideoFile) -> Iterator[None]:
    """Send the source of `video_file`, if it has no row yet and goes to a bucket; `save()` then writes only the row.

    `uploads.files.discarded_unless_saved` has to enclose it. Raises StorageAway.
    """
    if video_file.pk is None and protected_storage().is_remote:
        release_connections()  # sending takes minutes
        VideoFile._meta.get_field("file").pre_save(video_file, add=True)
    yield


@contextmanager
def sent_ahead(video_file: VideoFile, upload: File | SentSource) -> Iterator[None]:
    """Send `upload`, the next source of `video_file`, if it goes to a bucket; `replace_source` in the block uses it.

    Raises StorageAway. If the block raises, what was sent is marked for removal.
    """
    if isinstance(upload, SentSource) or not protected_storage().is_remote or _sent_name(upload):
        yield
        return
    versions: Any = VideoFile.objects.filter(pk=video_file.pk).values_list("source_version", flat=True)
    extension = os.path.splitext(upload.name or "")[1]
    # Another process may send the same version meanwhile. With one name for both, the row of the one that is committed
    # could name the bytes of the other: an object is replaced without a question.
    name = paths.source_name(video_file.uuid, versions.get() + 1, extension, secrets.token_hex(8))
    release_connections()  # sending takes minutes
    name = protected_storage().save(name, upload)
    upload.sent_name = name  # type: ignore[attr-defined]  # of this module
    try:
        yield
    except BaseException:
        protected_storage().delete(name)
        raise
    finally:
        del upload.sent_name  # type: ignore[attr-defined]


def stored_or(upload: File | SentSource, video_file: VideoFile) -> File | str:
    """Return the name under which `upload` was sent as the present version of `video_file`, or `upload` itself.

    If another source came first, the version has another number; then what was sent is marked for removal, and the
    transaction has to send it again. A SentSource can't be sent again: it keeps its name.
    """
    if isinstance(upload, SentSource):
        return upload.sent_name
    sent = _sent_name(upload)
    if not sent:
        return upload
    if str(PurePosixPath(sent).parent) == paths.directory(video_file.uuid, video_file.source_version):
        return sent
    protected_storage().delete(sent)
    return upload


def _sent_name(upload: File) -> str:
    return getattr(upload, "sent_name", "")
