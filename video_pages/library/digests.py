"""SHA-256 of files, read in blocks, and the video file that a digest belongs to."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Protocol

from django.db.models import QuerySet

from video_pages.library.models import VideoFile
from video_pages.library.storage import protected_storage

BLOCK_BYTES = 1024 * 1024


class BinaryStream(Protocol):
    """An open file that is read as bytes."""

    def read(self, size: int, /) -> bytes: ...


def read_blocks(stream: BinaryStream) -> Iterator[bytes]:
    """Yield the rest of the open binary `stream` in blocks of at most a megabyte."""
    while block := stream.read(BLOCK_BYTES):
        yield block


def sha256_of(stream: BinaryStream, *, on_block: Callable[[], object] = lambda: None) -> str:
    """Return the SHA-256 of the rest of the open binary `stream`, in hexadecimal; call `on_block` for each megabyte."""
    digest = hashlib.sha256()
    for block in read_blocks(stream):
        digest.update(block)
        on_block()
    return digest.hexdigest()


def stored_sha256(name: str) -> str:
    """Return the SHA-256 of the file `name` in protected storage. Raises FileNotFoundError and other OSErrors."""
    with protected_storage().open(name) as stream:
        return sha256_of(stream)


def record_digest(video_file: VideoFile, digest: str) -> bool:
    """Write the digest of the present source of `video_file`; return False if the source was replaced meanwhile."""
    present = VideoFile.objects.filter(pk=video_file.pk, source_version=video_file.source_version)
    return bool(present.update(sha256=digest))


def video_files_of_size(size_bytes: int) -> QuerySet[VideoFile]:
    """Return the video files whose source has this size: only these can be the same file."""
    return VideoFile.objects.filter(size_bytes=size_bytes).exclude(file="").order_by("pk")


def find_by_digest(digest: str, size_bytes: int) -> VideoFile | None:
    """Return the video file whose source has this digest and size, or None; the oldest of several.

    A source of this size without a known digest is read, and its digest is stored. A source that is missing from the
    disk is skipped.
    """
    for video_file in video_files_of_size(size_bytes).filter(sha256="").iterator():
        try:
            record_digest(video_file, stored_sha256(video_file.file.name or ""))
        except OSError:
            continue
    return video_files_of_size(size_bytes).filter(sha256=digest).first()
