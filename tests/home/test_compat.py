"""Private APIs of Django and Wagtail that page routing uses: these tests fail when an update changes one."""

import pytest
from django.test import RequestFactory
from wagtail.models import Page, Site

from home import compat
from tests.factories import get_home

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
