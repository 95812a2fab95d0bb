"""`purge_access_sessions`: what is over goes, in batches, and nothing else."""

import datetime as dt
import io

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from tests import factories
from video_pages.models import VideoAccessSession

pytestmark = pytest.mark.django_db


def purge(*arguments):
    out = io.StringIO()
    call_command("purge_access_sessions", *arguments, stdout=out)
    return out.getvalue()


def add_sessions(number, expires_in):
    now = timezone.now()
    video = factories.make_video()
    VideoAccessSession.objects.bulk_create(
        VideoAccessSession(
            video=video, session_key=f"{expires_in}-{index}", created_at=now, expires_at=now + expires_in
        )
        for index in range(number)
    )


def test_expired_sessions_go_and_valid_ones_stay():
    add_sessions(7, -dt.timedelta(minutes=1))
    add_sessions(3, dt.timedelta(hours=1))
    assert purge("--batch-size", "2") == "Removed 7 expired access sessions.\n"
    assert VideoAccessSession.objects.count() == 3


def test_access_that_is_extended_after_it_was_listed_stays():
    add_sessions(2, -dt.timedelta(minutes=1))
    extended = VideoAccessSession.objects.first()
    statements = []

    def extend_before_the_second(execute, sql, params, many, context):
        if VideoAccessSession._meta.db_table in sql:
            statements.append(sql)
            if len(statements) == 2:
                later = timezone.now() + dt.timedelta(hours=1)
                VideoAccessSession.objects.filter(pk=extended.pk).update(expires_at=later)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(extend_before_the_second):
        assert purge() == "Removed 1 expired access session.\n"
    assert VideoAccessSession.objects.get() == extended


def test_one_is_one():
    add_sessions(1, -dt.timedelta(minutes=1))
    assert purge() == "Removed 1 expired access session.\n"


def test_nothing_to_do_is_no_error():
    assert purge() == "Removed 0 expired access sessions.\n"
