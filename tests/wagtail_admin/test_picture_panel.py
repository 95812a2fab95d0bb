"""The picture in the page editor: the poster behind the password and the thumbnail for everyone, in one panel."""

import io

import pytest
from PIL import Image as Picture
from wagtail.images import get_image_model

from tests import factories
from tests.wagtail_admin.page_screens import make_editor_of
from tests.wagtail_admin.video_screens import editor_browser, make_film_with_frames, picture, poster
from video_pages.library import posters

pytestmark = pytest.mark.django_db

AS_SCRIPT = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest", "HTTP_ACCEPT": "application/json"}


@pytest.fixture
def film():
    return make_film_with_frames()


@pytest.fixture
def client():
    return editor_browser()


def edit(client, page):
    return client.get(f"/admin/pages/{page.pk}/edit/").content.decode()


def show_everyone(client, page):
    return client.post(poster(page, "public/"))


def test_poster_and_thumbnail_stand_in_one_panel(client, film):
    posters.choose_frame(film.video_file, 1)
    content = edit(client, film)
    panel = content.partition("data-poster-panel")[2].partition("data-access-summary")[0]
    assert f'src="{poster(film, "poster.jpg")}"' in panel and 'name="thumbnail"' in panel
    assert content.count('name="thumbnail"') == 1


def test_a_page_without_a_file_says_where_the_poster_comes_from(client):
    section = factories.make_section()
    content = client.get(f"/admin/pages/add/video_pages/videopage/{section.pk}/").content.decode()
    assert "set here once a saved page has a video file" in content and "data-poster-file" not in content


def test_an_image_is_uploaded_from_the_panel(client, film):
    answer = client.post(poster(film), {"picture": picture()}, **AS_SCRIPT)
    assert answer.json() == {"message": "The picture is the poster now.", "isDone": True}
    film.video_file.refresh_from_db()
    assert film.video_file.poster_is_chosen
    broken = picture()
    broken.seek(0)
    broken.write(b"no picture")
    broken.seek(0)
    answer = client.post(poster(film), {"picture": broken}, **AS_SCRIPT)
    assert answer.status_code == 422 and "can't be read" in answer.json()["message"]


def test_the_poster_becomes_an_image_that_the_page_can_show_to_everyone(client, film):
    posters.choose_frame(film.video_file, 2)
    chosen = show_everyone(client, film).json()["image"]
    image = get_image_model().objects.get(pk=chosen["id"])
    assert (image.title, chosen["title"]) == ("Thumbnail", "Thumbnail")
    with image.file.open() as file:
        red, _green, blue = Picture.open(io.BytesIO(file.read())).convert("RGB").getpixel((9, 9))
    assert blue > red
    assert chosen["preview"]["url"] and chosen["edit_url"] == f"/admin/images/{image.pk}/"
    film.refresh_from_db()
    assert film.thumbnail is None  # until the editor saves the page


def test_without_a_poster_nothing_becomes_public(client, film):
    answer = show_everyone(client, film)
    assert answer.status_code == 422 and answer.json() == {"message": "This film has no poster yet."}
    assert not get_image_model().objects.exists()


def test_an_editor_who_may_add_no_images_makes_none_public(film):
    posters.choose_frame(film.video_file, 1)
    editor = make_editor_of(film.get_parent(), "change")
    answer = show_everyone(factories.browser(editor), film)
    assert answer.status_code == 422 and "may not add pictures" in answer.json()["message"]
    assert not get_image_model().objects.exists()


def test_others_are_refused(film):
    posters.choose_frame(film.video_file, 1)
    other = make_editor_of(factories.make_section(), "change", "publish")
    visitor = factories.browser()
    factories.unlock(visitor, film)
    for client in (factories.browser(), visitor, factories.browser(other)):
        assert show_everyone(client, film).status_code in (302, 403)
    assert not get_image_model().objects.exists()
