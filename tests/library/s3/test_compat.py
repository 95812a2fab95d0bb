"""The private API of django-storages that the storage in a bucket uses: these tests fail when an update changes it."""

import io

import pytest
from django.core.exceptions import SuspiciousOperation

from video_pages.library.s3.compat import KeyedStorage


@pytest.fixture
def storage():
    return KeyedStorage(bucket_name="films", location="library", access_key="id", secret_key="key")


def test_a_key_lies_below_the_location(storage):
    assert storage.key_below_location("12/a.mp4") == "library/12/a.mp4"
    with pytest.raises(SuspiciousOperation):
        storage.key_below_location("../a.mp4")


def test_a_write_states_the_type_of_the_content(storage):
    assert storage.write_parameters("12/a.mp4", io.BytesIO()) == {"ContentType": "video/mp4"}
