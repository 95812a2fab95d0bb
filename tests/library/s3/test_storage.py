"""The storage in a bucket, on two S3 servers: it behaves as the one in a directory, and reads only what it is asked."""

import io
import urllib.error
import urllib.request
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import SuspiciousOperation
from django.core.files.base import ContentFile

from tests.library.s3.answers import status_of
from video_pages.library.models import DiscardedFile
from video_pages.library.s3 import reader
from video_pages.library.s3.client import internal_client, reading_client
from video_pages.library.storage import NoPublicAddress, StorageAway, protected_storage

NAME = "12/345/a clip%2e+.mp4"
CONTENT = bytes(range(256)) * 40


@pytest.fixture
def requests(s3_site):
    """The ranges that the site asks for from now on, as texts."""
    ranges = []
    client = reading_client()
    client.meta.events.register_first(
        "before-call.s3.GetObject", lambda params, **_: ranges.append(params["headers"].get("Range"))
    )
    return ranges


def test_a_file_is_stored_read_and_removed(s3_site):
    assert s3_site is protected_storage()
    assert s3_site.save(NAME, ContentFile(CONTENT)) == NAME
    assert s3_site.exists(NAME) and s3_site.size(NAME) == len(CONTENT)
    with s3_site.open(NAME) as file:
        assert file.read() == CONTENT
    s3_site.remove_now(NAME)
    s3_site.remove_now(NAME)
    assert not s3_site.exists(NAME)
    for ask in (s3_site.open, s3_site.size, s3_site.get_modified_time):
        with pytest.raises(FileNotFoundError):
            ask(NAME)


def test_a_file_that_was_stored_stays_open(s3_site):
    content = ContentFile(CONTENT)
    s3_site.save(NAME, content)
    content.seek(0)
    assert content.read() == CONTENT


def test_storing_never_replaces_another_file(s3_site):
    s3_site.save(NAME, ContentFile(b"first"))
    other = s3_site.save(NAME, ContentFile(b"second"))
    assert other != NAME
    with s3_site.open(NAME) as file:
        assert file.read() == b"first"


def test_an_object_has_no_public_address_and_a_name_can_not_leave_the_prefix(s3_site, settings):
    with pytest.raises(NoPublicAddress):
        s3_site.url(NAME)
    with pytest.raises(SuspiciousOperation):
        s3_site.open("../other/secret")
    s3_site.save(NAME, ContentFile(CONTENT))
    listed = internal_client().list_objects_v2(Bucket=settings.S3_BUCKET)["Contents"]
    assert [found["Key"] for found in listed] == [f"library/{NAME}"]
    assert s3_site.place == f"s3://{settings.S3_BUCKET}/library"


@pytest.mark.django_db
def test_deleting_only_marks(s3_site):
    s3_site.save(NAME, ContentFile(CONTENT))
    s3_site.delete(NAME)
    assert s3_site.exists(NAME)
    assert DiscardedFile.objects.filter(name=NAME).exists()


def test_folders_and_files_are_listed(s3_site):
    for name in ("12/a.mp4", "12/b/c.mp4", "12/b/d.mp4", "13/e.mp4"):
        s3_site.save(name, ContentFile(b"x"))
    assert [sorted(names) for names in s3_site.listdir("12")] == [["b"], ["a.mp4"]]
    assert [sorted(names) for names in s3_site.listdir("")] == [["12", "13"], []]
    assert s3_site.listdir("none") == ([], [])


