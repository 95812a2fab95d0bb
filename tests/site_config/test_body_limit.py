"""Public pages read short forms only: a longer body is answered unread, whoever sends it and however."""

import pytest
from django.urls import reverse

from site_config.security.body_limit import MAX_BYTES, objection
from tests import factories
from tests.uploads import wire

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"


def a_form(size):
    """A form of `size` bytes that begins with the right password."""
    return wire.Body(f"password={factories.PASSWORD}&more=".encode().ljust(size, b"x"))


def send(path, body, kind=FORM, client=None, **environ):
    return wire.post(path, body, client=client, CONTENT_TYPE=kind, **environ)


@pytest.mark.parametrize("client", ["visitor", "editor"])
def test_a_long_form_for_a_public_page_is_refused_unread(client):
    client = factories.browser(factories.make_superuser()) if client == "editor" else None
    video = factories.make_video()
    for path in ("/", video.url, "/search/", f"/stream/{video.uuid}/source", "/nowhere/"):
        for kind in (FORM, "application/json", f"multipart/form-data; boundary={wire.BOUNDARY}"):
            body = a_form(MAX_BYTES + 1)
            status, text = send(path, body, kind, client)
            assert (status, body.bytes_read) == (413, 0)
            assert "only short texts" in text


def test_the_login_and_the_password_reset_are_public_pages_too():
    for name in ("wagtailadmin_login", "wagtailadmin_password_reset", "wagtailcore_login"):
        body = a_form(MAX_BYTES + 1)
        status, _text = send(reverse(name), body)
        assert (status, body.bytes_read) == (413, 0)


def test_other_screens_of_the_admin_take_long_forms():
    body = a_form(MAX_BYTES + 1)
    status, _text = send(reverse("wagtailadmin_account"), body, client=factories.browser(factories.make_superuser()))
    assert status == 200
    assert body.bytes_read == MAX_BYTES + 1


@pytest.mark.parametrize("who", ["nobody", "somebody without the admin"])
@pytest.mark.parametrize("kind", [FORM, f"multipart/form-data; boundary={wire.BOUNDARY}"])
def test_the_admin_reads_no_long_form_of_those_who_may_not_use_it(who, kind):
    client = None if who == "nobody" else factories.browser(factories.make_user("visitor"))
    for path in ("/admin/", reverse("wagtailadmin_account"), reverse("upload_video"), "/admin/no/such/screen/"):
        body = a_form(MAX_BYTES + 1)
        status, _text = send(path, body, kind, client)
        assert (path, status, body.bytes_read) == (path, 403, 0)  # the upload screen says: you are signed out


def test_a_part_of_an_upload_whose_session_ended_is_refused_unread():
    body = a_form(MAX_BYTES + 1)
    status, _text = send(reverse("tus_uploads"), body, "application/offset+octet-stream")
    assert status in (302, 403)
    assert body.bytes_read == 0


def test_a_form_of_just_the_limit_is_read_and_opens_the_page():
    status, _text = send(factories.make_video().url, a_form(MAX_BYTES))
    assert status == 303


@pytest.mark.parametrize("environ", [{"HTTP_TRANSFER_ENCODING": "chunked"}, {"CONTENT_LENGTH": "-1"}])
def test_a_body_that_does_not_say_its_length_is_refused_unread(environ):
    if "CONTENT_LENGTH" not in environ:
        environ = {**environ, "CONTENT_LENGTH": ""}
    body = a_form(1000)
    status, text = send(factories.make_video().url, body, **environ)
    assert (status, body.bytes_read) == (411, 0)
    assert "can’t be read" in text


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        ("", None),
        ("0", None),
        ("0065536", None),
        ("65537", 413),
        ("9" * 5000, 413),
        ("+5", 411),
        ("5_0", 411),
        (" 5", 411),
        ("\u0665", 411),
        ("five", 411),
    ],
)
def test_lengths_are_read_strictly(length, expected):
    assert objection({"CONTENT_LENGTH": length}) == expected
    assert objection({"CONTENT_LENGTH": length, "HTTP_TRANSFER_ENCODING": "chunked"}) == 411


def test_the_refusal_carries_the_headers_of_every_page(client):
    response = client.post("/", b"x" * (MAX_BYTES + 1), content_type=FORM)
    assert response.status_code == 413
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "DENY"


def test_a_short_form_with_a_file_keeps_nothing_of_it_either():
    """Below this limit the gate in front of every file holds."""
    video = factories.make_video()
    body = wire.Body(wire.multipart([("file", "film.mp4", b"x" * 10_000)]))
    for client in (None, factories.browser(factories.make_superuser())):
        status, _text = wire.post(video.url, body, client=client)
        assert status < 500
        assert body.files_seen == set() == wire.arrived()
