"""Each test begins with the rows that migrations make, also after a test that committed rows of its own."""

import collections
import json

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection

from tests.factories import make_video
from video_pages.models import VideoPage


@pytest.fixture(scope="module")
def rows_afterwards(django_db_setup, django_db_blocker):
    """Check the first rows when the last test of this module, one that commits, is over."""
    yield
    with django_db_blocker.unblock():
        assert Group.objects.filter(name="Moderators").exists() and not VideoPage.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2, 3])
def test_a_test_begins_with_the_rows_of_the_migrations_and_leaves_them_to_the_next(time, rows_afterwards):
    first = collections.Counter(row["model"] for row in json.loads(connection._test_serialized_contents))
    assert {name: apps.get_model(name).objects.count() for name in first} == dict(first)
    assert not VideoPage.objects.exists()
    editors = Group.objects.get(name="Editors")
    assert editors.permissions.filter(codename="access_admin").exists()
    make_video()
    Group.objects.get(name="Moderators").delete()
