"""What a password, a locked page and a request for bytes cost the database, in queries: the same at any depth."""

import pytest
from django.contrib.contenttypes.models import ContentType

from tests.factories import browser, make_section, make_video, unlock

pytestmark = pytest.mark.django_db

# Site, way, page with its file, standing (for Wagtail's restrictions, for the verdict, under the lock), settings,
# tries, row, figure, session (exists, insert); a savepoint or transaction is two more each.
RECOGNISED = 12
LOCKED = 12
STREAM_REFUSED, STREAM_STATUS = 2, 4


@pytest.fixture(params=[1, 4])
def video(request):
    section = make_section()
    for _ in range(request.param - 1):
        section = make_section(parent=section)
    video = make_video(section=section)
    assert unlock(browser(), video).status_code == 303  # recognised from now on, and what is read once is read
    ContentType.objects.get_for_model(type(video))
    return video


def asked(captured):
    """Return the statements that ask or write rows, without the marks of transactions."""
    marks = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return [query["sql"] for query in captured if not query["sql"].startswith(marks)]


def test_a_recognised_password_costs_twelve_statements(video, django_assert_max_num_queries):
    with django_assert_max_num_queries(100) as captured:
        assert unlock(browser(), video).status_code == 303
    assert len(asked(captured)) == RECOGNISED


def test_a_locked_page_costs_twelve_queries(video, django_assert_num_queries):
    browser().get(video.url)  # fills the cache of the site's root paths
    with django_assert_num_queries(LOCKED):
        assert 'name="password"' in browser().get(video.url).content.decode()


def test_a_stream_request_costs_few_queries(video, django_assert_num_queries):
    stranger, viewer = browser(), browser()
    unlock(viewer, video)
    with django_assert_num_queries(STREAM_REFUSED):
        assert stranger.get(f"/stream/{video.uuid}/source").status_code == 403
    with django_assert_num_queries(STREAM_STATUS):
        viewer.get(f"/stream/{video.uuid}/status")
