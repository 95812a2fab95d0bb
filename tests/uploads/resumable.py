"""A tus client for tests: it says exactly what it is told to, right or wrong."""

import base64
import hashlib
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from tests import clips
from video_pages.models import ResumableUpload

VERSION = {"Tus-Resumable": "1.0.0"}
BYTES = "application/offset+octet-stream"


def metadata(**pairs):
    """The Upload-Metadata header; a value may be text or raw bytes."""
    encoded = []
    for key, value in pairs.items():
        raw = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
        encoded.append(f"{key} {base64.b64encode(raw).decode()}")
    return ",".join(encoded)


def announce(client, size, *, filename="film.mp4", headers=(), version=True, content=b"", **pairs):
    """POST a creation; `headers` override what would be sent, None leaves one out."""
    sent = {"Upload-Length": size, "Upload-Metadata": metadata(filename=filename, **pairs), **dict(headers)}
    sent = {**(VERSION if version else {}), **sent}
    sent = {name: str(value) for name, value in sent.items() if value is not None}
    return client.generic("POST", reverse("tus_uploads"), content, content_type=BYTES, headers=sent)


def create(client, size, **options):
    """Announce an upload and return its address."""
    response = announce(client, size, **options)
    assert response.status_code == 201, response.content
    return response["Location"]


def send(client, address, content, *, offset=0, headers=(), method="PATCH", content_type=BYTES):
    sent = {**VERSION, "Upload-Offset": offset, **dict(headers)}
    sent = {name: str(value) for name, value in sent.items() if value is not None}
    # Django's test client sends no Content-Type with an empty body, unless it is told to like this.
    return client.generic(method, address, content, headers=sent, CONTENT_TYPE=content_type)


def ask(client, address, **headers):
    return client.head(address, headers={**VERSION, **headers})


def cancel(client, address):
    return client.delete(address, headers=VERSION)


def upload(client, path, *, filename="film.mp4", **options):
    """Send the file at `path` whole; return (address, last response)."""
    content = Path(path).read_bytes()
    address = create(client, len(content), filename=filename, **options)
    return address, send(client, address, content)


def left_at_the_end(client, path=None, **options):
    """Return the address of an upload whose server was killed after it wrote the last byte; `path` is its file."""
    content = (path or clips.mp4()).read_bytes()
    address = create(client, len(content), **options)
    part_of(address).write_bytes(content)
    return address


def checksum(content, algorithm="sha1"):
    return {"Upload-Checksum": f"{algorithm} {base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"}


def row(address):
    return ResumableUpload.objects.get(token=address.rstrip("/").rpartition("/")[2])


def parts():
    """The names of the files that resumable uploads have in the directory for uploads, but for the lock."""
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    return sorted(path.name for path in folder.glob("*resumable-*") if path.suffix != ".lock")


def part_of(address):
    return Path(settings.FILE_UPLOAD_TEMP_DIR) / f"resumable-{row(address).token}.part"
