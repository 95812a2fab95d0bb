"""The poster and the still: a picture worth showing, upright, and a still that gives nothing away."""

import base64
import io
import os
from types import SimpleNamespace

import pytest
from PIL import Image

from tests import clips
from video_pages.library import paths
from video_pages.transcoding import poster
from video_pages.transcoding.probe import probe
from video_pages.transcoding.workspace import workspace


def drawn(clip):
    """Return (the poster, its picture) of the film at `clip`."""
    facts = probe(clip)
    with workspace(clip) as space:
        made = poster.make_poster(space, facts)
        with Image.open(made.jpeg) as picture:
            picture.load()
        return made, picture


def test_poster_is_a_jpeg_of_the_films_size():
    _made, picture = drawn(clips.mp4())
    assert picture.format == "JPEG"
    assert picture.size == (320, 180)


def test_poster_of_a_large_film_is_1280_wide():
    _made, picture = drawn(clips.mp4(size="1920x1080"))
    assert picture.size == (1280, 720)


def test_poster_of_a_turned_film_stands_upright():
    _made, picture = drawn(clips.portrait_mp4())
    assert picture.size == (180, 320)


def test_poster_of_a_film_with_wide_pixels_has_the_shape_that_is_shown():
    _made, picture = drawn(clips.anamorphic_mp4())
    assert picture.size == (640, 180)


@pytest.mark.parametrize("draw", [clips.webm, clips.avi, clips.mpegts, clips.hevc, clips.ten_bit_mp4])
def test_films_that_browsers_may_not_play_have_posters_too(draw):
    _made, picture = drawn(draw())
    assert picture.size == (320, 180)


def test_film_that_begins_black_gets_a_picture_of_what_comes_later():
    _made, picture = drawn(clips.black_then_bright_mp4())
    assert picture.convert("L").getextrema()[1] > 200


def test_long_film_with_one_key_frame_has_a_poster():
    long = clips.draw("long.mp4", *clips.video(70, "160x90", 5), *clips.H264, "-g", "10000", "-sc_threshold", "0")
    _made, picture = drawn(long)
    assert picture.size == (160, 90)


@pytest.mark.all_frames
@pytest.mark.parametrize(("source", "count"), [("testsrc2", poster.FRAMES_TO_CHOOSE_FROM), ("color", 1)])
def test_frames_to_choose_from_are_all_different(source, count):
    few_keys = ("-g", "20", "-sc_threshold", "0")
    film = clips.draw(f"15 s of {source}.mp4", *clips.video(15, "160x90", 5, source), *clips.H264, *few_keys)
    with workspace(film) as space:
        frames = poster.draw_frames(space, SimpleNamespace(media=film), 15.0)
        assert [frame.name for frame in frames] == [paths.frame_image(number + 1) for number in range(count)]
        assert len({frame.read_bytes() for frame in frames}) == count


def test_still_is_a_data_address_of_sixteen_by_nine_pixels():
    made, _picture = drawn(clips.portrait_mp4())
    head, _comma, data = made.still.partition(",")
    assert head == "data:image/webp;base64"
    assert len(made.still) < 1000
    with Image.open(io.BytesIO(base64.b64decode(data))) as still:
        assert still.format == "WEBP"
        assert still.size == (16, 9)


def test_film_without_a_frame_to_draw_says_so(tmp_path):
    facts = probe(clips.mp4())
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"nothing")
    with pytest.raises(poster.NoPoster), workspace(broken) as space:
        poster.make_poster(space, facts)


@pytest.mark.parametrize("make", [os.symlink, os.link, lambda neighbour, target: os.mkfifo(target)])
def test_frame_that_is_a_link_to_another_picture_or_a_pipe_becomes_no_poster(make, tmp_path, monkeypatch):
    """An exploited decoder could leave these behind where no Landlock forbids it."""
    neighbour = tmp_path / "neighbour.jpg"
    Image.new("RGB", (320, 180), "red").save(neighbour)
    monkeypatch.setattr(poster, "draw_frame", lambda space, facts, target, **more: make(neighbour, target))
    facts = probe(clips.mp4())
    with pytest.raises(poster.NoPoster), workspace(clips.mp4()) as space:
        poster.make_poster(space, facts)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1920, 1080), (1280, 720)),
        ((3840, 1608), (1280, 536)),
        ((640, 360), (640, 360)),
        ((321, 181), (320, 180)),
        ((1080, 1920), (1080, 1920)),
        ((1, 1), (2, 2)),
        ((65535, 2), (1280, 2)),
    ],
)
def test_fit_keeps_the_shape_and_gives_even_numbers(size, expected):
    assert poster.fit(*size, 1280) == expected
