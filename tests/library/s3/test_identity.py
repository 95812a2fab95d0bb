"""The identity of a library in a bucket that is missing or read-only, on two S3 servers: a worker waits and lives."""

import secrets

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from tests.s3_faults import faulty_proxy
from tests.s3_servers import library_in, new_bucket
from video_pages.library import identity, local_files
from video_pages.library.identity import LibraryState
from video_pages.library.models import LibraryIdentity
from video_pages.library.s3 import client
from video_pages.library.storage import StorageAway
from video_pages.worker.loop import Worker

pytestmark = pytest.mark.django_db

NAME = "12/345/film.mp4"
DENIED = (403, b"<Error><Code>AccessDenied</Code><Message>Access Denied.</Message></Error>")


@pytest.fixture
def missing_bucket(settings, s3_server, s3_site):
    """The storage of a site whose bucket has not been made yet."""
    with library_in(settings, {**new_bucket(s3_server), "S3_BUCKET": f"missing-{secrets.token_hex(6)}"}) as storage:
        yield storage


def test_a_missing_bucket_says_nothing_about_a_file(missing_bucket):
    for ask in (missing_bucket.exists, missing_bucket.size, missing_bucket.open, local_files.is_folder):
        with pytest.raises(StorageAway):
            ask(NAME)


def test_a_worker_waits_until_the_bucket_is_made(missing_bucket):
    assert identity.state() == LibraryState.AWAY
    worker = Worker()
    assert not worker.establish_library()
    assert not LibraryIdentity.objects.exists()
    with pytest.raises(CommandError, match="no such bucket"):
        call_command("check_library", adopt=True)
    assert not LibraryIdentity.objects.exists()
    client.internal_client().create_bucket(Bucket=missing_bucket.bucket_name)
    assert identity.state() == LibraryState.NEW
    assert not worker.slots.run_one(worker.slots.stages), "there is no job"
    assert identity.state() == LibraryState.OURS


def test_a_bucket_that_may_not_be_written_gives_no_id_and_ends_no_worker(s3_site, s3_server, settings):
    with faulty_proxy(s3_server.url) as proxy:
        settings.S3_ENDPOINT_URL = proxy.url
        client.forget_clients()
        proxy.plan = lambda method, path, number: DENIED if method in ("PUT", "POST") else None
        assert identity.state() == LibraryState.NEW
        assert not Worker().establish_library()
        assert not LibraryIdentity.objects.exists()
        proxy.plan = lambda method, path, number: None
        s3_site.save(NAME, ContentFile(b"film"))
        assert Worker().establish_library()
