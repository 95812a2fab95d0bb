"""Videos whose playlists name encrypted segments (DELIVERY=cdn), and what a player does with such a playlist.

Playlists are read here with a few expressions of our own, and segments are decrypted by the program `openssl`.
"""

import random
import re
import subprocess

from django.core.files.base import ContentFile

from tests import factories
from tests.delivery.addresses import body
from video_pages.delivery.backends.cdn import CdnBackend
from video_pages.library import paths
from video_pages.library.storage import protected_storage
from video_pages.models import VideoFile

CDN = "https://cdn.example.org"
PACKAGE = "0123456789ab"
RENDITION = "720p"
HEADER_LENGTH = 100
LENGTHS = [*range(300, 350), 4096, 16, 15, 17]
"""Bytes of the segments, of four seconds each: 216 seconds of film, four periods of a key."""
CONTENT = random.Random(11).randbytes(HEADER_LENGTH + sum(LENGTHS))  # noqa: S311  # the same each time
SEGMENT_SECONDS = 4


class ShortKeys(CdnBackend):
    """Each key opens four seconds of film."""

    key_seconds = 4


SHORT_KEYS = f"{__name__}.ShortKeys"
"""The value of DELIVERY that chooses it."""


def stored_playlist(media):
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", f'#EXT-X-MAP:URI="{media}",BYTERANGE="{HEADER_LENGTH}@0"']
    offset = HEADER_LENGTH
    for length in LENGTHS:
        lines += [f"#EXTINF:{SEGMENT_SECONDS}.000000,", f"#EXT-X-BYTERANGE:{length}@{offset}", media]
        offset += length
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def plain_segments():
    """Return the bytes of each segment."""
    ends = [HEADER_LENGTH + sum(LENGTHS[: number + 1]) for number in range(len(LENGTHS))]
    return [CONTENT[end - length : end] for end, length in zip(ends, LENGTHS, strict=True)]


def add_package(video, package=PACKAGE, renditions=(RENDITION,)):
    """Give `video` a package with `renditions` of the same random bytes."""
    file = video.video_file
    for name in renditions:
        media = paths.media_of(name)
        stored = {media: CONTENT, paths.playlist_of(name): stored_playlist(media).encode(), "master.m3u8": b"#EXTM3U\n"}
        for filename, content in stored.items():
            target = paths.made_name(file.uuid, package, filename)
            if not protected_storage().exists(target):
                protected_storage().save(target, ContentFile(content))
    VideoFile.objects.filter(pk=file.pk).update(package=package)
    file.refresh_from_db()


def make_encrypted_video(**options):
    """Return a video with a password and a package."""
    video = factories.make_video(**options)
    add_package(video)
    return video


def playlist_url(video, rendition=RENDITION, package=PACKAGE):
    return f"/stream/{video.uuid}/{package}/{rendition}.m3u8"


def key_url(video, key_file, package=PACKAGE):
    return f"/stream/{video.uuid}/{package}/{key_file}"


def segments_of(text):
    """Return [(address, name of the key)] of the segments in a playlist."""
    found, key = [], None
    for line in text.splitlines():
        if match := re.fullmatch(r'#EXT-X-KEY:METHOD=AES-128,URI="([^"]+)"', line):
            key = match[1]
        elif line and not line.startswith("#"):
            found.append((line, key))
    return found


def segments(client, film, **place):
    """Return [(address, name of the key)] of the segments of `film` as the browser `client` is told."""
    return segments_of(body(client.get(playlist_url(film, **place))).decode())


def path_of(address):
    """Return the path of a segment at the site; its `address` is at the CDN."""
    assert address.startswith(f"{CDN}/cdn/")
    return address.removeprefix(CDN)


def decrypted(ciphertext, key, number):
    """Return what OpenSSL makes of the ciphertext of segment `number`; None if the key does not open it."""
    command = ["openssl", "enc", "-d", "-aes-128-cbc", "-K", key.hex(), "-iv", f"{number:032x}"]
    done = subprocess.run(command, input=ciphertext, capture_output=True)
    return done.stdout if done.returncode == 0 else None
