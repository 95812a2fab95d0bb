"""No header of a request makes the site fail before its middleware: the web server would answer, and log the query."""

import encodings
import io
import itertools
import pkgutil
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_config.wsgi import application
from tests import factories, fuzz
from tests.uploads import wire

pytestmark = pytest.mark.django_db

TYPED = "typed-by-a-visitor"
CODECS = sorted({module.name for module in pkgutil.iter_modules(encodings.__path__)} - {"aliases", "utf_8", "ascii"})
ADDRESSES = ("/", f"/search/?q={TYPED}", "/admin/login/", "/nowhere/", "/healthz/live", "/media/a.jpg")
METHODS = ("GET", "HEAD", "POST")
FORMS = ("text/plain", "application/x-www-form-urlencoded", f"multipart/form-data; boundary={wire.BOUNDARY}")
HEADERS = (
    "HTTP_ACCEPT HTTP_ACCEPT_LANGUAGE HTTP_ACCEPT_ENCODING HTTP_COOKIE HTTP_IF_MODIFIED_SINCE HTTP_IF_NONE_MATCH "
    "HTTP_RANGE HTTP_REFERER HTTP_ORIGIN HTTP_X_FORWARDED_FOR HTTP_X_FORWARDED_PROTO HTTP_X_REQUESTED_WITH HTTP_DNT "
    "CONTENT_LENGTH CONTENT_TYPE HTTP_X_CSRFTOKEN HTTP_HOST HTTP_USER_AGENT"
).split()


def status_of(method, address, body=b"", **environ):
    """Answer a request as a web server hands it to the site; return its status. What the site raises is raised."""
    path, _, query = address.partition("?")
    environ = {
        **{"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "REMOTE_ADDR": "127.0.0.1"},
        **{"SERVER_NAME": "testserver", "SERVER_PORT": "80", "wsgi.url_scheme": "http"},
        **{"wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO(), "CONTENT_LENGTH": str(len(body))},
        **environ,
    }
    status = []
    with wire.the_tests_connection():
        answer = application(environ, lambda line, headers: status.append(int(line.split()[0])))
        for _block in answer:
            pass
        answer.close()
    return status[0]


@pytest.mark.parametrize("turn", range(3))
def test_no_codec_of_python_reads_a_query_or_a_form(turn, caplog):
    """Each codec once, the methods, forms and addresses in turn."""
    part = f'--{wire.BOUNDARY}\r\nContent-Disposition: form-data; name="q"\r\n\r\n{TYPED}\r\n--{wire.BOUNDARY}--\r\n'
    sent = zip(itertools.cycle(itertools.product(METHODS, FORMS, ADDRESSES)), CODECS[turn::3], strict=False)
    for (method, form, address), codec in sent:
        status = status_of(method, address, part.encode(), CONTENT_TYPE=f"{form}; charset={codec}")
        assert status == (200 if address == "/healthz/live" and method != "POST" else 400), (method, address, codec)
    assert TYPED not in caplog.text


def test_the_codecs_that_fail_outside_of_django_are_refused_like_others():
    for codec in ("hex", "base64", "punycode", "zlib", "undefined", "rot13", "idna"):
        assert status_of("GET", f"/search/?q={TYPED}", CONTENT_TYPE=f"text/plain; charset={codec}") == 400, codec


@pytest.mark.parametrize("parameter", ["charset", "boundary"])
def test_a_parameter_in_a_character_set_of_its_own_is_no_fault_of_the_site(parameter, caplog):
    for codec in ("hex", "idna", "undefined", "utf_7", "nowhere", "", "\xe9", "a" * 300):
        assert status_of("GET", "/nowhere/", CONTENT_TYPE=f"text/plain; {parameter}*={codec}''%E9x") in (404, 400), (
            codec
        )
    assert not caplog.records


def test_a_part_of_a_form_in_any_character_set_is_no_fault_of_the_site():
    editor = factories.browser(factories.make_superuser())
    for codec in ("hex", "idna", "undefined", "utf_7", "nowhere"):
        parts = (
            f'form-data; name="q"\r\nContent-Type: text/plain; charset={codec}',
            f"form-data; name*={codec}''q%E9",
            f"form-data; name=import_file; filename*={codec}''a%E9.csv\r\nContent-Type: text/csv; charset={codec}",
            f'form-data; name=import_file; filename="a.csv"\r\nContent-Type: text/csv; charset={codec}',
        )
        body = "".join(f"--{wire.BOUNDARY}\r\nContent-Disposition: {part}\r\n\r\n/a/,/b/\r\n" for part in parts)
        body = f"{body}--{wire.BOUNDARY}--\r\n".encode()
        for address, client in (("/admin/login/", None), ("/admin/redirects/import/", editor)):
            status, _text = wire.post(address, wire.Body(body), client=client)
            assert status < 500, (codec, address)


@fuzz.fuzzed(60)
@given(st.sampled_from(ADDRESSES), st.sampled_from(["GET", "HEAD", "POST"]), st.data())
def test_headers_of_any_kind(address, method, data):
    sent = data.draw(st.dictionaries(st.sampled_from(HEADERS), fuzz.headers(), max_size=5))
    assert status_of(method, f"{address}&{quote(data.draw(fuzz.texts()))}", b"q=x", **sent) < 500, sent
