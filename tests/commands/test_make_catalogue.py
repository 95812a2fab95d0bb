"""`make_catalogue`: a test database with many made-up videos, and the refusal to touch a site that has any."""

import io

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page

from tests import shared_data
from tests.factories import browser, get_home, make_section, make_superuser, make_video, make_video_file
from video_pages.analytics.models import DailyStatistics
from video_pages.management import made_catalogue
from video_pages.models import ProcessingJob, VideoFile, VideoIndexPage, VideoPage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home():
    return get_home()


def make(videos, **options):
    call_command("make_catalogue", videos=videos, stdout=io.StringIO(), **options)


@pytest.fixture(scope="class")
def catalogue(own_media_roots, django_db_setup, django_db_blocker):
    """A catalogue of 300 videos, one for all tests of a class."""
    with shared_data.rows(django_db_blocker):
        get_home()
        make(300)
        yield


@pytest.mark.usefixtures("catalogue")
class TestCatalogue:
    def test_it_has_as_many_videos_as_asked_for_in_a_sound_tree(self):
        assert [VideoPage.objects.count(), VideoFile.objects.count(), ProcessingJob.objects.count()] == [300] * 3
        said = io.StringIO()
        call_command("fixtree", interactive=False, stdout=said)
        assert said.getvalue().count("No problems found") == 2  # pages and collections

    def test_its_pages_open_and_can_be_edited(self):
        visitor, editor = browser(), browser(make_superuser())
        for address in ("/", "/videos/", "/videos/archive/", "/videos/collection-1/part-1/", "/videos/archive/film-1/"):
            assert visitor.get(address).status_code == 200, address
        video = VideoPage.objects.get(url_path__endswith="/archive/film-1/")
        for address in (f"/admin/pages/{video.pk}/edit/", "/admin/videos/", f"/admin/pages/{video.get_parent().pk}/"):
            assert editor.get(address).status_code == 200, address

    def test_its_password_opens_a_locked_video(self):
        client = browser()
        locked = VideoPage.objects.exclude(password_hash="").filter(live=True).first()
        assert client.post(locked.url, {"password": "open-sesame"}).status_code == 303

    def test_a_page_made_later_gets_an_id_and_a_place_of_its_own(self):
        archive = VideoIndexPage.objects.get(slug="archive")
        later = make_video(section=archive)
        assert later.path > max(Page.objects.child_of(archive).exclude(pk=later.pk).values_list("path", flat=True))


def test_the_same_size_gives_the_same_catalogue():
    columns = ("title", "path", "url_path", "translation_key", "uuid", "listed", "live", "first_published_at")
    make(120)
    first = list(VideoPage.objects.order_by("path").values(*columns))
    Page.objects.filter(depth__gt=2).delete()
    VideoFile.objects.all().delete()
    make(120)
    assert list(VideoPage.objects.order_by("path").values(*columns)) == first


@pytest.mark.parametrize("videos", [1, 7, 999, 100_000])
def test_the_plan_has_all_videos_and_one_large_section(videos):
    plan = made_catalogue.sections(videos)
    assert sum(section.videos for section in plan) == videos
    assert max(section.videos for section in plan) >= min(made_catalogue.BIG, videos // 2)


def test_statistics_are_made_for_the_days_asked_for():
    make(100, days=3)
    assert DailyStatistics.objects.values("day").distinct().count() == 3
    assert browser(make_superuser()).get("/admin/reports/videos/").status_code == 200


@pytest.mark.parametrize("maker", [make_video, make_video_file, make_section])
def test_it_refuses_a_site_with_a_video_a_file_or_a_section(maker):
    maker()
    before = Page.objects.count()
    with pytest.raises(CommandError, match="set DATA_DIR to a new folder"):
        make(10)
    assert Page.objects.count() == before


@pytest.mark.parametrize("options", [{"videos": 0}, {"videos": -1}, {"videos": 10_000_000}, {"videos": 5, "days": -1}])
def test_it_refuses_numbers_that_make_no_sense(options):
    with pytest.raises(CommandError, match="takes a number"):
        make(**options)
