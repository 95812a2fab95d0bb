"""Processor time of one signed address of a bucket: boto3's, ours in a new second, and ours again in the same second.

    make bench BENCH=signatures

No server is asked. docs/storage.md has the result.
"""

import os
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

SETTINGS = {
    "ENV_FILE": "-",
    "DJANGO_SETTINGS_MODULE": "site_config.settings.dev",
    "LIBRARY_STORAGE": "s3",
    "S3_BUCKET": "videos",
    "S3_ENDPOINT_URL": "https://s3.example.org",
    "S3_ACCESS_KEY_ID": "key",
    "S3_SECRET_ACCESS_KEY": "secret of the measurement",
}
ADDRESSES = 2000
NAME = "library/0123456789ab/1080p.mp4"
TYPE, CACHE = "video/mp4", "private, no-store"


def microseconds(make: Callable[[], object]) -> float:
    """Return the processor time of one call of `make`, in microseconds, as the mean of ADDRESSES calls."""
    for _warming in range(50):
        make()
    began = time.process_time()
    for _address in range(ADDRESSES):
        make()
    return (time.process_time() - began) / ADDRESSES * 1e6


def main() -> None:
    """Print one line for each way."""
    os.environ.update(SETTINGS)
    import django

    django.setup()
    from video_pages.library.s3.client import public_client
    from video_pages.library.s3.storage import ObjectStorage

    storage, client, seconds = ObjectStorage(), public_client(), count(1_800_000_000)
    params = {"Bucket": "videos", "Key": NAME, "ResponseContentType": TYPE, "ResponseCacheControl": CACHE}

    def ours() -> str:
        return storage.signed_url(NAME, seconds=60, content_type=TYPE, cache_control=CACHE)

    boto3 = microseconds(lambda: client.generate_presigned_url("get_object", Params=params, ExpiresIn=60))
    with mock.patch("video_pages.library.s3.signing.time.time", lambda: next(seconds)):
        new = microseconds(ours)
    with mock.patch("video_pages.library.s3.signing.time.time", lambda: 1.0):
        again = microseconds(ours)
    print(f"boto3's generate_presigned_url  {boto3:6.0f} µs\nours, in a new second           {new:6.0f} µs")
    print(f"ours, again in the same second  {again:6.0f} µs")


if __name__ == "__main__":
    main()
