"""Public media: served as files are, and nothing beyond MEDIA_ROOT."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

JPEG = b"\xff\xd8\xff\xe0 a picture"


@pytest.fixture
def picture():
    path = Path(settings.MEDIA_ROOT) / "images" / "still.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(JPEG)
    return path


def body(response):
    return b"".join(response.streaming_content)


def test_picture_is_served_with_its_type_and_a_week_of_caching(client, picture):
    response = client.get("/media/images/still.jpg")
    assert response.status_code == 200
    assert body(response) == JPEG
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["Cache-Control"] == "public, max-age=604800"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_unchanged_picture_is_not_sent_again(client, db, picture):
    first = client.get("/media/images/still.jpg")
    first.close()
    again = client.get("/media/images/still.jpg", headers={"if-modified-since": first.headers["Last-Modified"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/media/",
        "/media/images/",
        "/media/missing.jpg",
        "/media/../protected/secret",
        "/media/%2e%2e/protected/secret",
        "/media/images/..%2f..%2f..%2fprotected/secret",
        "/media/..%5cprotected%5csecret",
        "/media//etc/passwd",
        "/media/%00",
    ],
)
def test_everything_else_is_not_found(client, db, picture, path):
    secret = Path(settings.PROTECTED_ROOT) / "secret"
    secret.write_bytes(b"secret")
    response = client.get(path)
    assert response.status_code == 404
    assert b"secret" not in response.content.replace(b"/secret", b"")


def test_protected_root_lies_beside_the_public_one():
    assert not Path(settings.PROTECTED_ROOT).is_relative_to(settings.MEDIA_ROOT)


def test_nothing_is_written_through_media_addresses(client, picture):
    assert client.post("/media/images/still.jpg").status_code == 405
    assert client.delete("/media/images/still.jpg").status_code == 405


def test_a_name_is_not_used_again_after_its_file_is_deleted():
    names = []
    for _ in range(3):
        names.append(default_storage.save("images/reuse.jpg", ContentFile(JPEG)))
        default_storage.delete(names[-1])
    assert len(set(names)) == 3
    long = default_storage.save(f"images/{'x' * 90}.jpg", ContentFile(JPEG), max_length=100)
    assert len(long) <= 100 and long.endswith(".jpg")
