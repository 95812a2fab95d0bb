"""The address of a segment in the bucket, and a request for it."""

import ssl
import urllib.error
import urllib.request


def segment_of(visitor, film):
    """Return the address of a file with segments of the film, from its playlists."""
    master = visitor.ask(f"/stream/{film.uuid}/hls/master.m3u8")
    (playlist, *_more) = [line for line in master.text.splitlines() if ".m3u8" in line and not line.startswith("#")]
    path = f"/stream/{film.uuid}/{playlist.rpartition('../')[2].rpartition('/stream/')[2]}"
    return path.replace(".m3u8", ".mp4")


def fetch(address, seconds=10):
    """Return (status, bytes) of the first kilobyte at `address`."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    request = urllib.request.Request(address, headers={"Range": "bytes=0-999"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=seconds, context=context) as answer:  # noqa: S310
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, b""
