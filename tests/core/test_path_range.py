"""The pages below another are found by a range of paths: the same pages as by the text, and by the index."""

import pytest
from django.db import connection
from django.db.models import Count, OuterRef, Subquery
from wagtail.models import Page

from tests.database import forget_statistics
from tests.factories import get_home, make_section, make_video

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    for _ in range(3):
        section = make_section()
        make_video(section=make_section(parent=section))
        make_video(section=section)


def test_every_page_has_the_descendants_that_its_path_says(tree):
    pages = list(Page.objects.all())
    for page in pages:
        below = {other.pk for other in pages if other.path.startswith(page.path)}
        assert set(Page.objects.filter(path__startswith=page.path).values_list("pk", flat=True)) == below
        assert Page.objects.exclude(path__startswith=page.path).count() == len(pages) - len(below)


def test_a_path_of_another_row_is_compared_alike(tree):
    below = Page.objects.filter(path__startswith=OuterRef("path")).order_by().values("locale")
    counted = Page.objects.annotate(number=Subquery(below.annotate(number=Count("pk")).values("number")))
    for page in counted:
        assert page.number == page.get_descendant_count() + 1


def test_the_index_on_paths_answers(tree):
    if connection.vendor == "sqlite":  # PostgreSQL reads a table of ten rows whole
        forget_statistics()
        plan = Page.objects.filter(path__startswith=get_home().path).order_by().explain()
        assert "USING INDEX" in plan and "path>? AND path<?" in plan