class TestReading:
    def test_any_position_can_be_read(self, s3_site):
        s3_site.save(NAME, ContentFile(CONTENT))
        with s3_site.open(NAME) as file:
            file.seek(300)
            assert file.read(10) == CONTENT[300:310]
            assert file.tell() == 310
            file.seek(-5, io.SEEK_END)
            assert file.read() == CONTENT[-5:]
            assert file.read(1) == b""
            file.seek(len(CONTENT) + 10)
            assert file.read(1) == b""

    def test_an_empty_file_needs_no_request(self, s3_site, requests):
        s3_site.save(NAME, ContentFile(b""))
        with s3_site.open(NAME) as file:
            assert file.read() == b""
        assert requests == []

    def test_a_part_is_fetched_and_not_the_file(self, s3_site, requests, monkeypatch):
        monkeypatch.setattr(reader, "FIRST_WINDOW_BYTES", 1000)
        s3_site.save(NAME, ContentFile(CONTENT))
        raw = s3_site.open(NAME).file.detach()
        raw.seek(500)
        assert raw.read(10) == CONTENT[500:510]
        assert requests == ["bytes=500-1499"]
        raw.close()

    def test_an_announced_part_is_fetched_exactly_in_bounded_requests(self, s3_site, requests, monkeypatch):
        monkeypatch.setattr(reader, "MAX_WINDOW_BYTES", 4000)
        s3_site.save(NAME, ContentFile(CONTENT))
        raw = s3_site.open(NAME).file.detach()
        raw.seek(100)
        raw.expect_end(6100)
        assert b"".join(iter(lambda: raw.read(6100 - raw.tell()), b"")) == CONTENT[100:6100]
        assert requests == ["bytes=100-4099", "bytes=4100-6099"]
        raw.close()

    def test_bytes_of_two_versions_are_never_joined(self, s3_site, monkeypatch):
        monkeypatch.setattr(reader, "FIRST_WINDOW_BYTES", 1000)
        monkeypatch.setattr(reader, "MAX_WINDOW_BYTES", 1000)
        s3_site.save(NAME, ContentFile(CONTENT))
        raw = s3_site.open(NAME).file.detach()
        assert raw.read(1000) == CONTENT[:1000]
        s3_site.remove_now(NAME)
        s3_site.save(NAME, ContentFile(b"z" * len(CONTENT)))
        with pytest.raises(StorageAway, match="replaced"):
            raw.read(10)
        raw.close()


class TestSignedAddress:
    def test_it_opens_the_file_for_a_browser_and_nothing_else_does(self, s3_site):
        s3_site.save(NAME, ContentFile(CONTENT))
        url = s3_site.signed_url(NAME, seconds=60, content_type="video/mp4", cache_control="private, max-age=60")
        part = urllib.request.Request(url, headers={"Range": "bytes=10-19"})  # noqa: S310
        status, body, headers = status_of(part)
        assert (status, body) == (206, CONTENT[10:20])
        assert headers["Content-Type"] == "video/mp4"
        assert headers["Cache-Control"] == "private, max-age=60"
        unsigned = urlsplit(url)._replace(query="").geturl()
        assert status_of(unsigned)[0] == 403

    def test_it_is_signed_for_the_public_address(self, s3_site, settings):
        settings.S3_PUBLIC_ENDPOINT_URL = "https://media.example.org"
        url = urlsplit(
            s3_site.signed_url(NAME, seconds=60, method="upload_part", parameters={"UploadId": "u", "PartNumber": 3})
        )
        assert url.netloc == "media.example.org"
        query = parse_qs(url.query)
        assert query["X-Amz-Expires"] == ["60"] and query["partNumber"] == ["3"] and query["uploadId"] == ["u"]
        assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]

    def test_the_style_of_the_address_is_a_setting(self, s3_site, settings):
        from video_pages.library.s3.client import forget_clients

        settings.S3_PUBLIC_ENDPOINT_URL, settings.S3_ADDRESSING = "https://media.example.org", "virtual"
        forget_clients()
        assert urlsplit(s3_site.signed_url(NAME, seconds=60)).netloc == f"{settings.S3_BUCKET}.media.example.org"


def test_a_missing_bucket_and_a_wrong_key_say_nothing_about_a_file(s3_site, s3_server, settings):
    from video_pages.library.s3.client import forget_clients

    s3_site.save(NAME, ContentFile(CONTENT))
    s3_site.bucket_name = "no-such-bucket-here"
    with pytest.raises(StorageAway):
        s3_site.listdir("12")
    s3_site.bucket_name = settings.S3_BUCKET
    if s3_server.name == "moto":  # it does not check keys
        return
    settings.S3_SECRET_ACCESS_KEY = "another-secret"
    forget_clients()
    with pytest.raises(StorageAway):
        s3_site.exists(NAME)
