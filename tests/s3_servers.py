"""Two real S3 servers on loopback for tests, and a site whose library is in a bucket of one of them.

`moto` is the server of the package of that name. `juicefs` is the S3 gateway of JuiceFS, which is MinIO's server on top
of a file system: it checks signatures, the clock and the rights of a request as a server on the web does.
"""

import contextlib
import functools
import os
import secrets
import shutil
import subprocess
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import botocore.session
import pytest
from django.test import override_settings

from tests.engines import free_port

KEY_ID, SECRET = "screening-room", "a-secret-of-tests"
PROGRAMS = {"moto": "moto_server", "juicefs": "juicefs"}


@dataclass(frozen=True)
class S3Server:
    """A running server: its `name` (a key of PROGRAMS), address, credentials and process."""

    name: str
    url: str
    pid: int
    key_id: str = KEY_ID
    secret: str = SECRET


# For a test with `s3_server` that asks no server, or whose faults a proxy or a stand-in makes: it runs on one of them.
one_server = pytest.mark.parametrize("s3_server", ["juicefs"], indirect=True)


@contextlib.contextmanager
def moto(program, port=None):
    """Run moto's server while the block lasts. `program` is a path."""
    port = port or free_port()
    command = [program, "-H", "127.0.0.1", "-p", str(port)]
    with _running(command, {}, f"http://127.0.0.1:{port}/moto-api/") as process:
        yield S3Server("moto", f"http://127.0.0.1:{port}", process.pid)


@contextlib.contextmanager
def juicefs(program, port=None):
    """Run the gateway of JuiceFS while the block lasts, on a volume of its own; each bucket is a folder there."""
    port, directory = port or free_port(), Path(tempfile.mkdtemp(prefix="screening-room-juicefs-"))
    volume = f"sqlite3://{directory}/volume.db"
    format_ = [program, "format", volume, "test", "--storage", "file", "--bucket", f"{directory}/data/"]
    gateway = [program, "gateway", volume, f"127.0.0.1:{port}", "--multi-buckets", "--object-meta", "--keep-etag"]
    gateway += ["--cache-size", "0", "--log", f"{directory}/log", "--metrics", "127.0.0.1:0"]
    gateway += ["--no-banner", "--no-bgjob", "--no-usage-report"]
    home = {"HOME": str(directory), "MINIO_ROOT_USER": KEY_ID, "MINIO_ROOT_PASSWORD": SECRET}
    try:
        subprocess.run([*format_, "--trash-days", "0"], check=True, capture_output=True, timeout=60)
        with _running(gateway, home, f"http://127.0.0.1:{port}/minio/health/live") as process:
            yield S3Server("juicefs", f"http://127.0.0.1:{port}", process.pid)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextlib.contextmanager
def _running(command, variables, probe):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "S3_"))}
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**environment, **variables}, cwd="/"
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), urllib.request.urlopen(probe, timeout=5):  # noqa: S310
                break
            assert time.monotonic() < deadline and process.poll() is None, f"{command[0]} does not start"
            time.sleep(0.1)
        yield process
    finally:
        process.kill()
        process.wait()


SERVERS = {"moto": moto, "juicefs": juicefs}


@pytest.fixture(scope="session", autouse=True)
def models_read_once():
    """Have the sessions of botocore share what they read of its models: each test with a bucket makes several."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", functools.cache(botocore.session.create_loader))
        yield


@pytest.fixture(scope="session")
def gateway(require):
    """The server `juicefs`, which checks signatures and their time, for all tests of a process."""
    with juicefs(require(PROGRAMS["juicefs"])) as server:
        yield server


@pytest.fixture(scope="session")
def gateway_bucket(gateway):
    """The settings of a bucket of `gateway` that many tests share; their files have names of their own."""
    return new_bucket(gateway)


@pytest.fixture(scope="session", params=sorted(SERVERS))
def s3_server(request, require):
    """Each of the two servers, an `S3Server`, for all tests of a process."""
    if request.param == "juicefs":
        yield request.getfixturevalue("gateway")
        return
    with SERVERS[request.param](require(PROGRAMS[request.param])) as server:
        yield server


def new_bucket(server):
    """Make a bucket on `server`; return the settings of a site whose library is there, as the environment has them."""
    from video_pages.library.s3 import client

    name = f"videos-{secrets.token_hex(6)}"
    values = {
        "LIBRARY_STORAGE": "s3",
        "S3_BUCKET": name,
        "S3_ENDPOINT_URL": server.url,
        "S3_PUBLIC_ENDPOINT_URL": "",
        "S3_ACCESS_KEY_ID": server.key_id,
        "S3_SECRET_ACCESS_KEY": server.secret,
        "S3_PREFIX": "library",
    }
    with override_settings(**values):
        client.forget_clients()
        client.make_client(server.url).create_bucket(Bucket=name)
        client.forget_clients()
    return values


@contextlib.contextmanager
def site_in_bucket(settings, server, **changes):
    """Put the library of the site into a new bucket of `server` while the block lasts; give the storage.

    `changes` are further settings of object storage.
    """
    with library_in(settings, {**new_bucket(server), **changes}) as storage:
        yield storage


@contextlib.contextmanager
def library_in(settings, values):
    """Let the site have the settings `values` of object storage while the block lasts; give the storage."""
    from video_pages.library import storage as storages
    from video_pages.library.models import VideoFile
    from video_pages.library.s3 import client
    from video_pages.library.s3.outage import outage

    for name, value in values.items():
        setattr(settings, name, value)
    field = VideoFile._meta.get_field("file")
    before = field.storage

    def forget():
        storages.storage_of.cache_clear()
        client.forget_clients()
        outage.reset()

    forget()
    field.storage = storages.protected_storage()
    try:
        yield field.storage
    finally:
        field.storage = before
        forget()


@pytest.fixture
def s3_site(settings, s3_server, tmp_path):
    """The storage of a site whose library is in a new bucket of `s3_server`; its local directory is empty."""
    use_local_directory(settings, tmp_path)
    with site_in_bucket(settings, s3_server) as storage:
        yield storage


@pytest.fixture
def gateway_site(settings, gateway, tmp_path):
    """`s3_site` on `gateway` alone."""
    use_local_directory(settings, tmp_path)
    with site_in_bucket(settings, gateway) as storage:
        yield storage


def use_local_directory(settings, folder):
    """Let the site have an empty local directory below `folder`."""
    settings.PROTECTED_ROOT = folder / "local"
    settings.FILE_UPLOAD_TEMP_DIR = settings.PROTECTED_ROOT / "tmp"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir(parents=True)
