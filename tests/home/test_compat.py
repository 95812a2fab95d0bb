"""Private APIs of Django and Wagtail that page routing uses: these tests fail when an update changes one."""

import inspect

import pytest
from django.forms import Widget
from django.test import RequestFactory
from wagtail.models import Page, Site
from wagtail.permission_policies.pages import PagePermissionPolicy

from home import compat
from tests.factories import get_home, make_user

pytestmark = pytest.mark.django_db


def test_the_raw_host_has_the_port_and_is_not_checked(settings):
    settings.ALLOWED_HOSTS = []
    assert compat.raw_host(RequestFactory().get("/", headers={"host": "films.example:8000"})) == "films.example:8000"


def test_wagtail_takes_the_site_that_is_set(django_assert_num_queries):
    request = RequestFactory().get("/")
    site = Site(hostname="elsewhere.example")
    with django_assert_num_queries(0):
        compat.set_site(request, site)
        assert Site.find_for_request(request) is site


def test_wagtail_takes_the_page_that_is_set(django_assert_num_queries):
    page, request = get_home(), RequestFactory().get("/another/path/")
    with django_assert_num_queries(0):
        compat.set_route(request, page)
        assert Page.route_for_request(request, "another/path/").page is page


def test_the_policy_keeps_its_answers_under_names_of_its_own():
    """Wagtail keeps the answers of its own policy on the same user."""
    user = make_user("anna", "Video editors")
    for policy in (PagePermissionPolicy(Page), compat.OwnersCachePolicy(Page)):
        policy.explorable_root_instance(user)
    kept = {name for name in vars(user) if name.startswith("_") and "page" in name}
    assert kept == {
        *("_page_permission_cache", "_explorable_root_page_cache"),
        *("_owners_page_permission_cache", "_owners_explorable_root_page_cache"),
    }


def test_django_renders_a_widget_by_the_private_method():
    class Input(compat.ProjectFileInput):
        template_name = "home/admin/drawing_input.html"

    assert 'type="file"' in Input().render("logo", None)
    assert list(inspect.signature(Widget._render).parameters) == ["self", "template_name", "context", "renderer"]
    assert "self._render(" in inspect.getsource(Widget.render)
