"""Numbers that no row can have, texts where numbers belong, NULs: 400 or 404 at every address, never 500."""

import re

import pytest
from django.db import DataError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from site_config.security.unreadable import ReadableCookiesMiddleware, UnreadableRequestMiddleware
from tests import factories
from tests.fuzz import LONG_NUMBERS
from tests.site_config.addresses import FIELDS, patterns
from tests.uploads import wire
from video_pages.models import VideoPage

pytestmark = pytest.mark.django_db


VALUES = [
    ("9" * 20, ("get", "post"), 1),
    ("9" * 4301, ("get",), 3),
    ("x", ("post",), 1),
    pytest.param("9" * 4301, ("get",), 1, marks=pytest.mark.soak),
]
"""A value, how it is sent, and the step through the addresses: of a number too long for `int`, a third is enough."""


def statuses(client, address, *sent, methods=("get", "post")):
    """The statuses of these methods with these fields; an exception says which address it was."""
    try:
        for method in methods:
            response = getattr(client, method)(address, *sent)
            for _block in response:  # exports are written while they are read
                pass
            yield response.status_code
    except Exception as error:
        raise AssertionError(f"{address[:100]} failed on {str(sent)[:100]}") from error


@pytest.fixture
def client():
    factories.make_video()
    return factories.browser(factories.make_superuser())


@pytest.mark.walk
@pytest.mark.parametrize(("value", "methods", "each"), VALUES)
def test_no_address_fails_on_what_it_names(client, value, methods, each):
    addresses = {re.sub("<[^>]+>", value, pattern) for pattern in patterns() if "<" in pattern}
    assert len(addresses) > 100
    for address in sorted(addresses)[::each]:
        for status in statuses(client, f"/{address}", methods=methods):
            assert status < 500, address


@pytest.mark.walk
@pytest.mark.parametrize(("value", "methods", "each"), VALUES)
def test_no_address_fails_on_a_query_or_a_form(client, value, methods, each):
    addresses = {pattern for pattern in patterns() if "<" not in pattern}
    assert len(addresses) > 60
    for address in sorted(addresses)[::each]:
        for status in statuses(client, f"/{address}", dict.fromkeys(FIELDS, value), methods=methods):
            assert status < 500, address


@pytest.mark.parametrize("value", LONG_NUMBERS)
def test_bulk_screens_and_choosers_refuse_ids_that_no_row_has(client, value):
    kind = f"{VideoPage._meta.app_label}/{VideoPage._meta.model_name}"
    for address in (
        f"/admin/bulk/{kind}/delete/",
        "/admin/bulk/wagtailcore/page/publish/",
        "/admin/bulk/wagtailimages/image/add_tags/",
        "/admin/bulk/auth/user/set_active_state/",
        "/admin/choose-page/chosen-multiple/",
        "/admin/images/chooser/chosen-multiple/",
        "/admin/media/chooser/chosen-multiple/",
    ):
        for status in statuses(client, f"{address}?id={value}&id=1"):
            assert status < 500, address


def test_the_root_of_the_pages_cannot_be_chosen(client):
    assert client.get("/admin/choose-page/chosen-multiple/?id=1").status_code == 404


@pytest.mark.parametrize("sent", [{}, {"new_parent_page": "4321"}, {"new_parent_page": ""}])
def test_a_copy_to_a_place_that_is_not_named_or_not_there_is_refused(client, sent):
    address = reverse("wagtailadmin_pages:copy", args=(VideoPage.objects.get().pk,))
    assert client.post(address, {"new_title": "A copy", "new_slug": "a-copy", **sent}).status_code == 400
    assert VideoPage.objects.count() == 1


def test_a_nul_is_refused_before_anything_is_asked(client, django_assert_num_queries):
    assert factories.browser().get("/videos/%00/").status_code == 404
    assert factories.browser().get("/search/?q=%00").status_code == 400
    assert factories.browser().get("/search/?q=%2500").status_code == 200


