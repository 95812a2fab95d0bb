"""The screen “Poster”: frames and images, only for editors of the page."""

import io

import pytest
from PIL import Image
from wagtail.models import PageLogEntry

from tests import factories
from tests.wagtail_admin.page_screens import make_editor_of
from tests.wagtail_admin.video_screens import (
    codes,
    editor_browser,
    make_film_with_frames,
    picture,
    poster,
    shown_messages,
)
from video_pages.transcoding import chosen_frames

pytestmark = pytest.mark.django_db


@pytest.fixture
def film():
    return make_film_with_frames()


@pytest.fixture
def client():
    return editor_browser()


def bytes_of(response):
    return b"".join(response.streaming_content)


def colour_of_poster(client, film):
    picture = Image.open(io.BytesIO(bytes_of(client.get(poster(film, "poster.jpg")))))
    pixel = picture.convert("RGB").getpixel((50, 50))
    return ("red", "lime", "blue")[pixel.index(max(pixel))]


def test_the_strip_shows_each_frame_and_marks_the_poster(client, film):
    response = client.get(poster(film)).content.decode()
    assert poster(film, "1.jpg") in response and poster(film, "2.jpg") in response
    assert response.count("Use this frame") == 2
    client.post(poster(film), {"frame": "2"})
    response = client.get(poster(film)).content.decode()
    assert response.count("Use this frame") == 1 and "poster-strip__frame--now" in response


def test_a_frame_becomes_the_poster_at_the_same_address_with_another_tag(client, film):
    response = client.post(poster(film), {"frame": "1"}, follow=True)
    assert shown_messages(response) == ["The frame is the poster now."]
    assert colour_of_poster(client, film) == "red"
    first = client.get(poster(film, "poster.jpg"))
    client.post(poster(film), {"frame": "2"})
    assert colour_of_poster(client, film) == "blue"
    second = client.get(poster(film, "poster.jpg"))
    assert first.headers["ETag"] != second.headers["ETag"]
    visitor = factories.browser()
    factories.unlock(visitor, film)
    assert visitor.get(f"/stream/{film.uuid}/poster").status_code == 200


@pytest.mark.parametrize("number", ["0", "3", "-1", "1.5", "٣", "", "9" * 5000, "../1"])
def test_a_missing_frame_is_refused_with_a_message(client, film, number):
    assert shown_messages(client.post(poster(film), {"frame": number}, follow=True))[0].startswith(
        "This frame is not there"
    )
    film.video_file.refresh_from_db()
    assert not film.video_file.has_poster


def test_an_image_is_encoded_again_and_becomes_the_poster(client, film):
    response = client.post(poster(film), {"picture": picture(size=(3000, 1000))}, follow=True)
    assert shown_messages(response) == ["The picture is the poster now."]
    assert colour_of_poster(client, film) == "lime"
    drawn = Image.open(io.BytesIO(bytes_of(client.get(poster(film, "poster.jpg")))))
    assert (drawn.format, drawn.size) == ("JPEG", (1280, 427))
    film.video_file.refresh_from_db()
    assert film.video_file.poster_is_chosen and len(film.video_file.still) < 1500


@pytest.mark.parametrize(("choice", "colour"), [("picture", "lime"), ("frame", "blue")])
@pytest.mark.parametrize("is_being_drawn", [False, True])
def test_a_frame_that_waits_does_not_replace_a_later_choice(client, film, monkeypatch, choice, colour, is_being_drawn):
    def choose():
        client.post(poster(film), {"picture": picture()} if choice == "picture" else {"frame": "2"})

    def draw(space, facts, target, **options):
        if is_being_drawn:
            choose()
        Image.new("RGB", (64, 36), "red").save(target, "JPEG")

    monkeypatch.setattr(chosen_frames, "_facts", lambda video_file, space: None)
    monkeypatch.setattr(chosen_frames, "draw_shown_frame", draw)
    assert client.post(f"{poster(film)}this-frame/", {"at_ms": "0"}).status_code == 202
    if not is_being_drawn:
        choose()
    while chosen_frames.draw_next():
        pass
    assert colour_of_poster(client, film) == colour


def test_a_file_that_is_no_image_is_refused_beside_its_field(client, film):
    upload = picture()
    upload.seek(0)
    upload.write(b"no picture")
    upload.seek(0)
    assert codes(client.post(poster(film), {"picture": upload})) == {"picture": ["invalid_image"]}
    assert codes(client.post(poster(film), {})) == {"picture": ["required"]}


def test_images_are_kept_out_of_caches_and_are_jpegs(client, film):
    response = client.get(poster(film, "1.jpg"))
    assert response.headers["Content-Type"] == "image/jpeg"
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["3.jpg", "0.jpg", "poster.jpg", "master.jpg", "frame-1.jpg", "999999.jpg"])
def test_other_names_are_not_there(client, film, name):
    assert client.get(poster(film, name)).status_code == 404


def test_the_history_says_that_the_poster_was_changed(client, film):
    client.post(poster(film), {"frame": "1"})
    assert PageLogEntry.objects.get(action="video_pages.poster_changed").page_id == film.pk


def refused(client, film):
    got = [client.get(poster(film, name)) for name in ("", "1.jpg", "poster.jpg")]
    posted = client.post(poster(film), {"frame": "1"})
    film.video_file.refresh_from_db()
    no_bytes = not any(response.streaming for response in got)
    return (
        no_bytes
        and not film.video_file.has_poster
        and all(response.status_code in (302, 403) for response in [*got, posted])
    )


def test_visitors_are_refused_also_with_the_password(film):
    browser = factories.browser()
    factories.unlock(browser, film)
    assert refused(factories.browser(), film) and refused(browser, film)


def test_an_editor_of_another_section_is_refused(film):
    assert refused(factories.browser(make_editor_of(factories.make_section(), "change", "publish")), film)


def test_an_editor_of_the_section_may(film):
    client = factories.browser(make_editor_of(film.get_parent(), "change"))
    assert client.get(poster(film, "1.jpg")).status_code == 200
    assert client.post(poster(film), {"frame": "1"}).status_code == 302
    film.video_file.refresh_from_db()
    assert film.video_file.has_poster


def test_an_alias_leads_to_its_source(client, film):
    alias = film.create_alias(parent=factories.make_section())
    assert client.get(poster(alias)).headers["Location"] == poster(film)
    assert client.get(poster(alias, "1.jpg")).headers["Location"] == poster(film, "1.jpg")


def test_a_film_that_is_not_processed_yet_has_no_frames(client):
    page = factories.make_video()
    assert b"drawn when the film has been processed" in client.get(poster(page)).content
    assert client.get(poster(page, "1.jpg")).status_code == 404
