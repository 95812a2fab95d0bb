"""Sign addresses from which an object is read (AWS Signature Version 4, in the query).

boto3's `generate_presigned_url` finds the endpoint, checks the parameters and calls its hooks for each address, which
takes more than twice as long as the signature itself (bench/signatures.py), and each segment of a video needs one. So
boto3 is asked once how it writes the address of an object, and botocore's signer signs each. It states times in whole
seconds: an address that is needed again within the same second is the same, and is signed once.
"""

import functools
import time
from urllib.parse import quote, urlsplit

from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest

from video_pages.library.s3.client import Client, credentials

PLACEHOLDER = "-"
REMEMBERED_ADDRESSES = 1_000
METHODS = {"get_object": "GET", "head_object": "HEAD"}
"""Operations of boto3 whose addresses are signed here, and their methods."""


def read_address(
    client: Client, bucket: str, key: str, *, operation: str, seconds: int, answer: tuple[tuple[str, str], ...]
) -> str:
    """Return an address of the object `key` for `operation` (a key of METHODS), which ends after `seconds`.

    `client` knows the server's address and region. `answer` are parameters of the query that become headers of the
    answer. Raises NoCredentialsError.
    """
    return _signed(client, bucket, key, METHODS[operation], seconds, answer, int(time.time()))


def origin(client: Client, bucket: str) -> str:
    """Return the origin (RFC 6454) of the addresses that `client` writes for objects of `bucket`."""
    parts = urlsplit(_bucket_address(client, bucket))
    return f"{parts.scheme}://{parts.netloc}"


@functools.lru_cache(maxsize=REMEMBERED_ADDRESSES)
def _signed(
    client: Client, bucket: str, key: str, method: str, seconds: int, answer: tuple[tuple[str, str], ...], _second: int
) -> str:
    found = credentials()
    query = "&".join(f"{name}={quote(value, safe='-_.~')}" for name, value in answer)
    address = _bucket_address(client, bucket) + quote(key, safe="/-_.~")
    request = AWSRequest(method, f"{address}?{query}" if query else address)
    signer = S3SigV4QueryAuth(found.get_frozen_credentials(), "s3", client.meta.region_name, expires=seconds)
    signer.add_auth(request)
    return str(request.url)


@functools.lru_cache(maxsize=16)
def _bucket_address(client: Client, bucket: str) -> str:
    """Return the address of the bucket, to which the key of an object is appended."""
    signed = client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": PLACEHOLDER})
    return str(signed).partition("?")[0].removesuffix(PLACEHOLDER)
