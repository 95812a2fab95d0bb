"""On SQLite each query of the search reads its own index: one that reads all entries takes 0.1 s at 100,000 videos."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.database import forget_statistics
from video_pages.search.documents import END, SECTION_OFFSET
from video_pages.search.engines.base import Scope
from video_pages.search.engines.choice import engine
from video_pages.search.words import query_of

pytestmark = pytest.mark.django_db

SCOPES = {"videos": Scope(0, END), "sections": Scope(-SECTION_OFFSET, 0)}


@pytest.fixture
def counted_when_small():
    """Give SQLite the statistics of a time when there were few entries, as a new site has them for an hour."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its statistics itself")
    for number in range(12):
        factories.make_video(f"Salt {number}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    yield
    forget_statistics()


def plan_of(work):
    """Return the plan of the one query that `work` makes."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        work()
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + queries[0]["sql"].replace("%", "%%"))
        return " / ".join(row[3] for row in cursor.fetchall())


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
def test_titles_that_begin_with_the_words_are_found_by_the_index_of_titles(scope, counted_when_small):
    plan = plan_of(lambda: engine().beginning("salt", scope, limit=500))
    assert plan.startswith("SEARCH e USING INDEX search_entries_by_title (title_start>? AND title_start<?)")


@pytest.mark.parametrize("whole", [True, False])
def test_other_hits_are_found_by_the_words_and_in_the_order_of_their_places(whole, counted_when_small):
    plan = plan_of(lambda: engine().newest(query_of("salt"), SCOPES["videos"], limit=500, whole_words_of_title=whole))
    assert plan.startswith("SCAN f VIRTUAL TABLE INDEX") and "TEMP B-TREE" not in plan
