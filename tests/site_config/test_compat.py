"""Private APIs below the settings, of Django, Wagtail and modelsearch: these tests fail when an update changes one."""

import inspect
from importlib import import_module

import pytest
from django.contrib.auth.hashers import get_hasher
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQLWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLiteWrapper
from django.test import RequestFactory
from modelsearch.backends.base import BaseSearchBackend, BaseSearchResults
from modelsearch.query import MATCH_ALL
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.search.backends import get_search_backend
from wagtail.sites.views import SiteViewSet

from site_config import compat
from site_config.postgresql.compat import ConfigurableWrapper
from site_config.search.cluster import MODULES
from site_config.security.compat import ContentTypeRequest
from site_config.sqlite3.compat import KeepingWrapper
from tests import factories
from video_pages.models import VideoPage


def parameters(function):
    return list(inspect.signature(function).parameters)


def test_django_reads_the_content_type_of_a_new_request_by_the_private_method():
    class Request(ContentTypeRequest):
        def read_content_type(self, value):
            self.content_type, self.content_params, self.read = "", {}, value

    environ = RequestFactory().post("/", "text", content_type="text/plain").environ
    assert Request(environ).read == "text/plain"
    assert parameters(WSGIRequest._set_content_type_params) == ["self", "meta"]


def test_django_configures_a_connection_to_postgresql_by_the_private_method(monkeypatch):
    assert parameters(PostgreSQLWrapper._configure_connection) == ["self", "connection"]
    assert "self._configure_connection(" in inspect.getsource(PostgreSQLWrapper.init_connection_state)
    assert "configure=self._configure_connection" in inspect.getsource(PostgreSQLWrapper.pool.fget)
    for by_django, by_us in ((False, True), (True, False), (False, False)):
        monkeypatch.setattr(PostgreSQLWrapper, "_configure_connection", lambda self, made, answer=by_django: answer)
        monkeypatch.setattr(ConfigurableWrapper, "configure", lambda self, made, answer=by_us: answer)
        wrapper = ConfigurableWrapper.__new__(ConfigurableWrapper)
        assert wrapper._configure_connection(None) is (by_django or by_us)


@pytest.mark.parametrize("is_kept", [True, False])
def test_django_closes_a_connection_by_the_private_method(monkeypatch, is_kept):
    closed = []
    monkeypatch.setattr(SQLiteWrapper, "_close", lambda self: closed.append(self))
    monkeypatch.setattr(KeepingWrapper, "keep_connection", lambda self: is_kept)
    wrapper = KeepingWrapper({**connection.settings_dict, "NAME": ":memory:x"}, "another")
    wrapper.connection = object()
    SQLiteWrapper.__base__.close(wrapper)
    assert closed == ([] if is_kept else [wrapper])


def test_a_hasher_whose_library_is_missing_raises_value_error(settings, monkeypatch):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.BCryptSHA256PasswordHasher"]
    hasher = get_hasher("default")
    monkeypatch.setattr(type(hasher), "library", ("bcrypt", "no_such_library"))
    with pytest.raises(ValueError, match="no_such_library"):
        compat.load_library(hasher)


def test_wagtails_viewset_of_sites_has_no_copy_screen():
    assert SiteViewSet.copy_view_enabled is False and ModelViewSet.copy_view_enabled is True
    names = [pattern.name for pattern in SiteViewSet("sites").get_urlpatterns()]
    assert "edit" in names and "copy" not in names


@pytest.mark.parametrize("engine", MODULES)
def test_a_cluster_is_searched_by_the_private_methods(engine):
    try:
        backend = import_module(MODULES[engine]).SearchBackend
    except ImportError:
        pytest.skip("the client is not installed")
    results = backend.results_class
    assert parameters(backend._search) == ["self", "query_compiler_class", "query", "model_or_queryset", "kwargs"]
    assert parameters(results._do_search) == parameters(results._do_count) == ["self"]
    assert "for_count" in parameters(results._get_es_body)
    assert parameters(results._backend_do_search) == ["self", "body", "kwargs"]
    assert isinstance(results.fields_param_name, str)
    for name in ("fetch_hits", "count_hits", "ids_of_hits", "run"):
        assert not hasattr(results, name) and not hasattr(backend, name), "the mixins add this name"


def test_modelsearch_calls_the_private_methods():
    for name in ("search", "autocomplete"):
        assert "self._search(" in inspect.getsource(getattr(BaseSearchBackend, name))
    assert "self._do_search()" in inspect.getsource(BaseSearchResults.results)
    assert "self._do_count()" in inspect.getsource(BaseSearchResults.count)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own index")
@pytest.mark.django_db
def test_sqlites_index_is_searched_by_its_private_modules():
    video, _other = factories.make_video("A harbour at night"), factories.make_video("Another")
    compiler = get_search_backend().search("harbour", VideoPage).query_compiler
    assert compat.uses_fts(type(compiler)) and not compat.uses_fts(type)
    assert not compat.finds_by_exclusion(compiler)
    assert compat.ids_in_fts(compiler, None) == [video.pk]
    assert compat.finds_by_exclusion(get_search_backend().search(MATCH_ALL, VideoPage).query_compiler)
