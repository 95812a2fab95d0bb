"""Addresses that are signed without boto3 are those of boto3, and a new one is signed each second at most."""

import os
import time
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import NoCredentialsError
from django.core.files.base import ContentFile

from tests.library.s3.answers import status_of
from tests.s3_servers import one_server
from video_pages.library.s3 import client as clients
from video_pages.library.s3 import outage as outage_module
from video_pages.library.s3 import signing
from video_pages.library.s3.outage import outage
from video_pages.library.storage import StorageAway

NAMES = ["12/0123456789ab/1080p.mp4", "12/345/a clip%2e+.mp4", "ünï/~x;y=z&a?b.mp4"]


def from_boto3(storage, name, *, seconds, operation="get_object"):
    client = clients.public_client()
    params = {"Bucket": storage.bucket_name, "Key": storage.key(name)}
    if operation == "get_object":
        params |= {"ResponseContentType": "video/mp4", "ResponseCacheControl": "private, no-store"}
    return client.generate_presigned_url(operation, Params=params, ExpiresIn=seconds)


def ours(storage, name, *, seconds, operation="get_object"):
    headers = {"content_type": "video/mp4", "cache_control": "private, no-store"} if operation == "get_object" else {}
    return storage.signed_url(name, seconds=seconds, method=operation, **headers)


@one_server
@pytest.mark.parametrize("operation", ["get_object", "head_object"])
@pytest.mark.parametrize("name", NAMES)
def test_it_is_the_address_of_boto3(s3_site, name, operation):
    for _attempt in range(3):  # both in one second
        pair = [make(s3_site, name, seconds=60, operation=operation) for make in (ours, from_boto3)]
        parts = [(address.partition("?")[0], sorted(address.partition("?")[2].split("&"))) for address in pair]
        if parts[0] == parts[1]:
            return
    assert parts[0] == parts[1]


@pytest.mark.parametrize("name", NAMES)
def test_the_server_accepts_it(s3_site, name):
    s3_site.save(name, ContentFile(b"the film"))
    address = ours(s3_site, name, seconds=60)
    status, body, headers = status_of(address)
    assert (status, body) == (200, b"the film")
    assert (headers["Content-Type"], headers["Cache-Control"]) == ("video/mp4", "private, no-store")


@one_server
def test_one_address_is_signed_once_a_second(s3_site, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.5)
    before = signing._signed.cache_info()
    first = [ours(s3_site, NAMES[0], seconds=60) for _request in range(20)]
    ours(s3_site, NAMES[0], seconds=59)
    monkeypatch.setattr(time, "time", lambda: 1_800_000_001.5)
    ours(s3_site, NAMES[0], seconds=60)
    after = signing._signed.cache_info()
    assert len(set(first)) == 1
    assert (after.misses - before.misses, after.hits - before.hits) == (3, 19)


@one_server
def test_without_credentials_the_storage_is_away(s3_site, settings, monkeypatch):
    without_key(settings, monkeypatch)
    for make in (ours, from_boto3_as_ours):
        with pytest.raises(StorageAway) as raised:
            make(s3_site, "no-credentials", seconds=60)
        assert isinstance(raised.value.__cause__, NoCredentialsError)
    for ask in (s3_site.exists, s3_site.open, s3_site.listdir):
        with pytest.raises(StorageAway, match="credentials"):
            ask("no-credentials")
        outage.reset()


def without_key(settings, monkeypatch):
    """Let the site have no key, and the machine none of its own until the environment has one."""
    settings.S3_ACCESS_KEY_ID = settings.S3_SECRET_ACCESS_KEY = ""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    clients.forget_clients()


def from_boto3_as_ours(storage, name, *, seconds):
    return storage.signed_url(name, seconds=seconds, method="put_object")


def test_a_key_that_comes_later_is_used(s3_site, s3_server, settings, monkeypatch):
    s3_site.save("12/film", ContentFile(b"film"))
    without_key(settings, monkeypatch)
    with pytest.raises(StorageAway):
        s3_site.exists("12/film")
    with pytest.raises(StorageAway):
        ours(s3_site, "12/film", seconds=60)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3_server.key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3_server.secret)
    real = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + clients.KEY_SECONDS + outage_module.PAUSE_SECONDS)
    assert s3_site.exists("12/film")
    assert status_of(ours(s3_site, "12/film", seconds=60))[0] == 200


@one_server
def test_the_machine_is_not_asked_for_a_key_by_each_request(s3_site, settings, monkeypatch):
    without_key(settings, monkeypatch)
    asked, real = [], clients._session
    monkeypatch.setattr(clients, "_session", lambda *region: asked.append(region) or real(*region))
    monkeypatch.setattr(time, "monotonic", lambda: 1000.5)
    for _request in range(20):
        with pytest.raises(StorageAway):
            ours(s3_site, "12/none", seconds=60)
    assert len(asked) == 1


@one_server
def test_signing_neither_waits_for_the_bucket_nor_says_that_it_answers(s3_site):
    outage.note(answered=False)
    for make in (ours, from_boto3_as_ours):
        assert make(s3_site, "12/none", seconds=60)
    assert not outage.admits()


@one_server
@pytest.mark.parametrize("style", ["auto", "path", "virtual"])
@pytest.mark.parametrize("endpoint", ["", "https://media.example.org:8443"])
def test_the_origin_is_that_of_the_addresses_and_needs_no_key(s3_site, settings, monkeypatch, endpoint, style):
    settings.S3_ENDPOINT_URL, settings.S3_PUBLIC_ENDPOINT_URL, settings.S3_ADDRESSING = endpoint, "", style
    settings.S3_REGION = "eu-central-1"
    clients.forget_clients()
    address = urlsplit(ours(s3_site, "12/none", seconds=60))
    without_key(settings, monkeypatch)
    outage.note(answered=False)
    assert s3_site.public_origin() == f"{address.scheme}://{address.netloc}"
