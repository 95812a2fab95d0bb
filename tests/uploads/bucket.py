"""A client of uploads straight to the bucket, for tests: it asks and sends exactly what it is told to."""

import http.client
import json
import os
from urllib.parse import urlsplit

from tests.uploads import resumable as tus
from video_pages.library.s3.client import internal_client

PART = 5 * 1024 * 1024
SIZE = 2 * PART + 1000
"""A file of three parts."""
CONTENT = os.urandom(1000) * (SIZE // 1000 + 1)
CONTENT = CONTENT[:SIZE]


def post(client, address, **data):
    headers = {**tus.VERSION, "X-Requested-With": "XMLHttpRequest"}
    return client.generic("POST", address, json.dumps(data), content_type="application/json", headers=headers)


def parts(client, upload, *numbers):
    """Ask for the parts that are sent and for the addresses of `numbers`; return the JSON."""
    answer = post(client, f"{upload}parts/", numbers=list(numbers))
    assert answer.status_code == 200, answer.content
    return answer.json()


def bytes_of(number):
    return CONTENT[(number - 1) * PART : number * PART]


def status_of_put(address, body):
    """Send `body` to a signed address, as browsers without a Content-Type; return the status, 0 for a broken line."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=15)
    try:
        connection.request("PUT", f"{parts.path}?{parts.query}", body)
        return connection.getresponse().status
    except OSError:  # the server refuses before it has all
        return 0
    finally:
        connection.close()


def send(client, upload, *numbers):
    """Send the parts `numbers` of CONTENT."""
    for number, address in parts(client, upload, *numbers)["addresses"].items():
        assert status_of_put(address, bytes_of(int(number))) == 200


def complete(client, upload):
    return post(client, f"{upload}complete/")


def unfinished(settings):
    """Return the names of the objects whose parts are being sent."""
    found = internal_client().list_multipart_uploads(Bucket=settings.S3_BUCKET, Prefix=f"{settings.S3_PREFIX}/")
    return [one["Key"] for one in found.get("Uploads", [])]


def objects(settings):
    """Return the names of the objects in the bucket."""
    return [one["Key"] for one in internal_client().list_objects_v2(Bucket=settings.S3_BUCKET).get("Contents", [])]
