"""The poster that an editor chooses."""

import io
import threading

import pytest
from django.db import connection
from PIL import Image

from tests import factories
from video_pages.library import posters, services
from video_pages.library.results import open_result
from video_pages.library.storage import protected_storage

pytestmark = pytest.mark.django_db

PACKAGE = "0123456789ab"


def jpeg(colour, size=(64, 36)):
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, "JPEG")
    return written.getvalue()


@pytest.fixture
def film():
    film = factories.make_video_file(package=PACKAGE, frame_count=2)
    for number, colour in enumerate(("red", "blue"), start=1):
        protected_storage().save(posters.frame_name(film, number), io.BytesIO(jpeg(colour)))
    return film


def colour_of(content):
    return max(enumerate(Image.open(io.BytesIO(content)).convert("RGB").getpixel((5, 5))), key=lambda pair: pair[1])[0]


def poster_of(film):
    film.refresh_from_db()
    with open(protected_storage().path(film.poster_name), "rb") as poster:
        return poster.read()


def test_a_frame_becomes_the_poster_with_a_still_of_it(film):
    posters.choose_frame(film, 2)
    assert colour_of(poster_of(film)) == 2
    assert film.still.startswith("data:image/webp;base64,") and len(film.still) < 1500
    assert film.poster_is_chosen
    assert posters.different_frames(film) == [(1, False), (2, True)]
    name = film.poster_name
    posters.choose_frame(film, 1)
    assert colour_of(poster_of(film)) == 0
    assert film.poster_name == name


def test_frames_that_are_the_same_are_one_to_choose_with_one_mark(film):
    type(film).objects.filter(pk=film.pk).update(frame_count=4)
    film.refresh_from_db()
    for number, colour in ((3, "blue"), (4, "lime")):
        protected_storage().save(posters.frame_name(film, number), io.BytesIO(jpeg(colour)))
    posters.choose_frame(film, 3)
    film.refresh_from_db()
    assert posters.different_frames(film) == [(1, False), (2, True), (4, False)]


def test_a_picture_becomes_the_poster(film):
    posters.use_image(film, jpeg("lime", (300, 400)))
    assert colour_of(poster_of(film)) == 1
    assert film.poster_version == film.source_version


def test_the_poster_of_an_older_source_stays_that_sources(film):
    type(film).objects.filter(pk=film.pk).update(poster_version=1, source_version=2)
    posters.choose_frame(film, 1)
    film.refresh_from_db()
    assert film.poster_version == 1


@pytest.mark.parametrize("number", [0, -1, 3, 99])
def test_a_frame_that_is_not_there_is_refused(film, number):
    with pytest.raises(posters.NoSuchFrame):
        posters.choose_frame(film, number)
    film.refresh_from_db()
    assert not film.poster_is_chosen and not film.has_poster


def test_a_frame_whose_file_is_gone_is_refused(film):
    protected_storage().remove_now(posters.frame_name(film, 2))
    with pytest.raises(posters.NoSuchFrame):
        posters.choose_frame(film, 2)


def test_a_film_without_a_package_has_no_frames():
    with pytest.raises(posters.NoSuchFrame):
        posters.choose_frame(factories.make_video_file(frame_count=8), 1)


def test_what_is_no_picture_changes_nothing(film):
    with pytest.raises(OSError):
        posters.use_image(film, b"no picture")
    film.refresh_from_db()
    assert not film.has_poster


@pytest.mark.django_db(transaction=True)
def test_a_picture_that_an_editor_chooses_while_a_job_writes_its_own_stays(tmp_path, monkeypatch):
    """The job has read that nobody chose one; in files, one of the two waits for the other."""
    film = factories.make_video_file()
    path = tmp_path / "poster.jpg"
    path.write_bytes(jpeg("red"))
    assert services.attach_poster(film, path, "", version=1)
    editors = []

    def choose():
        posters.use_image(film, jpeg("blue"))
        connection.close()

    def while_it_opens(*arguments):
        editors.append(threading.Thread(target=choose))
        editors[0].start()
        editors[0].join(timeout=0.5)
        return open_result(*arguments)

    monkeypatch.setattr(services, "open_result", while_it_opens)
    assert services.attach_poster(film, path, "", version=1)
    editors[0].join(timeout=30)
    assert poster_of(film) == jpeg("blue")
    assert film.poster_is_chosen
