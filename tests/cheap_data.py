"""Fixtures that make tests cheap: first rows put back, indexes updated on demand, no child run twice, few contexts."""

import pytest
from django.db import connection
from django.db.backends.base.creation import BaseDatabaseCreation
from django.template import Template
from django.test import TransactionTestCase
from django.test.utils import instrumented_test_render
from django_tasks.backends.immediate import ImmediateBackend

from tests import database, deferred_indexes, repeated_children
from video_pages.search import sync
from video_pages.transcoding import poster, sandbox


@pytest.fixture(autouse=True, scope="session")
def first_rows():
    """Have the rows that every test begins with put back after a test that committed others."""
    first_rows = database.FirstRows()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseCreation, "deserialize_db_from_string", lambda *args: first_rows.read(*args))
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: first_rows.empty_and_put_back(case))
        if connection.vendor == "postgresql":
            patch.setattr(type(connection.ops), "sql_flush", database.deletions)
        yield


@pytest.fixture(autouse=True, scope="session")
def indexes_on_demand():
    """Have the indexes of search and references updated when a test reads them, for what factories made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ImmediateBackend, "enqueue", deferred_indexes.enqueue)
        patch.setattr(sync, "refresh", deferred_indexes.refresh)
        yield


@pytest.fixture
def indexed_at_once(monkeypatch):
    """Have what factories make indexed at once, for tests about the moment at which an index changes."""
    monkeypatch.setattr(deferred_indexes, "_is_off", True)


@pytest.fixture(autouse=True)
def forgotten_index_updates():
    """Rows of a test are rolled back; nothing of them is left to be indexed."""
    yield
    deferred_indexes.forget()


@pytest.fixture(autouse=True)
def children_run_once(request, monkeypatch):
    """Have a sandboxed child that would do again what one has done in this run not started; see `repeated_children`."""
    if not any(request.node.get_closest_marker(name) for name in ("real_children", "soak")):
        monkeypatch.setattr(sandbox, "run", repeated_children.run)


@pytest.fixture(autouse=True)
def few_frames(request, monkeypatch):
    """Have two frames drawn for editors to choose from, not eight: each is a run of ffmpeg, and few tests need them."""
    if not any(request.node.get_closest_marker(name) for name in ("all_frames", "soak")):
        monkeypatch.setattr(poster, "FRAMES_TO_CHOOSE_FROM", 2)


@pytest.fixture(autouse=True, scope="session")
def contexts_of_whole_templates(django_test_environment):
    """Have responses know the contexts of the templates that views render, and not of all that these include.

    A screen of the admin includes hundreds, for icons alone; a copy of each context took a twentieth of its time.
    """

    def render(template, context):
        is_included = context.template is not template
        return template.nodelist.render(context) if is_included else instrumented_test_render(template, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", render)
        yield
