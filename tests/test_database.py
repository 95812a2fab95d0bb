"""Each test begins with the rows that migrations make, also after a test that committed rows of its own."""

import collections
import json

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection

from tests.factories import make_video
from video_pages.models import VideoPage


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2, 3])
def test_a_test_begins_with_the_rows_of_the_migrations(time):
    first = collections.Counter(row["model"] for row in json.loads(connection._test_serialized_contents))
    assert {name: apps.get_model(name).objects.count() for name in first} == dict(first)
    assert not VideoPage.objects.exists()
    editors = Group.objects.get(name="Editors")
    assert editors.permissions.filter(codename="access_admin").exists()
    make_video()
    Group.objects.get(name="Moderators").delete()
