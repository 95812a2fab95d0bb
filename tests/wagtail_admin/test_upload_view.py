"""The Upload video screen: one form that makes a file, a page and a password, or nothing."""

import pytest

from tests import clips, factories
from tests.uploads import forms
from video_pages.models import VideoPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return factories.browser(factories.make_superuser())


def test_an_upload_makes_the_file_and_the_published_page(editor):
    section = factories.make_section("Films")
    response = forms.upload(editor, section, title="Night train", description="null")
    assert response.status_code == 302, response.content.decode()
    page = VideoPage.objects.get()
    assert (page.title, page.slug, page.live) == ("Night train", "night-train", True)
    assert page.get_parent().pk == section.pk
    video_file = page.video_file
    assert (video_file.original_filename, video_file.container) == ("film.mp4", "mp4")
    assert video_file.size_bytes == clips.mp4().stat().st_size == video_file.file.size
    assert (video_file.width, video_file.height, video_file.video_codec) == (320, 180, "h264")
    assert video_file.duration == pytest.approx(1, abs=0.1)
    assert page.check_password(factories.PASSWORD)
    assert video_file.job.state == "queued"
