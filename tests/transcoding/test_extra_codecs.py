"""HEVC and AV1 beside H.264, by a setting only: made, named rightly in the playlist, and never in a film's way."""

import re

import pytest
from django.core.checks import run_checks

from tests import clips, factories
from tests.transcoding import leftovers, watching
from video_pages.transcoding import encode, encoders, ffmpeg, jobs, mp4, pipeline, plan, probe
from video_pages.transcoding.models import State

pytestmark = pytest.mark.django_db


def variants(video_file):
    """[(the variant's attributes, its playlist), …] of the master playlist, in its order."""
    with open(watching.made(video_file, "master.m3u8")) as file:
        return re.findall(r"^#EXT-X-STREAM-INF:(.*)\n\.\./[0-9a-f]+/(.*)\.m3u8$", file.read(), re.MULTILINE)


def problems():
    return [problem for problem in run_checks() if problem.id in ("video_pages.E007", "video_pages.E008")]


def test_nothing_but_h264_is_made_unless_asked_for(settings):
    assert settings.EXTRA_VIDEO_CODECS == ()
    assert [name for _, name in variants(watching.processed(clips.avi()))] == ["180p"]


def test_without_the_setting_ffmpeg_is_not_asked_for_its_encoders(monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("asked")

    monkeypatch.setattr(ffmpeg, "run", refuse)
    assert problems() == []


@pytest.mark.parametrize("clip", [clips.avi, clips.mp4])
def test_both_are_made_and_listed_after_h264_with_the_codecs_of_the_files(settings, clip):
    settings.EXTRA_VIDEO_CODECS = ("hevc", "av1")
    video_file = watching.processed(clip())
    assert video_file.job.state == State.READY, video_file.job.reason
    own = ["source", "180p"] if clip is clips.mp4 else ["180p"]
    listed = variants(video_file)
    names = [name for _, name in listed]
    assert names == [*own, "180p-hevc", "180p-av1"]
    codec_lists = [re.search('CODECS="(.*?)"', about)[1] for about, _ in listed]
    assert all(codecs.startswith("avc1.") for codecs in codec_lists[:-2])
    sound = ",mp4a.40.2"
    assert re.fullmatch(rf"hvc1\.1\.6\.L\d+\.90{sound}", codec_lists[-2]), codec_lists
    assert re.fullmatch(rf"av01\.0\.\d\dM\.08{sound}", codec_lists[-1]), codec_lists
    for _, name in listed:
        assert watching.decode(watching.made(video_file, f"{name}.m3u8")) == ""
    with open(watching.made(video_file, "180p-hevc.mp4"), "rb") as file:
        head = file.read(4096)
    assert b"hvc1" in head and b"hev1" not in head
    assert watching.streams(watching.progressive(video_file))["video"]["codec"] == "h264"
    assert {row.name for row in video_file.renditions.filter(kind="video")} == set(names)
    leftovers.assert_none()


def test_segments_end_every_four_seconds_in_each_codec_and_only_h264_begins_with_shorter_ones(settings):
    settings.EXTRA_VIDEO_CODECS = ("hevc", "av1")
    video_file = watching.processed(clips.draw("nine.avi", *clips.video(9, "96x64", 10), "-c:v", "mpeg4"))
    for _, name in variants(video_file):
        with open(watching.made(video_file, f"{name}.m3u8")) as file:
            lengths = [float(length) for length in re.findall(r"#EXTINF:([\d.]+)", file.read())]
        expected = [4, 4, 1] if name.endswith(("-hevc", "-av1")) else [1, 1, 2, 4, 1]
        assert [round(length) for length in lengths] == expected, name


def test_beside_several_languages_the_pictures_have_no_sound_in_them(settings):
    settings.EXTRA_VIDEO_CODECS = ("hevc",)
    video_file = watching.processed(clips.two_languages_mkv())
    assert video_file.job.state == State.READY, video_file.job.reason
    about, name = variants(video_file)[-1]
    assert name == "180p-hevc" and 'AUDIO="sound"' in about and ",mp4a.40.2" in about
    assert set(watching.streams(watching.made(video_file, "180p-hevc.mp4"))) == {"video"}
    assert len(video_file.renditions.filter(kind="audio")) == 2


def test_an_encoder_that_fails_leaves_the_film_in_h264(settings, monkeypatch):
    settings.EXTRA_VIDEO_CODECS = ("hevc", "av1")
    monkeypatch.setitem(encoders.ENCODERS["hevc"], "libx265", ["-preset", "no such preset"])
    video_file = watching.processed(clips.avi())
    assert video_file.job.state == State.READY
    assert [name for _, name in variants(video_file)] == ["180p", "180p-av1"]
    leftovers.assert_none()


def test_the_film_in_h264_is_live_before_the_others_are_begun(settings, monkeypatch):
    settings.EXTRA_VIDEO_CODECS = ("av1",)
    real, seen = encode.encode_ladder, []

    def look(space, facts, rungs, sounds, **options):
        video_file = type(job.video_file).objects.get()
        at = jobs.ProcessingJob.objects.get().progress
        seen.append((rungs[0].codec, video_file.is_playable, video_file.has_storyboard, at))
        return real(space, facts, rungs, sounds, **options)

    monkeypatch.setattr(pipeline.encode, "encode_ladder", look)
    job = jobs.submit(factories.make_video_file(clips.avi(), ready=False))
    assert jobs.run(job.pk) == State.READY
    assert [one[:3] for one in seen] == [("h264", False, False), ("av1", True, True)]
    assert seen[0][3] <= seen[1][3] < 98


def test_of_a_large_film_the_sizes_from_720_lines_on_are_made_with_lower_caps():
    facts = probe.probe(clips.mp4(1, "1920x1080"))
    h264 = {rung.height: rung for rung in plan.ladder(facts, max_height=2160)}
    extra = plan.extra_rungs(facts, "av1", max_height=2160)
    assert [rung.name for rung in extra] == ["1080p-av1", "720p-av1"]
    assert all(rung.cap_kbps < h264[rung.height].cap_kbps and rung.codec == "av1" for rung in extra)


@pytest.mark.parametrize(
    ("record", "name"),
    [
        # From Apple's HLS authoring examples and the two specifications.
        (b"hvcC\x01\x01\x60\x00\x00\x00\x90\x00\x00\x00\x00\x00\x5d", "hvc1.1.6.L93.90"),
        (b"hvcC\x01\x22\x20\x00\x00\x00\xb0\x00\x00\x00\x00\x00\x99", "hvc1.2.4.H153.B0"),
        (b"av1C\x81\x08\x0c\x00", "av01.0.08M.08"),
        (b"av1C\x81\x0d\xcc\x00", "av01.0.13H.10"),
    ],
)
def test_codecs_are_written_as_the_standards_say(record, name):
    assert mp4.codecs(record) == [name]


@pytest.mark.parametrize("record", [b"hvcC\x01\x01", b"av1C\x81", b"avcC\x01"])
def test_a_header_that_ends_too_soon_names_no_codec(record):
    assert mp4.codecs(record) == []


def test_a_codec_that_is_not_made_here_is_refused(settings):
    settings.EXTRA_VIDEO_CODECS = ("vp9",)
    (problem,) = problems()
    assert problem.id == "video_pages.E007" and "vp9" in problem.msg and "av1, hevc" in problem.hint


def test_a_codec_without_encoder_is_refused_by_name(settings, tmp_path):
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\necho ' V....D libx264              x'\n")
    program.chmod(0o755)
    settings.FFMPEG_BINARY = str(program)
    settings.EXTRA_VIDEO_CODECS = ("hevc",)
    (problem,) = problems()
    assert problem.id == "video_pages.E008" and "libx265" in problem.hint and str(program) in problem.msg


def test_an_ffmpeg_that_is_not_there_is_said_to_be_so(settings, tmp_path):
    settings.FFMPEG_BINARY = str(tmp_path / "gone")
    settings.EXTRA_VIDEO_CODECS = ("av1",)
    (problem,) = problems()
    assert problem.id == "video_pages.E008" and "could not be asked" in problem.msg


def test_the_ffmpeg_in_the_packages_has_both(settings):
    settings.EXTRA_VIDEO_CODECS = ("hevc", "av1")
    assert problems() == []
