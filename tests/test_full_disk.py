"""A full disk does not stop reading: database, cache and library without room, and people go on watching."""

import pytest
from django.db import OperationalError, connection
from django.db.backends.signals import connection_created

from site_config.environment import engines
from site_config.sqlite3.pool import pool
from tests import factories
from tests.delivery.addresses import source_url
from video_pages.models import WorkerHeartbeat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def full_database():
    """The test's SQLite database can't grow: what SQLite answers is what it answers on a full disk."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL is told of its disk by its own operator")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]

    def limit(connection, **kwargs):
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {pages}")

    connection_created.connect(limit)  # a stream closes the connection, the next request opens another
    limit(connection)
    yield
    connection_created.disconnect(limit)
    connection.close()
    pool.close()  # the limit belongs to the connections


def test_visitors_and_editors_read_on(settings, full_disk, request):
    video = factories.make_video()
    visitor, editor = factories.browser(), factories.browser(factories.make_superuser())
    factories.unlock(visitor, video)
    settings.CACHES = engines.caches("", full_disk)
    request.getfixturevalue("full_database")
    with pytest.raises(OperationalError, match="disk is full"):
        for number in range(2000):
            WorkerHeartbeat.objects.create(worker=f"{number}".ljust(80))
    for client, address in (
        (factories.browser(), "/"),
        (factories.browser(), video.url),
        (visitor, video.url),
        (visitor, source_url(video)),
        (editor, "/admin/"),
        (editor, f"/admin/pages/{video.pk}/edit/"),
    ):
        response = client.get(address)
        assert response.status_code == 200, address
        if response.streaming:
            assert b"".join(response.streaming_content)
    assert b'id="player"' in visitor.get(video.url).content
