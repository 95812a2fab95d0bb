"""The facts of good files: from decoded frames, not from headers."""

import shutil
import threading

import pytest

from tests import clips
from tests.transcoding import hostile
from video_pages.transcoding.probe import UnreadableMedia, probe

pytestmark = pytest.mark.real_children


def test_mp4_is_described_from_its_frames():
    facts = probe(clips.mp4(seconds=2, size="640x360", rate=30))
    assert facts.container == "mp4"
    assert facts.duration_seconds == pytest.approx(2, abs=0.1)
    assert (facts.width, facts.height) == (640, 360)
    assert (facts.video_codec, facts.audio_codec) == ("h264", "aac")
    assert facts.pixel_format == "yuv420p"
    assert facts.frame_rate == pytest.approx(30)
    assert facts.rotation == 0
    assert facts.bit_rate > 10_000
    assert facts.audio_stream is not None
    assert facts.plays_in_browsers


@pytest.mark.parametrize(
    ("draw", "container", "video_codec", "audio_codec", "plays"),
    [
        (clips.mp4_with_index_at_the_end, "mp4", "h264", "aac", True),
        (clips.silent_mp4, "mp4", "h264", "", True),
        (clips.mov, "mov", "h264", "aac", True),
        (clips.webm, "webm", "vp9", "opus", True),
        (clips.mkv, "matroska", "h264", "aac", False),
        (clips.avi, "avi", "mpeg4", "mp3", False),
        (clips.mpegts, "mpegts", "h264", "aac", False),
        (clips.hevc, "mp4", "hevc", "", False),
        (clips.ten_bit_mp4, "mp4", "h264", "", False),
    ],
)
def test_each_kind_is_recognised(draw, container, video_codec, audio_codec, plays):
    facts = probe(draw())
    assert (facts.container, facts.video_codec, facts.audio_codec) == (container, video_codec, audio_codec)
    assert facts.plays_in_browsers is plays
    assert (facts.audio_stream is not None) is bool(audio_codec)
    assert facts.duration_seconds == pytest.approx(1, abs=0.1)
    assert (facts.width, facts.height) == (320, 180)


def test_film_that_a_phone_turned_is_as_high_as_it_is_shown():
    facts = probe(clips.portrait_mp4())
    assert (facts.width, facts.height) == (180, 320)
    assert facts.rotation in (90, 270)


def test_film_with_wide_pixels_is_as_wide_as_it_is_shown():
    facts = probe(clips.anamorphic_mp4())
    assert (facts.width, facts.height) == (640, 180)


def test_film_with_one_key_frame_has_its_whole_length():
    assert probe(clips.black_then_bright_mp4()).duration_seconds == pytest.approx(4, abs=0.1)


@pytest.mark.parametrize(
    "name",
    [
        "it's.mp4",
        'a "film".mp4',
        "-i -y.mp4",
        "line\nbreak.mp4",
        "frame%03d.mp4",
        "concat:a|b.mp4",
        "http:x.mp4",
        "фильм 🎬 é.mp4",
        "no extension",
        "wrong.txt",
        "x" * 200 + ".mp4",
    ],
)
def test_name_of_the_file_changes_nothing(tmp_path, name):
    shutil.copy(clips.mp4(), tmp_path / name)
    assert probe(tmp_path / name).duration_seconds == pytest.approx(1, abs=0.1)


def test_header_that_promises_68_years_is_not_believed(tmp_path):
    lie = tmp_path / "lie.mp4"
    lie.write_bytes(hostile.mp4_that_lasts_68_years(clips.mp4().read_bytes()))
    assert probe(lie).duration_seconds == pytest.approx(1, abs=0.1)


def test_matroska_header_that_promises_68_years_is_not_believed(tmp_path):
    lie = tmp_path / "lie.mkv"
    lie.write_bytes(hostile.mkv_that_lasts_68_years(clips.mkv().read_bytes()))
    assert probe(lie).duration_seconds == pytest.approx(1, abs=0.1)


def test_header_that_promises_65535_pixels_is_not_believed(tmp_path):
    lie = tmp_path / "lie.mp4"
    lie.write_bytes(hostile.mp4_of_65535_pixels(clips.mp4().read_bytes()))
    try:
        facts = probe(lie)
    except UnreadableMedia as refusal:
        assert refusal.code in {"too-many-pixels", "damaged"}
    else:
        assert (facts.width, facts.height) == (320, 180)


def test_probes_may_run_in_several_threads_at_once():
    found = []
    clip = clips.mp4()
    threads = [threading.Thread(target=lambda: found.append(probe(clip))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len({facts.width for facts in found}) == 1
