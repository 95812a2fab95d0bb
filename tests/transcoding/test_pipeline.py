"""Sources of all kinds of cameras become videos: each property of a source, and the result for visitors."""

import pytest
from PIL import ImageChops, ImageStat

from tests import clips
from tests.transcoding import watching
from video_pages.models import Cue, Rendition
from video_pages.transcoding.models import State
from video_pages.uploads import validation

pytestmark = pytest.mark.django_db


def names(video_file, kind="video"):
    return list(video_file.renditions.filter(kind=kind, package=video_file.package).values_list("name", flat=True))


def assert_plays(video_file):
    """Every playlist of the live package and the progressive MP4 decode from beginning to end."""
    assert video_file.job.state == State.READY, video_file.job.reason
    assert video_file.is_playable
    for rendition in video_file.renditions.exclude(kind="progressive"):
        assert watching.decode(watching.made(video_file, f"{rendition.name}.m3u8")) == ""
        assert len(rendition.sha256) == 64 and rendition.size_bytes and rendition.bandwidth
    progressive = watching.streams(watching.progressive(video_file))
    assert progressive["video"]["codec"] == "h264" and progressive["video"]["pixels"] == "yuv420p"
    assert progressive.get("audio", {"codec": "aac"})["codec"] == "aac"
    with open(watching.progressive(video_file), "rb") as file:
        head = file.read(200_000)
    assert head.index(b"moov") < head.index(b"mdat")


@pytest.mark.all_frames
@pytest.mark.real_children
def test_a_films_pictures_are_copied_and_smaller_sizes_made_beside_them():
    light = (*clips.H264, "-crf", "40", *clips.AAC, "-movflags", "+faststart")
    video_file = watching.processed(clips.draw("light.mp4", *clips.video(5, "640x360"), *clips.audio(5), *light))
    assert_plays(video_file)
    assert names(video_file) == ["source", "240p", "144p"]
    assert names(video_file, "progressive") == ["copy"], "the source itself is never handed out"
    master = open(watching.made(video_file, "master.m3u8")).read()
    assert f"../{video_file.package}/source.m3u8" in master and "RESOLUTION=640x360" in master
    assert video_file.has_storyboard and video_file.frame_count == 8 and not video_file.has_alternate_audio
    # The first frame of what is encoded needs a second of it.
    both = {"video", "audio"}
    for name in ("240p", "144p"):
        found = watching.segments(video_file, name)
        assert found == [(1, True, both), (1, True, both), (2, True, both), (1, True, both)]
    assert len(watching.segments(video_file, "source")) == 1


def test_after_the_first_segments_each_has_four_seconds():
    inputs = (*clips.video(11, "640x360", rate="30000/1001"), *clips.audio(11))
    video_file = watching.processed(clips.draw("eleven.webm", *inputs, *clips.VP9, *clips.OPUS))
    assert_plays(video_file)
    assert names(video_file) == ["360p", "240p", "144p"]
    for name in names(video_file):
        found = watching.segments(video_file, name)
        assert [seconds for seconds, _begins, _kinds in found] == pytest.approx([1, 1, 2, 4, 3], abs=0.07)
        assert all(begins and kinds == {"video", "audio"} for _seconds, begins, kinds in found)


@pytest.mark.parametrize("clip", [clips.avi, clips.webm, clips.hevc, clips.ten_bit_mp4, clips.full_colour_mp4])
def test_what_browsers_do_not_show_is_encoded_for_them(clip):
    video_file = watching.processed(clip())
    assert_plays(video_file)
    assert names(video_file) == ["180p"]
    assert names(video_file, "progressive") == ["film"]


@pytest.mark.parametrize("clip", [clips.mxf, clips.wmv, clips.phone_3gp, clips.flv, clips.vob])
def test_what_older_cameras_and_editing_suites_give_becomes_a_film(clip):
    assert validation.validate_name(clip().name) is None, "it is accepted by its name"
    video_file = watching.processed(clip())
    assert_plays(video_file)
    assert 0.9 <= video_file.duration <= 1.2


@pytest.mark.parametrize("clip", [clips.mov, clips.mkv, clips.mpegts, clips.mp4_with_index_at_the_end])
def test_what_browsers_show_in_another_box_is_put_into_an_mp4_without_encoding(clip):
    video_file = watching.processed(clip())
    assert_plays(video_file)
    assert names(video_file, "progressive") == ["copy"]
    assert video_file.renditions.get(name="source").is_copy


def test_a_film_without_sound_has_none():
    video_file = watching.processed(clips.silent_mp4())
    assert_plays(video_file)
    assert "audio" not in watching.streams(watching.progressive(video_file))


@pytest.mark.parametrize(
    ("clip", "size"),
    [(clips.portrait_mp4, (180, 320)), (clips.odd_sized_mkv, (320, 180)), (clips.anamorphic_mp4, (640, 180))],
)
def test_pictures_stand_upright_with_square_pixels_and_even_lengths(clip, size):
    video_file = watching.processed(clip())
    assert_plays(video_file)
    top = video_file.renditions.filter(kind="video").first()
    assert (top.width, top.height) == size
    assert watching.streams(watching.made(video_file, f"{top.name}.mp4"))["video"]["size"] == size


