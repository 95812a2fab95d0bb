"""The sizes and rates of the renditions, as arithmetic."""

from fractions import Fraction

import pytest

from tests.transcoding.video_facts import facts
from video_pages.transcoding import audio_tracks, plan


def sizes(*args, max_height=2160, **others):
    return [(rung.name, rung.width, rung.height) for rung in plan.ladder(facts(*args, **others), max_height=max_height)]


def test_the_ladder_goes_from_the_films_own_size_downward():
    assert sizes() == [
        ("1080p", 1920, 1080),
        ("720p", 1280, 720),
        ("480p", 854, 480),
        ("360p", 640, 360),
        ("240p", 426, 240),
        ("144p", 256, 144),
    ]


@pytest.mark.parametrize("size", [(320, 180), (100, 80), (2, 2), (641, 361), (1000, 562)])
def test_nothing_is_scaled_up_and_every_length_is_even(size):
    for _name, width, height in sizes(*size):
        assert width <= size[0] + 1 and height <= size[1] + 1
        assert width % 2 == height % 2 == 0 and width > 0 < height


@pytest.mark.parametrize(("height", "names"), [(240, ["240p", "144p"]), (238, ["238p"]), (144, ["144p"])])
def test_the_size_for_slow_lines_is_made_of_films_of_240_lines_and_more(height, names):
    assert [name for name, _width, _height in sizes(height * 16 // 9, height)] == names


def test_the_size_for_slow_lines_fits_a_line_of_400_kilobits_with_its_audio():
    lightest = plan.ladder(facts(), max_height=2160)[-1]
    assert lightest.cap_kbps + audio_tracks.AUDIO_KBPS[2] < 300


def test_a_standing_picture_has_the_classes_of_the_lying_one():
    assert sizes(1080, 1920)[:2] == [("1080p", 1080, 1920), ("720p", 720, 1280)]


def test_a_wide_picture_is_of_the_class_that_its_width_fills():
    assert sizes(1920, 800)[:2] == [("1080p", 1920, 800), ("720p", 1280, 534)]


def test_no_rung_is_nearly_the_same_as_the_one_above():
    assert [name for name, _width, _height in sizes(1366, 768)] == ["768p", "480p", "360p", "240p", "144p"]


def test_a_setting_bounds_the_largest():
    assert sizes(3840, 2160, max_height=1080)[0] == ("1080p", 1920, 1080)
    assert sizes(3840, 2160)[0] == ("2160p", 3840, 2160)


@pytest.mark.parametrize(
    ("had", "gets"),
    [
        (23.976, Fraction(24000, 1001)),
        (25, 25),
        (29.97, Fraction(30000, 1001)),
        (30, 30),
        (59.94, Fraction(60000, 1001)),
        (60, 60),
        (120, 60),
        (240, 60),
        (100, 50),
        (15, 15),
        (17.3, 17),
        (1, 10),
        (None, 30),
    ],
)
def test_usual_rates_are_kept_and_odd_ones_made_usual(had, gets):
    assert plan.frame_rate(facts(rate=had)) == gets


def test_fast_films_and_large_ones_may_take_more():
    assert plan.cap_kbps(1080, 25) == 5000
    assert plan.cap_kbps(1080, 60) == 7500
    assert plan.cap_kbps(180, 25) == 400
    assert plan.cap_kbps(144, 25) == 150
    assert plan.cap_kbps(4000, 25) == 16_000
    assert plan.cap_kbps(768, 25) == 5000


@pytest.mark.parametrize(
    ("pairs", "pictures"),
    [(25, 25 * 2), (29.97, Fraction(60000, 1001)), (30, 60), (50, 50), (59.94, Fraction(60000, 1001)), (None, 30)],
)
def test_interlaced_film_gets_a_picture_for_each_field_up_to_sixty(pairs, pictures):
    assert plan.frame_rate(facts(rate=pairs, is_interlaced=True)) == pictures


def copyable(**others):
    known = {
        "video_codec": "h264",
        "pixel_format": "yuv420p",
        "transfer": "",
        "is_interlaced": False,
        "is_mirrored": False,
        "rotation": 0,
        "has_square_pixels": True,
        "has_one_size": True,
        "has_hidden_frames": False,
        "starts_at_seconds": 0.0,
        "container": "mp4",
    }
    return facts(**{**known, **others})


def test_the_pictures_of_a_plain_h264_film_are_copied():
    assert plan.can_be_copied(copyable())


@pytest.mark.parametrize(
    "other",
    [
        {"video_codec": "hevc"},
        {"pixel_format": "yuv420p10le"},
        {"pixel_format": "yuv444p"},
        {"transfer": "hlg"},
        {"is_interlaced": True},
        {"is_mirrored": True},
        {"rotation": 90},
        {"has_square_pixels": False},
        {"has_one_size": False},
        {"has_hidden_frames": True},
        {"starts_at_seconds": 1.0},
        {"container": "avi"},
    ],
)
def test_whatever_players_may_show_otherwise_is_encoded(other):
    assert not plan.can_be_copied(copyable(**other))


def test_beside_a_copy_the_same_size_is_encoded_only_if_the_copy_is_heavy():
    def first(copy_bandwidth, max_height=2160):
        return plan.rungs_beside_copy(copyable(), copy_bandwidth, max_height=max_height)[0].name

    light, heavy = 4_000_000, 50_000_000
    assert first(light) == "720p"
    assert first(heavy) == "1080p"
    assert [first(7_500_000), first(7_500_001)] == ["720p", "1080p"]  # one and a half times the cap of 5 Mbit/s
    assert first(light, max_height=720) == "720p"
