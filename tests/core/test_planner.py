"""The statistics that SQLite plans by, also of tables that are empty."""

import pytest
from django.db import connection
from wagtail.models import Page

from home.models import OrdinaryPage
from tests.database import forget_statistics
from tests.factories import get_home, make_video
from video_pages.core import planner

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL keeps its statistics itself"),
]

MANY_PAGES = """
UPDATE sqlite_stat1 SET stat = '100000' || substr(stat, instr(stat, ' ')) WHERE tbl = 'wagtailcore_page'
"""


@pytest.fixture(autouse=True)
def forgotten():
    yield
    forget_statistics()


def counted():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tbl, stat FROM sqlite_stat1")
        return cursor.fetchall()


def test_a_table_with_rows_has_their_number_and_an_empty_one_a_small_number():
    make_video()
    planner.update_statistics()
    rows = dict(counted())
    assert rows["wagtailcore_page"].split()[0] == str(Page.objects.count())
    assert rows[OrdinaryPage._meta.db_table] == str(planner.FEW_ROWS)
    assert not [name for name in rows if name.startswith("sqlite_")]


def test_a_table_that_is_filled_later_is_counted_anew():
    planner.update_statistics()
    get_home().add_child(instance=OrdinaryPage(title="Imprint"))
    planner.update_statistics()
    assert [stat.split()[0] for name, stat in counted() if name == OrdinaryPage._meta.db_table] == ["1"]


def test_pages_of_an_empty_kind_are_not_looked_for_among_all_pages():
    """Measured with 100,000 videos: 38 ms for each menu before, 0.4 ms now."""
    make_video()
    planner.update_statistics()
    with connection.cursor() as cursor:
        cursor.execute(MANY_PAGES)
        cursor.execute("ANALYZE sqlite_schema")  # reads what was written
    plan = OrdinaryPage.objects.filter(path__startswith=get_home().path, live=True).order_by().explain()
    assert "SCAN home_ordinarypage" in plan and "SEARCH wagtailcore_page USING INTEGER PRIMARY KEY" in plan
