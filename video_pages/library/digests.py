"""SHA-256 of files, read in pieces; and which file of the library a digest belongs to."""

import hashlib

from video_pages.library.models import VideoFile
from video_pages.library.storage import protected_storage

PIECE = 1024 * 1024


def pieces(stream):
    """Yield the rest of the open binary `stream` in pieces of at most a megabyte."""
    while piece := stream.read(PIECE):
        yield piece


def digest_of(stream):
    """Return the SHA-256 of the rest of the open binary `stream`, in hexadecimal."""
    digest = hashlib.sha256()
    for piece in pieces(stream):
        digest.update(piece)
    return digest.hexdigest()


def digest_of_stored(name):
    """Return the SHA-256 of the file `name` in protected storage. Raises FileNotFoundError and other OSErrors."""
    with protected_storage().open(name) as stream:
        return digest_of(stream)


def record(video_file, digest):
    """Write the digest of the present source of `video_file`; return False if the source was replaced meanwhile."""
    present = VideoFile.objects.filter(pk=video_file.pk, source_version=video_file.source_version)
    return bool(present.update(sha256=digest))


def of_size(size_bytes):
    """The video files whose source has this size: only these can be the same file."""
    return VideoFile.objects.filter(size_bytes=size_bytes).exclude(file="").order_by("pk")


def find(digest, size_bytes):
    """Return the video file whose source has this digest and size, or None; the oldest of several.

    Sources of this size whose digest is not known yet are read for it, and the digest is kept. One that is
    missing from the disk is passed over.
    """
    for video_file in of_size(size_bytes).filter(sha256="").iterator():
        try:
            record(video_file, digest_of_stored(video_file.file.name))
        except OSError:
            continue
    return of_size(size_bytes).filter(sha256=digest).first()
