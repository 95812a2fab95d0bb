"""The backends: one server of each kind for all tests of this package, on the directories of the whole run.

Tests here commit their rows: mark them `django_db(transaction=True)`.
"""

import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as site_settings
from django.core.files.base import ContentFile

from tests import factories, shared_data
from tests.conftest import environment_of_children
from tests.delivery import nginx_server
from tests.delivery.addresses import unlocked
from tests.delivery.nginx_server import SECRET, nginx
from tests.delivery.raw_http import Address, Served
from tests.delivery.servers import gunicorn
from tests.s3_servers import library_in
from video_pages.delivery import open_videos
from video_pages.library.storage import protected_storage
from video_pages.models import VideoPage

# The value of DELIVERY, and the store: the library is in files, or in a bucket of a real S3 server.
BACKENDS = [("stream", "files"), ("nginx", "files"), ("x-accel", "files")]
BACKENDS += [("redirect", "bucket"), ("nginx", "bucket")]  # x-accel: test_bucket_behind_nginx
# Those with a gate of their own. nginx decides in the same way wherever the files are: what it sends from a bucket is
# in test_answers, test_refusals, test_downloads and test_bucket_behind_nginx.
deciding = pytest.mark.parametrize("backend", BACKENDS[:-1], ids="-".join, indirect=True)
# Those that are compared with `reference`, which is the first itself.
compared = pytest.mark.parametrize("backend", BACKENDS[1:], ids="-".join, indirect=True)
# Headers about the bytes, which the server that sends them states.
OF_THE_BYTES = {"content-type", "content-length", "content-range", "accept-ranges", "etag", "last-modified"}


class Backend(Address):
    """A running backend: `name` is the value of DELIVERY, `nginx` is the Nginx in front of it or None.

    `bucket` has the settings of a library in a bucket, else None.
    """

    def __init__(self, name, application, front=None, bucket=None):
        super().__init__(front.port if front else application.port, is_secure=front is not None)
        self.name, self.application, self.nginx, self.bucket = name, application, front, bucket

    @property
    def is_redirect(self):
        return self.name == "redirect"

    def ask(self, path, **options):
        """Return what was Served. A redirect to the bucket is followed, as browsers follow it: without cookies.

        The answer has the headers of both, those about the bytes from the bucket, and of its errors no body.
        """
        served = super().ask(path, **options)
        location = served.header("Location")
        if not (self.bucket and served.status == 302 and location.startswith(self.bucket["S3_ENDPOINT_URL"])):
            return served
        address = urlsplit(location)
        sent = {name: value for name, value in dict(options.get("headers", ())).items() if name in FORWARDED}
        bytes_of = Address(address.port).ask(
            f"{address.path}?{address.query}", method=options.get("method", "GET"), headers=sent, host=address.netloc
        )
        headers = [pair for pair in served.headers if pair[0] not in OF_THE_BYTES | {"location"}]
        headers += [pair for pair in bytes_of.headers if pair[0] in OF_THE_BYTES]
        if bytes_of.status >= 300:
            headers = [pair for pair in headers if pair[0] not in ("content-type", "content-length")]
        body = bytes_of.body if bytes_of.status < 300 else b""
        return Served(bytes_of.status, tuple(headers), body)


# Headers that a browser sends again to the address of a redirect.
FORWARDED = {"Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "User-Agent"}

own_media_roots = shared_data.media_of_run


@pytest.fixture(autouse=True)
def library_of_the_backend(request, settings):
    """This process keeps files of videos where the backend under test has them."""
    backend = request.getfixturevalue("backend") if "backend" in request.fixturenames else None
    if backend is None or backend.bucket is None:
        yield
        return
    with library_in(settings, backend.bucket):
        yield


@pytest.fixture(scope="package")
def run_backend(request, django_db_setup, tmp_path_factory, require):
    """A function: `run_backend(name)` starts the backend, or returns the running one. All end with the package."""
    running, applications = {}, {}
    with ExitStack() as stack:

        def application_in(folder, environment, *key):
            """Return the running gunicorn of `key`; several nginx may be in front of one."""
            if key not in applications:
                applications[key] = stack.enter_context(gunicorn(environment, folder, threads=24))
            return applications[key]

        def run(name, store="files", *, configured=None, number=1, changes=None):
            """`configured`: the backend in nginx's file, if not that of the site. Each `number` is a server.

            `changes` are further variables of the environment.
            """
            key = name, store, configured, number, str(changes)
            if key not in running:
                folder = tmp_path_factory.mktemp(name)
                bucket = request.getfixturevalue("gateway_bucket") if store == "bucket" else None
                environment = {
                    **environment_of_children(),
                    "DELIVERY": name,
                    "GATE_SECRET": SECRET,
                    **(bucket or {}),
                } | (changes or {})
                has_nginx = name in ("nginx", "x-accel") or configured is not None
                environment |= {"TRUSTED_PROXIES": "1", "SECURE_PROXY": "1"} if has_nginx else {}
                application = application_in(folder, environment, name, store, number, str(changes), has_nginx)
                front = None
                if has_nginx:
                    (folder / "nginx").mkdir()
                    backend = configured or ("nginx" if name == "nginx" else "off")
                    program = require("nginx")
                    place = environment["S3_ENDPOINT_URL"] if bucket else ""
                    front = stack.enter_context(
                        nginx(program, folder / "nginx", application.port, engine=backend, bucket=place)
                    )
                reached = bucket and {**bucket, "S3_ENDPOINT_URL": environment["S3_ENDPOINT_URL"]}
                running[key] = Backend(name, application, front, reached)
            return running[key]

        yield run


@pytest.fixture(scope="package", params=BACKENDS, ids="-".join)
def backend(request, run_backend):
    """Each backend in turn."""
    return run_backend(*request.param)


@pytest.fixture
def reference(request, run_backend):
    """The backend `stream`, with which the others are compared, on the library of the backend under test."""
    backend = request.getfixturevalue("backend") if "backend" in request.fixturenames else None
    return run_backend("stream", "bucket" if backend and backend.bucket else "files")


def replace_content(video, content):
    """Give the progressive file of `video` other bytes."""
    storage, name = protected_storage(), video.video_file.playable_name
    storage.remove_now(name)
    storage.save(name, ContentFile(content))


@pytest.fixture(scope="package")
def bare_nginx(require, tmp_path_factory):
    """A function: `bare_nginx(path)` returns the Address of a bare nginx and the path of the file there."""
    root = Path(site_settings.DATA_DIR)
    with nginx_server.bare_nginx(require("nginx"), tmp_path_factory.mktemp("bare"), root) as bare:
        yield lambda path: (Address(bare.port), f"/{Path(path).relative_to(root)}")


@pytest.fixture
def film():
    """A video behind a password; its file has 4096 bytes."""
    return factories.make_video()


def open_to_everyone(*videos):
    """Open `videos` to everyone, and wait until each process knows: the set of open videos may be a second old."""
    VideoPage.objects.filter(pk__in=[video.pk for video in videos]).update(open_to_everyone=True)
    time.sleep(open_videos.MOST_AGE + 0.1)


def cookie_of(client):
    """Return the Cookie header of a test client with its session."""
    return f"sessionid={client.cookies['sessionid'].value}"


@pytest.fixture
def cookie(film):
    """The Cookie header of a browser that has unlocked `film`."""
    return cookie_of(unlocked(film))
