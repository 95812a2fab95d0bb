"""`check_storage` on two S3 servers: a sound bucket passes, and each fault is a sentence that names its cure."""

import datetime as dt
import json
import socket

import pytest

from tests.library.s3.answers import check_storage
from tests.s3_faults import NO_ETAG, SLOW_DOWN, faulty_proxy
from tests.s3_servers import one_server
from video_pages.library.s3 import probing
from video_pages.library.s3.client import forget_clients, internal_client

ORIGIN = "https://films.example.org"
RULE = {
    "AllowedOrigins": [ORIGIN],
    "AllowedMethods": ["GET", "HEAD", "PUT"],
    "AllowedHeaders": ["*"],
    "ExposeHeaders": ["ETag"],
}


def objects(settings):
    return internal_client().list_objects_v2(Bucket=settings.S3_BUCKET).get("Contents", [])


def test_a_sound_bucket_passes_and_keeps_nothing(s3_site, settings):
    output, failed = check_storage("--no-browsers")
    assert not failed, output
    assert output.count("\nok ") + output.startswith("ok ") == 10
    assert objects(settings) == []


def test_it_works_before_the_library_moves(s3_site, settings):
    settings.LIBRARY_STORAGE = "files"
    assert not check_storage("--no-browsers")[1]


def test_a_setting_that_is_missing_is_named(settings):
    settings.S3_BUCKET = ""
    assert "S3_BUCKET is not set" in check_storage()[0]


def test_a_bucket_that_is_not_there(s3_site, s3_server, settings):
    s3_site.bucket_name = "no-such-bucket-at-all"
    output, failed = check_storage("--no-browsers")
    assert failed
    assert "There is no bucket no-such-bucket-at-all" in output and "S3_BUCKET" in output


@one_server
def test_a_server_that_does_not_answer(s3_site, settings):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        settings.S3_ENDPOINT_URL = f"http://127.0.0.1:{unused.getsockname()[1]}"
        forget_clients()
        output, failed = check_storage("--no-browsers")
    assert failed
    assert "No S3 server answers at 127.0.0.1" in output and "S3_ENDPOINT_URL" in output


@one_server
@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("S3_SECRET_ACCESS_KEY", "another-secret", "S3_SECRET_ACCESS_KEY does not belong to S3_ACCESS_KEY_ID"),
        ("S3_ACCESS_KEY_ID", "nobody-knows-it", "does not know the key nobody-knows-it"),
    ],
)
def test_a_wrong_key(s3_site, settings, name, value, sentence):
    """Moto's server checks no signatures."""
    setattr(settings, name, value)
    forget_clients()
    output, failed = check_storage("--no-browsers")
    assert failed
    assert sentence in output


@one_server
def test_a_wrong_region(s3_site, s3_server, settings):
    """Neither server looks at the region; this is the answer of AWS."""
    answer = (
        b"<Error><Code>AuthorizationHeaderMalformed</Code><Message>the region 'us-east-1' is wrong</Message>"
        b"<Region>eu-central-1</Region></Error>"
    )
    with faulty_proxy(s3_server.url) as proxy:
        proxy.plan = lambda method, path, number: (400, answer)
        settings.S3_ENDPOINT_URL = proxy.url
        forget_clients()
        output, failed = check_storage("--no-browsers")
    assert failed
    assert "is in eu-central-1, but S3_REGION is us-east-1" in output


@one_server
@pytest.mark.parametrize(("minutes", "side"), [(10, "600 seconds ahead of"), (-10, "600 seconds behind")])
def test_a_clock_that_is_ten_minutes_off(s3_site, minutes, side):
    def now():
        return dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes)

    (result,) = probing.check_bucket(s3_site, origin="", now=now)
    assert result.check == "clock"
    assert "of this machine is" in result.problem and "set the clock" in result.problem
    assert side.split()[-1] in result.problem


@one_server
def test_a_proxy_that_removes_the_etag(s3_site, settings, s3_server):
    with faulty_proxy(s3_server.url) as proxy:
        proxy.plan = lambda method, path, number: NO_ETAG if method == "PUT" else None
        settings.S3_ENDPOINT_URL = proxy.url
        forget_clients()
        output, failed = check_storage("--no-browsers")
    assert failed
    assert "has no ETag header" in output


@one_server
def test_a_server_that_is_busy(s3_site, settings, s3_server):
    with faulty_proxy(s3_server.url) as proxy:
        proxy.plan = lambda method, path, number: SLOW_DOWN if method == "PUT" else None
        settings.S3_ENDPOINT_URL = proxy.url
        forget_clients()
        output, failed = check_storage("--no-browsers")
    assert failed
    assert "overloaded at the moment (SlowDown)" in output


def test_a_bucket_that_everybody_can_read(s3_site, settings):
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": ["*"]},
        "Action": ["s3:GetObject"],
        "Resource": [f"arn:aws:s3:::{settings.S3_BUCKET}/*"],
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    internal_client().put_bucket_policy(Bucket=settings.S3_BUCKET, Policy=json.dumps(policy))
    output, failed = check_storage("--no-browsers")
    assert failed
    assert "Everybody can read the bucket" in output


def test_browsers_need_a_cors_rule_that_shows_the_etag(s3_site, s3_server, settings):
    output, failed = check_storage("--origin", ORIGIN)
    if s3_server.name == "juicefs":  # MinIO allows every origin and exposes the header by itself
        assert not failed, output
        return
    assert failed and "(CORS)" in output and ORIGIN in output
    client = internal_client()
    for methods, exposed, is_enough in ((["GET"], ["ETag"], False), (["PUT"], [], False), (["PUT"], ["ETag"], True)):
        rule = {**RULE, "AllowedMethods": methods, "ExposeHeaders": exposed}
        client.put_bucket_cors(Bucket=settings.S3_BUCKET, CORSConfiguration={"CORSRules": [rule]})
        output, failed = check_storage("--origin", f"{ORIGIN}/admin/")
        assert failed != is_enough, output
