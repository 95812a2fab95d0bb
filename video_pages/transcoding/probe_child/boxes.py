"""Read the boxes of an MP4 or MOV (ISO/IEC 14496-12, 4.2), up to a limit: a hostile file may have millions."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

HEADER = struct.Struct(">I4s")
MAX_BOXES = 20_000
CONTAINERS = {b"moov", b"trak", b"mdia"}


def boxes(file: BinaryIO, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """Yield (kind, start of its content, end) of the boxes of `file` between two offsets, top level only.

    A box without an end lasts to the end of the file. Stops at bytes that are not a box, and after MAX_BOXES.
    """
    size_of_file = file.seek(0, 2)
    end = size_of_file if end is None else min(end, size_of_file)
    at = start
    for _count in range(MAX_BOXES):
        if at >= end:
            return
        file.seek(at)
        head = file.read(HEADER.size)
        if len(head) < HEADER.size:
            return
        size, kind = HEADER.unpack(head)
        begin = at + HEADER.size
        if size == 1:
            size, begin = int.from_bytes(file.read(8), "big"), begin + 8
        elif size == 0:
            size = end - at
        if at + size < begin:
            return
        yield kind, begin, min(at + size, end)
        at += size


def has_index_in_front(file: BinaryIO) -> bool:
    """Return True if the index (`moov`) comes before the media (`mdat`), and there are no fragments (`moof`)."""
    has_index = False
    for kind, _begin, _end in boxes(file):
        if kind == b"mdat":
            return has_index
        if kind == b"moof":
            return False
        has_index = has_index or kind == b"moov"
    return False


def has_track_without_time(file: BinaryIO, start: int = 0, end: int | None = None) -> bool:
    """Return True if a track has a time scale of zero: none of its times has a meaning (8.4.2)."""
    for kind, begin, finish in boxes(file, start, end):
        if kind in CONTAINERS:
            if has_track_without_time(file, begin, finish):
                return True
        elif kind == b"mdhd":
            file.seek(begin)
            content = file.read(24)
            scale = content[20:24] if content[:1] == b"\1" else content[12:16]
            if scale == b"\0\0\0\0":
                return True
    return False
