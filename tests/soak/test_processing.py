"""Long and large films, through everything: three hours, and 4K in high dynamic range with its memory measured.

Each prints a line with its figures, which stand in docs/performance.md: run with `-s` to see them.
"""

import os
import resource
import sys
import time

import pytest

from tests import clips
from tests.transcoding import leftovers, watching
from video_pages.models import Rendition
from video_pages.transcoding import audio_tracks, encode, jobs, plan, probe
from video_pages.transcoding.models import State
from video_pages.transcoding.workspace import workspace

pytestmark = [pytest.mark.django_db, pytest.mark.soak]
MIB = 1024**2
HOURS = 3


def say(text):
    sys.stdout.write(f"\n{text}\n")


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def three_hours_mp4():
    """Two pictures a second of 640x360 with sound: a minute, copied until it is three hours."""
    light = (*clips.H264, "-crf", "35", *clips.AAC, "-g", "8")
    minute = clips.draw("minute.mp4", *clips.video(60, "640x360", 2), *clips.audio(60), *light)
    again = str(HOURS * 60 - 1)
    return clips.draw("hours.mp4", "-stream_loop", again, "-i", str(minute), "-c", "copy", "-movflags", "+faststart")


def test_a_film_of_three_hours_is_made_and_read_to_its_end():
    clip = three_hours_mp4()
    began, used = time.monotonic(), cpu_seconds()
    video_file = watching.processed(clip)
    wall, cpu = time.monotonic() - began, cpu_seconds() - used
    own_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert video_file.job.state == State.READY, video_file.job.reason
    assert abs(video_file.duration - HOURS * 3600) < 10
    assert [row.name for row in video_file.renditions.filter(kind="video")] == ["source", "240p", "144p"]
    for rendition in video_file.renditions.filter(kind="video"):
        with open(watching.made(video_file, f"{rendition.name}.m3u8")) as file:
            lengths = [float(line[8:].rstrip(",\n")) for line in file if line.startswith("#EXTINF:")]
        assert len(lengths) >= HOURS * 3600 / plan.SEGMENT_SECONDS * 0.99
        assert abs(sum(lengths) - HOURS * 3600) < 15
    with open(watching.made(video_file, "storyboard.vtt")) as file:
        tiles = [line for line in file if "#xywh=" in line]
    assert 150 <= len(tiles) <= 200
    pictures = watching.made(video_file, "240p.mp4")
    assert watching.frame(pictures).size[1] == 240
    leftovers.assert_none()
    say(
        f"3 hours of 640x360 at 2 a second, {os.path.getsize(clip) / MIB:.0f} MiB: {wall:.0f} s by the clock, "
        f"{cpu:.0f} s of processor time, {own_mib:.0f} MiB at most in the worker's own process"
    )


def memory_of_children():
    """Return {"VmHWM": …, "VmPeak": …}: the largest resident and address space of a running child, in bytes."""
    most = {"VmHWM": 0, "VmPeak": 0}
    for task in os.listdir("/proc/self/task"):
        try:
            with open(f"/proc/self/task/{task}/children") as listed:
                found = listed.read().split()
            for child in found:
                with open(f"/proc/{child}/status") as status:
                    for line in status:
                        name, _, value = line.partition(":")
                        if name in most:
                            most[name] = max(most[name], int(value.split()[0]) * 1024)
        except (FileNotFoundError, ProcessLookupError):
            continue
    return most


def hdr_4k_mp4(seconds=3):
    """HEVC of ten bits in HLG, 3840x2160, as phones record it."""
    colour = ("-color_primaries", "bt2020", "-color_trc", "arib-std-b67", "-colorspace", "bt2020nc")
    color_parameters = "log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc"
    codec = ("-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-x265-params", color_parameters)
    return clips.draw("hlg-4k.mp4", *clips.video(seconds, "3840x2160", 24), *codec, *colour, "-tag:v", "hvc1")


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_the_ladder_of_4k_in_high_dynamic_range_stays_below_the_memory_it_is_given(settings):
    seconds = 3
    clip = hdr_4k_mp4(seconds)
    facts = probe.probe(clip)
    assert (facts.width, facts.height, facts.transfer) == (3840, 2160, "hlg")
    rungs = plan.ladder(facts, max_height=2160)
    most = {"VmHWM": 0, "VmPeak": 0}

    def look():
        for name, value in memory_of_children().items():
            most[name] = max(most[name], value)

    began = time.monotonic()
    with workspace(clip) as space:
        made = encode.encode_ladder(space, facts, rungs, audio_tracks.prepare(space, facts)[1], on_tick=look)
        wall = time.monotonic() - began
        names = [rendition.name for rendition in made]
        assert names == ["2160p", "1440p", "1080p", "720p", "480p", "360p", "240p", "144p"]
        top = watching.streams(made[0].media)["video"]
        assert top["size"] == (3840, 2160) and top["pixels"] == "yuv420p"
    assert 0 < most["VmPeak"] < settings.LADDER_MEMORY_BYTES
    resident, addresses, given = (value / MIB for value in (*most.values(), settings.LADDER_MEMORY_BYTES))
    say(
        f"{seconds} s of 4K in HLG, seven sizes: {resident:.0f} MiB resident, {addresses:.0f} MiB of addresses, "
        f"of {given:.0f} MiB; {wall:.0f} s by the clock"
    )


def test_a_film_processed_again_and_again_leaves_one_package():
    video_file = watching.processed(clips.mp4(3))
    for _ in range(10):
        assert jobs.run(jobs.submit(video_file).pk) == State.READY
    video_file.refresh_from_db()
    assert set(Rendition.objects.values_list("package", flat=True)) == {video_file.package}
    leftovers.assert_none()


def test_many_films_one_after_the_other_leave_no_process_and_no_file():
    for _ in range(20):
        assert watching.processed(clips.mp4()).job.state == State.READY
    assert memory_of_children() == {"VmHWM": 0, "VmPeak": 0}
    leftovers.assert_none()
