"""Edit lists: what a cut hides is not shown, does not count, and does not make a film damaged."""

import re

import pytest

from tests import clips
from tests.transcoding import watching
from video_pages.transcoding.models import State
from video_pages.transcoding.probe import probe


def long_gop(seconds=30, rate=60):
    """A film in which key frames stand 15 seconds apart: red until second 10, green after it."""
    size = f"size=320x180:rate={rate}"
    red = ("-f", "lavfi", "-t", "10", "-i", f"color=red:{size}")
    green = ("-f", "lavfi", "-t", str(seconds - 10), "-i", f"color=lime:{size}")
    joined = ("-filter_complex", "[0:v][1:v]concat=n=2:v=1:a=0[v]", "-map", "[v]", "-map", "2:a")
    keys = ("-g", "900", "-keyint_min", "900", "-sc_threshold", "0")
    return clips.draw("long-gop.mp4", *red, *green, *clips.audio(seconds), *joined, *clips.H264, *keys, *clips.AAC)


def cut(name, start, *, length=None):
    """The film from `start` on, as `-c copy` cuts it: from the key frame before, with an edit list over the rest."""
    until = ("-t", str(length)) if length else ()
    return clips.draw(name, "-ss", str(start), *until, "-i", str(long_gop()), "-c", "copy")


@pytest.mark.parametrize("box", ["mp4", "mov"])
def test_a_long_hidden_beginning_is_no_damage(box):
    facts = probe(cut(f"b.{box}", 12))
    assert facts.duration_seconds == pytest.approx(18, abs=0.1)
    assert facts.starts_at_seconds == pytest.approx(0, abs=0.05)
    assert facts.frame_rate == pytest.approx(60)
    assert facts.has_hidden_frames


def test_the_length_does_not_count_what_is_cut_away():
    facts = probe(cut("three.mp4", 8, length=3.07))
    assert facts.duration_seconds == pytest.approx(3.07, abs=0.05)
    assert facts.video_end_seconds == pytest.approx(3.07, abs=0.05)


def test_a_film_without_cuts_hides_nothing():
    assert not probe(clips.mp4()).has_hidden_frames


@pytest.mark.django_db
def test_visitors_are_given_what_the_cut_shows_and_nothing_else():
    video_file = watching.processed(cut("shown.mp4", 12, length=3))
    assert video_file.job.state == State.READY, video_file.job.reason
    assert video_file.duration == pytest.approx(3, abs=0.05)
    for rendition in video_file.renditions.filter(kind="video"):
        assert not rendition.is_copy
        playlist = watching.made(video_file, f"{rendition.name}.m3u8")
        listed = sum(float(seconds) for seconds in re.findall(r"#EXTINF:([\d.]+)", open(playlist).read()))
        assert listed == pytest.approx(video_file.duration, abs=0.1)
        assert watching.decode(playlist) == ""
        red, green, _blue = watching.middle(watching.frame(watching.made(video_file, f"{rendition.name}.mp4")))
        assert green > 200 > 60 > red, "the hidden beginning is red"
    red, green, _blue = watching.middle(watching.frame(watching.progressive(video_file)))
    assert green > 200 > 60 > red
