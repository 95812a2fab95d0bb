"""A view of Wagtail that fails on a value of the request answers 400 and logs a warning; a fault answers 500."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.admin.views import chooser
from wagtail.models import Page

from site_config.security.bad_input import is_about_input
from tests import factories
from tests.wagtail_admin.page_screens import form_of, make_editor_of, screen

pytestmark = pytest.mark.django_db
LONG = "9" * 4301
INT = compile("int(sent)", "a view", "exec")


@pytest.fixture
def section():
    return factories.make_section("Mine")


@pytest.fixture
def video(section):
    return factories.make_video("A film", section=section)


@pytest.fixture
def client(section, video):
    client = factories.browser(make_editor_of(section, "add", "change", "publish"))
    client.raise_request_exception = False
    return client


def child(kind, pk):
    """The fields of a page's form that send one child of `kind` as if the page had it already."""
    return {f"{kind}-TOTAL_FORMS": "1", f"{kind}-INITIAL_FORMS": "1", f"{kind}-0-id": pk}


@pytest.mark.parametrize("value", ["abc", LONG, "1.5", "\u00b2"])
def test_page_chooser_with_a_target_that_is_no_number(client, value, caplog):
    response = client.get("/admin/choose-page/", {"target_pages[]": value, "user_perms": "move_to"})
    assert response.status_code == 400
    assert "refused as unreadable" in caplog.text


def test_anchor_link_below_a_page_that_is_no_number(client):
    assert client.get("/admin/choose-anchor-link/", {"parent_page_id": "abc"}).status_code == 400


@pytest.mark.parametrize("endpoint", ["pages", "images"])
def test_api_with_a_search_operator_that_is_none(client, endpoint):
    address = reverse(f"wagtailadmin_api:{endpoint}:listing")
    assert client.get(address, {"search": "a", "search_operator": "xor"}).status_code == 400
    assert client.get(address, {"search": "a", "search_operator": "or"}).status_code == 200


# PostgreSQL refuses the number; a transaction around the request, which only tests have, would then be over.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("endpoint", ["pages", "images"])
@pytest.mark.parametrize("offset", ["9" * 20, str(2**63), "-1", "abc"])
def test_api_with_an_offset_that_no_list_has(client, endpoint, offset):
    assert client.get(reverse(f"wagtailadmin_api:{endpoint}:listing"), {"offset": offset}).status_code < 500


@pytest.mark.parametrize(
    ("kind", "pk"), [("chapters", "abc"), ("chapters", "999"), ("comments", "abc"), ("comments", LONG)]
)
def test_children_of_a_page_with_an_id_that_is_none(client, video, section, kind, pk):
    form = {**form_of(video, video_file=""), **child(kind, pk)}
    for address in (screen(video, "edit/"), f"/admin/pages/add/video_pages/videopage/{section.pk}/"):
        assert client.post(address, form).status_code in (200, 302, 400), address


@pytest.mark.parametrize("value", ["999", "abc", "", LONG])
def test_copy_below_a_page_that_is_none(client, video, value):
    sent = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": value}
    assert client.post(screen(video, "copy/"), sent).status_code in (200, 400)


@pytest.mark.parametrize("position", [None, "left", "right", "first-sibling", "last-sibling", "first-child"])
def test_move_of_the_api_to_the_root(video, position):
    admin = factories.browser(factories.make_superuser())
    sent = {"destination_page_id": Page.get_first_root_node().pk, **({"position": position} if position else {})}
    address = f"/admin/api/main/pages/{video.pk}/action/move/"
    response = admin.post(address, sent, content_type="application/json")
    assert response.status_code in (400, 403)


def test_the_page_that_shows_an_error_is_closed(client):
    assert client.get("/admin/failwhale/").status_code == 404


class TestFaultsStay500:
    def test_a_view_of_wagtail_that_fails_on_something_else(self, client, monkeypatch, caplog):
        def broken(*arguments, **options):
            raise ValueError("a fault of Wagtail")

        monkeypatch.setattr(chooser, "can_choose_page", broken)
        assert client.get("/admin/choose-page/", {"q": "abc", "page_type": "wagtailcore.page"}).status_code == 500
        assert "a fault of Wagtail" in caplog.text
        assert any(record.levelname == "ERROR" for record in caplog.records)

    def test_code_of_the_site_that_fails_on_a_value_of_the_request(self):
        exception = raised_by(INT, {"__name__": "video_pages.views", "sent": "abc"})
        assert not is_about_input(exception, ["abc"])

    def test_other_families_of_exceptions(self):
        code = compile("{}[sent]", "x", "exec")
        assert not is_about_input(raised_by(code, {"__name__": "wagtail.views", "sent": "abc"}), ["abc"])

    def test_a_value_that_was_not_sent(self):
        exception = raised_by(compile("int('abc')", "x", "exec"), {"__name__": "wagtail.views"})
        assert is_about_input(exception, ["abc"])
        assert not is_about_input(exception, ["abcd", "", "12"])
        assert not is_about_input(exception, [])

    def test_a_library_that_the_site_calls(self):
        assert not is_about_input(raised_by(INT, {"__name__": "django.forms", "sent": "abc"}), ["abc"])


def test_an_error_about_several_fields_names_the_value():
    error = ValidationError({"id": ValidationError("“%(value)s” must be an integer.", params={"value": "abc"})})
    exception = raised_by(compile("raise error", "a view", "exec"), {"__name__": "wagtail.views", "error": error})
    assert is_about_input(exception, ["abc"])
    assert not is_about_input(exception, ["abd"])


def raised_by(code, namespace):
    """Run `code` as the module `namespace["__name__"]`; return the exception, with the frames of that module only."""
    with pytest.raises(Exception) as raised:  # noqa: B017, PT011  each test has its own
        exec(code, namespace)  # noqa: S102
    error = raised.value
    error.__traceback__ = error.__traceback__.tb_next
    return error
