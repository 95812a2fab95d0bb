"""The migration that removes NULs from rows which SQLite took before the site refused them."""

import importlib
import json
import time
import types

import pytest
from django.apps import apps
from django.db import connection
from taggit.models import Tag
from wagtail.models import Revision

from tests import factories
from video_pages.models import VideoPage

pytestmark = pytest.mark.django_db
if connection.vendor != "sqlite":
    pytest.skip("only SQLite has stored a NUL", allow_module_level=True)

migration = importlib.import_module("video_pages.migrations.0032_texts_without_nul")
MANY = 100_000
MOST_SECONDS = 5
"""Of the processor, for MANY rows without a NUL: it takes a tenth of this on an idle machine."""


def put(statement, *values):
    """Run `statement` past the cursor that refuses a NUL."""
    connection.ensure_connection()
    connection.connection.execute(statement, values)


def clean():
    migration.clean(apps, types.SimpleNamespace(connection=connection))


@pytest.fixture
def film(indexed_at_once):
    return factories.make_video("Salt flats", description="<p>Plain.</p>")


def test_a_film_with_a_nul_can_be_saved_again(film):
    put("UPDATE wagtailcore_page SET title = ? WHERE id = ?", "Salt\0 flats", film.pk)
    put("UPDATE video_pages_videopage SET description = ? WHERE page_ptr_id = ?", "<p>\0Late.\0</p>", film.pk)
    clean()
    page = VideoPage.objects.get(pk=film.pk)
    assert (page.title, page.description) == ("Salt flats", "<p>Late.</p>")
    page.save()


def test_a_draft_loses_it_also_in_its_blocks_and_keeps_what_looks_like_one(film):
    content = film.save_revision().content
    typed = r"a backslash: \u0000"
    content |= {"title": "Salt\0 flats", "description": typed, "body": json.dumps([{"value": f"b\0c {typed}"}])}
    Revision.objects.update(content=content)
    clean()
    kept = Revision.objects.get().content
    assert (kept["title"], kept["description"]) == ("Salt flats", typed)
    assert json.loads(kept["body"]) == [{"value": f"bc {typed}"}]
    Revision.objects.get().as_object().save()


def test_texts_that_must_differ_stay_different(film):
    Tag.objects.create(name="rain", slug="rain")
    put("INSERT INTO taggit_tag (name, slug) VALUES (?, ?)", "rain\0", "rain\0")
    clean()
    names = list(Tag.objects.order_by("pk").values_list("name", flat=True))
    assert names[0] == "rain" and names[1].startswith("rain-")


def test_rows_without_one_stay_as_they_are_and_are_passed_quickly(film):
    put(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
        "INSERT INTO taggit_tag (name, slug) SELECT 'tag ' || i, 'tag-' || i FROM n",
        MANY,
    )
    before = connection.connection.total_changes
    started = time.process_time()
    clean()
    assert time.process_time() - started < MOST_SECONDS
    assert connection.connection.total_changes == before, "no row is written"
