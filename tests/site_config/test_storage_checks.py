"""System checks of object storage, and the forms of its settings."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from site_config.checks import storage_checks
from site_config.environment import env


@pytest.fixture
def complete(settings):
    settings.LIBRARY_STORAGE, settings.S3_BUCKET, settings.DELIVERY = "s3", "videos", "stream"
    settings.S3_ACCESS_KEY_ID = settings.S3_SECRET_ACCESS_KEY = "one"
    return settings


def found():
    return [(message.id, message.msg) for message in storage_checks.object_storage_is_complete(None)]


def test_complete_settings_are_accepted(complete):
    assert found() == []


def test_a_role_of_the_machine_needs_no_key(complete):
    complete.S3_ACCESS_KEY_ID = complete.S3_SECRET_ACCESS_KEY = ""
    assert found() == []


def test_files_need_no_setting(settings):
    settings.LIBRARY_STORAGE, settings.S3_ACCESS_KEY_ID, settings.DELIVERY = "files", "half", "nginx"
    assert found() == []


@pytest.mark.parametrize(
    ("changes", "id_", "named"),
    [
        ({"S3_BUCKET": ""}, "video_pages.E030", "S3_BUCKET"),
        ({"S3_SECRET_ACCESS_KEY": ""}, "video_pages.E031", "S3_SECRET_ACCESS_KEY is not set"),
        ({"S3_ACCESS_KEY_ID": ""}, "video_pages.E031", "S3_ACCESS_KEY_ID is not set"),
    ],
)
def test_what_is_missing_or_does_not_fit_is_named(complete, changes, id_, named):
    for name, value in changes.items():
        setattr(complete, name, value)
    ((found_id, text),) = found()
    assert found_id == id_
    assert named in text


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("S3_PREFIX", "/videos/2026/", "videos/2026"),
        ("S3_BUCKET", " my.bucket-1 ", "my.bucket-1"),
        ("S3_ENDPOINT_URL", "https://s3.example.org:9000/", "https://s3.example.org:9000"),
    ],
)
def test_settings_are_read_in_the_form_that_people_write(name, text, value):
    assert getattr(env.read({name: text}), name) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("S3_PREFIX", "a//b"),
        ("S3_PREFIX", "../b"),
        ("S3_PREFIX", "a b"),
        ("S3_BUCKET", "s3://videos"),
        ("S3_BUCKET", "a"),
        ("S3_ENDPOINT_URL", "s3.example.org"),
        ("S3_ADDRESSING", "host"),
        ("LIBRARY_STORAGE", "S3 bucket"),
    ],
)
def test_another_form_is_refused_by_the_name_of_the_setting(name, text):
    with pytest.raises(ImproperlyConfigured, match=f"^{name} is "):
        env.read({name: text})


@pytest.mark.parametrize(
    ("changes", "id_", "named"),
    [
        ({"LIBRARY_STORAGE": "files"}, "video_pages.W035", "LIBRARY_STORAGE is 'files'"),
        ({"S3_ENDPOINT_URL": "http://s3.local"}, "video_pages.W036", "may not send to http://s3.local"),
        ({"S3_PUBLIC_ENDPOINT_URL": "http://s3.local"}, "video_pages.W036", "may not send to http://s3.local"),
    ],
)
def test_uploads_straight_to_the_bucket_need_a_bucket_that_browsers_reach(complete, changes, id_, named):
    complete.S3_BROWSER_UPLOADS, complete.WAGTAILADMIN_BASE_URL = True, "https://films.example.org"
    complete.S3_ENDPOINT_URL, complete.S3_PUBLIC_ENDPOINT_URL = "https://s3.local", ""
    assert storage_checks.browsers_may_reach_the_bucket(None) == []
    for name, value in changes.items():
        setattr(complete, name, value)
    (message,) = storage_checks.browsers_may_reach_the_bucket(None)
    assert message.id == id_ and named in message.msg
    complete.S3_BROWSER_UPLOADS = False
    assert storage_checks.browsers_may_reach_the_bucket(None) == []
