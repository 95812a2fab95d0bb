"""Files that want to be opened as videos and are none, or are not what they say. Each is made where it is used."""

import ctypes
import os
import struct
from contextlib import contextmanager

IN_ACCESS, IN_OPEN, IN_NONBLOCK = 0x1, 0x20, 0x800


def lists_of(neighbour):
    """Text files of every kind that makes ffmpeg read another file: name -> text pointing at `neighbour`."""
    name = neighbour.name
    return {
        "ffconcat": f"ffconcat version 1.0\nfile '{name}'\n",
        "ffconcat with an absolute path": f"ffconcat version 1.0\nfile 'file:{neighbour}'\n",
        "concat list": f"file '{name}'\nfile '{name}'\n",
        "hls": f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{neighbour}\n#EXT-X-ENDLIST\n",
        "hls with a byte order mark": f"\ufeff#EXTM3U\n#EXTINF:10,\n{name}\n#EXT-X-ENDLIST\n",
        "dash": (
            '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
            'mediaPresentationDuration="PT1S"><Period><AdaptationSet><Representation id="1" bandwidth="1" '
            f'mimeType="video/mp4"><BaseURL>file://{neighbour}</BaseURL><SegmentList><SegmentURL media="{name}"/>'
            "</SegmentList></Representation></AdaptationSet></Period></MPD>"
        ),
        "sdp": "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nm=video 5004 RTP/AVP 96\r\n",
        "pls": f"[playlist]\nFile1={neighbour}\nNumberOfEntries=1\n",
    }


def texts_of(neighbour):
    """Text files that are read as something else than a list, and point at `neighbour` all the same."""
    return {
        "subtitles": f"1\n00:00:00,000 --> 00:00:05,000\n<a href='file://{neighbour}'>look</a>\n",
        "ass": f"[Script Info]\nScriptType: v4.00+\nVideo File: {neighbour}\n[Events]\n",
        "vobsub index": "# VobSub index file, v7 (do not modify this line!)\nsize: 720x576\nid: en, index: 0\n",
        "svg": f'<svg xmlns="http://www.w3.org/2000/svg"><image href="file://{neighbour}"/></svg>',
        "html": "<!doctype html><script>alert(1)</script>",
        "shell": "#!/bin/sh\nrm -rf /\n",
    }


@contextmanager
def watched(path):
    """Give a function that says whether any process has opened or read the file at `path` since."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.inotify_init1(IN_NONBLOCK)
    assert libc.inotify_add_watch(descriptor, os.fsencode(path), IN_ACCESS | IN_OPEN) >= 0

    def was_opened():
        try:
            return bool(os.read(descriptor, 4096))
        except BlockingIOError:
            return False

    try:
        yield was_opened
    finally:
        os.close(descriptor)


def overwrite(data, offset, replacement):
    return data[:offset] + replacement + data[offset + len(replacement) :]


def mp4_that_lasts_68_years(data):
    """Return the MP4 `data` with headers that promise 2**31 seconds; its sample tables still tell the truth."""
    movie = data.index(b"mvhd") + 4
    data = overwrite(data, movie + 12, struct.pack(">II", 1, 2**31 - 1))
    start = 0
    while (at := data.find(b"mdhd", start)) >= 0:
        data = overwrite(data, at + 4 + 16, struct.pack(">I", 2**31 - 1))
        start = at + 4
    start = 0
    while (at := data.find(b"tkhd", start)) >= 0:
        data = overwrite(data, at + 4 + 20, struct.pack(">I", 2**31 - 1))
        start = at + 4
    return data.replace(b"edts", b"free")


def mp4_of_65535_pixels(data):
    """Return the H.264 MP4 `data` whose sample description promises a picture of 65535x65535."""
    entry = data.index(b"avc1", data.index(b"stsd"))
    return overwrite(data, entry + 4 + 24, struct.pack(">HH", 65535, 65535))


def avi_of_65535_pixels(data):
    """Return the AVI `data` whose stream format promises a picture of 65535x65535."""
    entry = data.index(b"strf") + 8
    return overwrite(data, entry + 4, struct.pack("<ii", 65535, 65535))


def mkv_that_lasts_68_years(data):
    """Return the Matroska `data` with another length in its Info element (an 8-byte float, in milliseconds)."""
    at = data.index(b"\x44\x89\x88")
    return overwrite(data, at + 3, struct.pack(">d", 68 * 365 * 86400 * 1000.0))


def without_index(data):
    """Return the MP4 `data`, whose index is at its end, as an upload that broke off leaves it."""
    return data[: data.index(b"moov") - 4]


def mkv_without_stated_rate(data):
    """Return the Matroska `data` as recorders write it: with a Void element in place of the length of a picture."""
    at = data.index(b"\x23\xe3\x83")
    length = data[at + 3] & 0x7F
    return overwrite(data, at, b"\xec" + bytes([0x80 | (length + 2)]) + bytes(length + 2))


def mp4_without_time(data):
    """Return the MP4 `data` with tracks that count time in units of nothing (a time scale of zero)."""
    start = 0
    while (at := data.find(b"mdhd", start)) >= 0:
        data = overwrite(data, at + 4 + 12, struct.pack(">I", 0))
        start = at + 4
    return data
