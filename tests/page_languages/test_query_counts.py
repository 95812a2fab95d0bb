"""The number of queries of the home page is fixed, in a site of one language and in one of two."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import clear_url_caches
from wagtail.models import Site

from home.languages import visitor_language
from tests.factories import browser


def queries_of(address):
    """Return the number of queries of a visit of `address`, after two that fill what is remembered."""
    client = browser(HTTP_ACCEPT_LANGUAGE="de" if address == "/de/" else "en")
    for _visit in range(2):
        assert client.get(address).status_code == 200
    ContentType.objects.clear_cache()
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


@pytest.mark.parametrize(("address", "expected"), [("/", 17), ("/de/", 18)])
def test_the_home_page_of_a_site_with_two_languages(film, sea, address, expected):
    assert queries_of(address) == expected


def test_the_home_page_of_a_site_with_one_language(film, settings):
    settings.PAGE_LANGUAGES, settings.WAGTAIL_I18N_ENABLED = (), False
    clear_url_caches()
    visitor_language.forget_offered()
    Site.clear_site_root_paths_cache()
    assert queries_of("/") == 16
