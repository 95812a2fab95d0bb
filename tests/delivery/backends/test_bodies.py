"""Bodies of requests behind nginx: those of strangers lie in no file and hold no thread; those of editors arrive."""

import io
import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image
from wagtail.images import get_image_model
from wagtail.models import Collection

from tests import factories
from tests.delivery.backends.conftest import cookie_of
from tests.delivery.raw_http import request
from tests.uploads import resumable as tus

pytestmark = pytest.mark.django_db(transaction=True)

FORM = "application/x-www-form-urlencoded"
ADMIN = ("/admin/login/", "/admin/", "/admin/videos/upload/", "/admin/uploads/tus/", "/admin/images/add/")
LONG, SHORT = 5_000_000, 60_000
BOUNDARY = "not-in-any-noise-0f6c1d"
MORE_THAN_THREADS = 40  # the application has 24


@pytest.fixture(scope="package")
def site(run_backend):
    """The backend `nginx`."""
    return run_backend("nginx")


@pytest.fixture(autouse=True)
def nothing_in_files(site):
    """nginx has written no body into a file, however short it was."""
    log = site.nginx.folder / "errors.log"
    before = len(log.read_text())
    yield
    assert "buffered to a temporary file" not in log.read_text()[before:]
    assert not [path for path in Path(site.nginx.folder / "client_body").rglob("*") if path.is_file()]


CSRF = f"csrftoken={'t' * 32}"
"""With it and a Referer, the application reads the form of a stranger; otherwise the CSRF check refuses it unread."""
INVENTED = f"sessionid={'a' * 32}; {CSRF}"


def begin(site, path, length, sent=b"", content_type=FORM, cookie=None):
    """Return a connection on which a request for `path` has begun: its headers, and `sent` of its `length` bytes."""
    connection = site.connect()
    headers = {"Content-Type": content_type, "Content-Length": str(length), "Referer": "https://localhost/"}
    connection.sendall(request(path, method="POST", headers=headers, cookie=cookie) + sent)
    return connection


@pytest.mark.parametrize("path", ADMIN)
def test_a_stranger_is_refused_before_a_long_body_has_come(site, path):
    for content_type in (FORM, "multipart/form-data; boundary=x", "application/offset+octet-stream"):
        with begin(site, path, LONG, b"x" * 200_000, content_type) as connection:
            assert connection.recv(12) == b"HTTP/1.1 403"
        with begin(site, path, LONG, b"x", content_type, INVENTED) as connection:
            answer = connection.recv(15)
            assert answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 302 F")), answer


def test_a_refusal_reaches_a_stranger_who_sends_everything(site):
    for _time in range(10):
        assert site.ask("/admin/login/", method="POST", headers={"Content-Type": FORM}, body=b"x" * LONG).status == 403


def test_an_upload_waits_for_its_editor_to_sign_in_again_and_goes_on(site):
    """403 is the status at which the upload screen asks for that; at 413 it gives the upload up."""
    editor, token = cookie_of(factories.browser(factories.make_superuser())), "t" * 32
    host = f"localhost:{site.port}"
    headers = {"Tus-Resumable": "1.0.0", "Referer": f"https://{host}/", "X-CSRFToken": token}

    def ask(path, method, sent, cookie, body=b""):
        cookie = "; ".join([*([cookie] if cookie else []), f"csrftoken={token}"])
        return site.ask(path, method=method, headers={**headers, **sent}, cookie=cookie, body=body, host=host)

    named = {"Upload-Length": str(2 * LONG), "Upload-Metadata": tus.metadata(filename="film.mp4")}
    created = ask("/admin/uploads/tus/", "POST", named, editor)
    assert created.status == 201, created.body
    address = urlsplit(created.header("Location")).path

    def send(cookie):
        return ask(address, "PATCH", {"Content-Type": tus.BYTES, "Upload-Offset": "0"}, cookie, b"x" * LONG)

    assert send(None).status == 403
    sent = send(editor)
    assert (sent.status, sent.header("Upload-Offset")) == (204, str(LONG)), sent.body


@pytest.mark.parametrize(("version", "status"), [("--http1.1", "403"), ("--http2", "411")])
def test_a_body_without_a_length_is_refused(site, require, version, status, tmp_path):
    """In HTTP/2 nothing says before its end that it is long: the application refuses it."""
    body = tmp_path / "body"
    body.write_bytes(b"x" * LONG)
    command = [require("curl"), "--silent", "--insecure", version, "--request", "POST", "--upload-file", "-"]
    command += ["--header", f"Content-Type: {FORM}", "--header", "Content-Length:", "--output", "/dev/null"]
    command += ["--write-out", "%{http_code}", f"https://127.0.0.1:{site.port}/admin/login/"]
    with open(body, "rb") as file:
        assert subprocess.run(command, stdin=file, capture_output=True, text=True).stdout == status


@pytest.mark.parametrize("path", ADMIN)
@pytest.mark.parametrize("length", [SHORT, LONG])
def test_strangers_who_send_slowly_hold_no_thread(site, film, cookie, path, length):
    cookies = [CSRF, INVENTED] * (MORE_THAN_THREADS // 2)
    slow = [begin(site, path, length, b"csrfmiddlewaretoken=", cookie=sent) for sent in cookies]
    try:
        assert site.ask(f"/stream/{film.uuid}/status", cookie=cookie).status == 200
        assert site.ask("/admin/login/").status == 200
    finally:
        for connection in slow:
            connection.close()


@pytest.mark.parametrize("size", [(300, 200), (2000, 1500)])
def test_an_editor_uploads_by_a_form(site, size):
    """A browser without JavaScript sends 60 KB and 3 MB, which take different ways."""
    token, picture = "t" * 32, io.BytesIO()
    Image.frombytes("L", size, os.urandom(size[0] * size[1])).save(picture, "PNG")  # noise, which PNG does not shorten
    fields = {"csrfmiddlewaretoken": token, "title": "Poster", "collection": str(Collection.get_first_root_node().pk)}
    start = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
    parts = [f'{start}"{name}"\r\n\r\n{fields[name]}\r\n' for name in fields]
    parts.append(f'{start}"file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n')
    host = f"localhost:{site.port}"
    served = site.ask(
        "/admin/images/add/",
        method="POST",
        headers={
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Referer": f"https://{host}/admin/images/add/",
        },
        cookie=f"{cookie_of(factories.browser(factories.make_superuser()))}; csrftoken={token}",
        body="".join(parts).encode() + picture.getvalue() + f"\r\n--{BOUNDARY}--\r\n".encode(),
        host=host,
    )
    assert served.status == 302, served.body[-2000:]
    assert get_image_model().objects.get().width == size[0]
