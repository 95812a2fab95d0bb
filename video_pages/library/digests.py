"""SHA-256 of files, read in pieces; and which file of the library a digest belongs to."""

import hashlib

from video_pages.library.models import VideoFile
from video_pages.library.storage import protected_storage

PIECE = 1024 * 1024


def read_blocks(stream):
    """Yield the rest of the open binary `stream` in pieces of at most a megabyte."""
    while piece := stream.read(PIECE):
        yield piece


def sha256_of(stream):
    """Return the SHA-256 of the rest of the open binary `stream`, in hexadecimal."""
    digest = hashlib.sha256()
    for piece in read_blocks(stream):
        digest.update(piece)
    return digest.hexdigest()


def stored_sha256(name):
    """Return the SHA-256 of the file `name` in protected storage. Raises FileNotFoundError and other OSErrors."""
    with protected_storage().open(name) as stream:
        return sha256_of(stream)


def record_digest(video_file, digest):
    """Write the digest of the present source of `video_file`; return False if the source was replaced meanwhile."""
    present = VideoFile.objects.filter(pk=video_file.pk, source_version=video_file.source_version)
    return bool(present.update(sha256=digest))


def video_files_of_size(size_bytes):
    """The video files whose source has this size: only these can be the same file."""
    return VideoFile.objects.filter(size_bytes=size_bytes).exclude(file="").order_by("pk")


def find_by_digest(digest, size_bytes):
    """Return the video file whose source has this digest and size, or None; the oldest of several.

    Sources of this size whose digest is not known yet are read for it, and the digest is kept. One that is
    missing from the disk is passed over.
    """
    for video_file in video_files_of_size(size_bytes).filter(sha256="").iterator():
        try:
            record_digest(video_file, stored_sha256(video_file.file.name))
        except OSError:
            continue
    return video_files_of_size(size_bytes).filter(sha256=digest).first()