@pytest.mark.parametrize("value", ["9" * 20, str(2**63)])
def test_a_file_for_a_row_that_there_can_not_be_is_refused(client, value):
    body = wire.multipart([(field, "film.mp4", b"x" * 1000) for field in ("file", "picture", "video_file")])
    takers = {re.sub("<[^>]+>", value, pattern) for pattern in patterns() if "<int:" in pattern}
    for address in sorted(address for address in takers if address.startswith(("admin/videos/", "admin/media/"))):
        status, _text = wire.post(f"/{address}", wire.Body(body), client=client)
        assert 400 <= status < 500, address


def test_a_slug_of_many_digits_is_no_number(client):
    section = factories.make_section(title="Numbers")
    section.slug = "9" * 40
    section.save()
    assert factories.browser().get(section.url).status_code == 200
    assert client.get(reverse("wagtailadmin_home"), {"q": "9" * 40}).status_code == 200


def test_the_answer_says_what_to_do_and_the_operator_learns_of_it(client, caplog):
    response = client.get(reverse("wagtailadmin_choose_page_chosen_multiple"), {"id": "9" * 4301})
    assert response.status_code == 400
    assert "load the page anew" in response.content.decode()
    assert "refused as unreadable" in caplog.text


class TestFaultsOfOurOwnStay500:
    @pytest.fixture
    def answer(self):
        middleware = UnreadableRequestMiddleware(lambda request: None)

        def ask(exception, **query):
            request = RequestFactory().get("/", query)
            request.resolver_match = None
            return middleware.process_exception(request, exception)

        return ask

    def test_an_overflow_without_a_long_number_in_the_request(self, answer):
        assert answer(OverflowError("too large"), id="12") is None
        assert answer(DataError("out of range"), id="12") is None

    def test_a_value_that_was_not_sent(self, answer):
        assert answer(ValueError("Field 'id' expected a number but got 'x'."), id="y") is None
        assert answer(ValueError("Field 'id' expected a number but got 'x'."), id="x").status_code == 400

    def test_a_row_of_ours_that_is_missing(self, answer):
        try:
            VideoPage.objects.get(pk=0)
        except VideoPage.DoesNotExist as error:
            assert answer(error, id="0") is None

    def test_a_failure_outside_of_a_form(self, answer):
        assert answer(KeyError("id"), id="9" * 30) is None
        assert answer(AttributeError("'NoneType' object has no attribute 'pk'"), id="9" * 30) is None


@pytest.mark.parametrize(
    ("charset", "address"),
    [
        *((name, "/") for name in ("idna", "punycode", "hex", "base64", "rot13", "zip", "utf-16", "undefined")),
        *(("idna", address) for address in ("/admin/login/", "/nowhere/", "/search/")),
    ],
)
def test_form_in_another_character_set_than_ours_is_400_and_not_read(client, address, charset, caplog):
    """Django decodes with any codec of Python; some fail with what was typed in their message."""
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.cookies["csrftoken"] = "a" * 32
    body = "--x\r\nContent-Disposition: form-data; name=password\r\n\r\ngeh\u00e9imnis12\r\n--x--\r\n".encode()
    answer = strict.generic("POST", address, body, f"multipart/form-data; boundary=x; charset={charset}")
    assert answer.status_code == 400
    assert "imnis12" not in caplog.text


def test_form_that_names_our_character_set_is_read(client):
    video = VideoPage.objects.get()
    body = f"password={factories.PASSWORD}".encode()
    content_type = "application/x-www-form-urlencoded; charset=UTF-8"
    assert factories.browser().generic("POST", video.url, body, content_type).status_code == 303


def test_cookie_with_a_nul_counts_as_none(client):
    """On PostgreSQL the session's would fail in the database."""
    plain, odd = Client(), Client()
    odd.cookies["sessionid"] = "\0aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    seen = []

    def note(request):
        seen.append(dict(request.COOKIES))
        return HttpResponse()

    request = RequestFactory().get("/")
    request.COOKIES = {"sessionid": "\0aaaaaaaa", "csrftoken": "b" * 32}
    ReadableCookiesMiddleware(note)(request)
    assert seen == [{"csrftoken": "b" * 32}]
    for address in ("/", VideoPage.objects.get().url, f"/stream/{VideoPage.objects.get().uuid}/source"):
        assert odd.get(address).status_code == plain.get(address).status_code