def test_a_mirrored_picture_is_set_right():
    plain, mirrored = watching.processed(clips.mp4()), watching.processed(clips.mirrored_mp4())
    assert_plays(mirrored)
    left = watching.frame(watching.progressive(plain)).getpixel((20, 150))
    right = watching.frame(watching.progressive(mirrored)).getpixel((300, 150))
    assert all(abs(one - other) < 40 for one, other in zip(left, right, strict=True))


def test_each_field_becomes_a_whole_picture():
    video_file = watching.processed(clips.interlaced_mp4())
    assert_plays(video_file)
    top = video_file.renditions.filter(kind="video").first()
    shown = watching.streams(watching.made(video_file, f"{top.name}.mp4"))["video"]
    assert (top.frame_rate, shown["rate"], round(video_file.frame_rate)) == (50.0, 50.0, 25)
    first, second = (watching.frame(watching.progressive(video_file), moment) for moment in (0.5, 0.52))
    assert max(ImageStat.Stat(ImageChops.difference(first, second)).mean) > 0.5, "the fields show two moments"
    assert video_file.facts["is_interlaced"]
    assert names(video_file, "progressive") == ["film"], "combed pictures were only for the time of encoding"
    assert video_file.progressive_name.endswith("film.mp4")


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
def test_high_dynamic_range_is_mapped_to_what_every_screen_shows(transfer):
    video_file = watching.processed(clips.hdr_mp4(transfer))
    assert_plays(video_file)
    shown = watching.frame(watching.progressive(video_file))
    unmapped = watching.frame(clips.hdr_mp4(transfer))
    difference = ImageStat.Stat(ImageChops.difference(shown, unmapped).convert("L"))
    assert difference.mean[0] > 3, "taken as they are, its numbers mean other colours"
    low, high = shown.convert("L").getextrema()
    assert low < 40 and high > 180


def test_six_channels_become_two():
    video_file = watching.processed(clips.surround_mkv())
    assert_plays(video_file)
    assert watching.streams(watching.progressive(video_file))["audio"]["channels"] == 2


def test_languages_stand_beside_the_pictures_with_their_names():
    video_file = watching.processed(clips.two_languages_mkv())
    assert_plays(video_file)
    assert video_file.has_alternate_audio
    sounds = Rendition.objects.filter(video_file=video_file, kind="audio").order_by("name")
    assert list(sounds.values_list("language", "label", "is_default")) == [
        ("en", "English", True),
        ("de", "Deutsch", False),
    ]
    assert "audio" not in watching.streams(watching.made(video_file, "source.mp4"))
    assert "audio" in watching.streams(watching.progressive(video_file))


def test_sound_that_begins_late_stays_in_step():
    video_file = watching.processed(clips.late_audio_mkv(late=1))
    assert_plays(video_file)
    assert watching.silence_ends(watching.made(video_file, "source.m3u8")) == pytest.approx(1, abs=0.15)


def test_pictures_that_begin_late_stay_in_step():
    video_file = watching.processed(clips.late_video_mkv(late=1))
    assert_plays(video_file)
    assert names(video_file) == ["180p"], "a copy would begin with nothing to see"
    first = watching.middle(watching.frame(watching.made(video_file, "180p.mp4"), at_seconds=0))
    later = watching.middle(watching.frame(watching.made(video_file, "180p.mp4"), at_seconds=0.9))
    assert first == pytest.approx(later, abs=12), "the first picture stands until then"


@pytest.mark.parametrize(("rate", "gets"), [(60, 60), (120, 60), (30, 30), (15, 15)])
def test_rates_are_kept_or_made_usual(rate, gets):
    video_file = watching.processed(clips.draw(f"r{rate}.mkv", *clips.video(1, "160x90", rate), "-c:v", "ffv1"))
    assert_plays(video_file)
    assert watching.streams(watching.progressive(video_file))["video"]["rate"] == pytest.approx(gets, rel=0.02)


def test_a_rate_that_varies_becomes_constant():
    video_file = watching.processed(clips.variable_rate_mkv())
    assert_plays(video_file)
    assert video_file.duration == pytest.approx(2, abs=0.2)


def test_one_frame_is_a_film():
    assert_plays(watching.processed(clips.one_frame_mp4()))


def test_subtitles_and_chapters_come_along_without_their_markup():
    video_file = watching.processed(clips.subtitled_mkv())
    assert_plays(video_file)
    cue = Cue.objects.get(track__video_file=video_file)
    assert (cue.start_ms, cue.end_ms) == (500, 2000)
    assert "The salt" in cue.text and "<" not in cue.text
    assert [chapter["title"] for chapter in video_file.chapters] == ["Arrival", "<b>Night</b>"]
    assert "Night" not in open(watching.made(video_file, "source.mp4"), "rb").read().decode("latin-1")
