"""The number of queries of a password, a locked page and a request for bytes: the same at any depth."""

import pytest
from django.contrib.contenttypes.models import ContentType
from wagtail.models import PageViewRestriction

from tests.factories import PASSWORD, browser, make_section, make_video, unlock
from video_pages.access import passwords

pytestmark = pytest.mark.django_db

# Site, pages on the path, page with its file, access state (for the page, again under the lock), settings, tries
# (before the lock, again under it), access row, attempt, session (exists, insert).
RECOGNISED = 12
# The same, with a guess that is written before the hash and removed afterwards, and the setups of invitations.
HASHED = 15
# A section without a password asks whether one of an invitation opens it. Its first request makes rows of settings.
LOCKED, SECTION = 11, 16
STREAM_REFUSED, STREAM_STATUS, STREAM_RESTRICTED = 2, 4, 4


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
    """Return the statements that ask or write rows; neither marks of transactions nor locks, which PostgreSQL has."""
    marks = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SELECT pg_advisory_xact_lock")
    locks = (" FOR SHARE", ' FOR NO KEY UPDATE OF "video_pages_videopage"')
    return [
        query["sql"] for query in captured if not query["sql"].startswith(marks) and not query["sql"].endswith(locks)
    ]


def access_states_read(captured):
    """Return the statements that read what opens a page."""
    return [sql for sql in asked(captured) if "section_until" in sql]


def test_a_recognised_password_costs_few_statements(video, django_assert_max_num_queries):
    with django_assert_max_num_queries(100) as captured:
        assert unlock(browser(), video).status_code == 303
    assert len(asked(captured)) == RECOGNISED
    assert len(access_states_read(captured)) == 2, "once for the page, and again under the lock"


def test_a_password_that_is_hashed_costs_a_guess_more(video, django_assert_max_num_queries):
    passwords.set_password(video, PASSWORD)  # another hash, which this process has not checked yet
    with django_assert_max_num_queries(100) as captured:
        assert unlock(browser(), video).status_code == 303
    assert len(asked(captured)) == HASHED
    assert len(access_states_read(captured)) == 2


def test_a_section_reads_what_opens_it_once(video, django_assert_max_num_queries):
    section = video.get_parent()
    browser().get(section.url)
    browser().get(section.url)
    with django_assert_max_num_queries(100) as captured:
        assert browser().get(section.url).status_code == 200
    assert len(asked(captured)) == SECTION
    of_page = [sql for sql in access_states_read(captured) if repr(video.path) not in sql]
    assert len(of_page) == 1, "its cards have their own"


def test_wagtails_own_privacy_costs_a_stream_request_two_queries_more(video, django_assert_num_queries):
    PageViewRestriction.objects.create(page=video.get_parent(), restriction_type=PageViewRestriction.LOGIN)
    with django_assert_num_queries(STREAM_RESTRICTED):
        assert browser().get(f"/stream/{video.uuid}/source").status_code == 403


def test_a_locked_page_costs_few_queries(video, django_assert_num_queries):
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
