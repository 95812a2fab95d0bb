"""The small pictures in the list of videos: their address, who gets one, and that a row asks for nothing more."""

import io
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from tests import factories
from tests.wagtail_admin.page_screens import make_editor_of
from tests.wagtail_admin.video_screens import give_frames
from video_pages.library import posters
from video_pages.library.storage import protected_storage
from video_pages.models import VideoPage
from video_pages.wagtail_admin.video.still import SIZE, still_url

pytestmark = pytest.mark.django_db
LIST = "/admin/videos/"


@pytest.fixture
def film():
    page = factories.make_video("Salt flats")
    give_frames(page.video_file)
    posters.choose_frame(page.video_file, 1)
    return VideoPage.objects.with_files().get(pk=page.pk)


def assert_kept_by_one_browser(response):
    """Assert that the browser may keep the answer for an hour, under its session, and nobody between may."""
    assert set(response["Cache-Control"].split(", ")) == {"private", "max-age=3600"}
    assert "Cookie" in response["Vary"]


def make_image():
    return get_image_model().objects.create(title="Public", file=get_test_image_file())


def test_a_poster_is_drawn_small_and_kept_by_the_browser_alone(editor, film):
    response = editor.get(still_url(film))
    picture = Image.open(io.BytesIO(response.content))
    assert (response["Content-Type"], picture.size) == ("image/jpeg", SIZE)
    assert picture.convert("RGB").getpixel((50, 30))[0] > 200, "the red frame"
    assert_kept_by_one_browser(response)


def test_another_poster_has_another_address(film):
    first = still_url(film)
    posters.choose_frame(film.video_file, 2)
    assert still_url(VideoPage.objects.with_files().get(pk=film.pk)) != first


def test_a_thumbnail_is_shown_in_place_of_the_poster(editor, film):
    film.thumbnail = make_image()
    film.save()
    response = editor.get(still_url(film))
    assert response.status_code == 302 and response["Location"].startswith("/media/")
    assert_kept_by_one_browser(response)


def test_a_row_has_its_still_lazily_or_a_placeholder(editor, film):
    factories.make_video("Without")
    shown = editor.get(LIST).content.decode()
    assert shown.count("video-row__still") == 2 and shown.count('loading="lazy"') == 1
    assert still_url(film) in shown


def test_a_long_title_is_whole_in_the_page_and_as_a_tooltip(editor):
    title = "The name of a film " * 10
    factories.make_video(title.strip())
    shown = editor.get(LIST).content.decode()
    assert f'title="{title.strip()}"' in shown and f"{title.strip()}</span></a>" in shown


@pytest.mark.parametrize("harm", ["gone", "cut", "no-picture"])
@pytest.mark.parametrize("what", ["thumbnail", "poster"])
def test_a_picture_that_can_not_be_read_is_not_found_and_no_error_of_the_site(editor, film, what, harm):
    if what == "thumbnail":
        film.thumbnail = make_image()
        film.save()
        file, storage = film.thumbnail.file.name, film.thumbnail.file.storage
    else:
        file, storage = film.video_file.poster_name, protected_storage()
    path = Path(storage.path(file))
    whole = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(whole[: len(whole) // 2] if harm == "cut" else b"no picture")
    assert editor.get(still_url(film)).status_code == 404


def test_nobody_else_gets_a_still(film):
    address = still_url(film)
    assert factories.browser().get(address).status_code == 302
    visitor = factories.browser()
    factories.unlock(visitor, film)
    assert visitor.get(address).status_code == 302
    stranger = factories.browser(make_editor_of(factories.make_section("Theirs"), "change", "publish"))
    for headers in ({}, {"X-Requested-With": "XMLHttpRequest"}):
        answer = stranger.get(address, headers=headers)
        assert answer.status_code == (403 if headers else 302)
        assert answer["Content-Type"] != "image/jpeg" and not answer.get("Location", "").startswith("/media/")
        assert "max-age=3600" not in answer.get("Cache-Control", "")
    owner = factories.browser(make_editor_of(film.get_parent(), "change", name="owners"))
    assert owner.get(address)["Content-Type"] == "image/jpeg", "what the others are refused is there"


def test_a_video_without_a_picture_has_none(editor):
    video = factories.make_video()
    assert still_url(video) == ""
    assert editor.get(f"/admin/videos/{video.pk}/still/").status_code == 404
    assert editor.get("/admin/videos/999999/still/").status_code == 404


def test_stills_add_no_query_for_a_row(editor, film):
    def count():
        with CaptureQueriesContext(connection) as captured:
            assert editor.get(LIST).status_code == 200
        return len(captured)

    def add():
        page = factories.make_video(thumbnail=make_image())
        give_frames(page.video_file)
        posters.choose_frame(page.video_file, 1)

    add()
    count()
    before = count()
    for _number in range(3):
        add()
    assert count() == before
