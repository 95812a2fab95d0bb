"""Files that the probe lets through and that are hostile after that: to the copy, the ladder, the text extraction.

Each ends as a film or as a refusal with its reason; nothing of it stays behind, and no job hangs.
"""

import os
import random
import subprocess

import pytest

from tests import clips, factories
from tests.library.working import run_again
from tests.transcoding import hostile, leftovers, watching
from video_pages.models import Cue, VideoFile
from video_pages.transcoding import (
    audio_choices,
    audio_tracks,
    embedded_subtitles,
    encode,
    ffmpeg,
    jobs,
    pipeline,
    poster,
    probe,
    remux,
    sandbox,
)
from video_pages.transcoding.models import State
from video_pages.transcoding.workspace import workspace

pytestmark = [pytest.mark.django_db, pytest.mark.real_children]
SIZE = "64x36"
SECONDS = 6
TS = ("-f", "mpegts")


def small(name, *options, seconds=SECONDS, size=SIZE, rate=25):
    """A small film with sound, with key frames each second."""
    return clips.draw(name, *clips.video(seconds, size, rate), *clips.audio(seconds), "-g", "25", *options)


FILMS = {
    "film.mp4": (*clips.H264, *clips.AAC, "-movflags", "+faststart"),
    "film.mkv": (*clips.H264, *clips.AAC),
    "film.ts": (*clips.H264, *clips.AAC),
    "film.avi": ("-c:v", "mpeg4", "-c:a", "libmp3lame"),
    "film.webm": (*clips.VP9, *clips.OPUS),
}


def written(tmp_path, data, name="film.mp4"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def assert_settled(video_file):
    """The job has ended, well or with the words of a refusal, and the library holds what rows name and no more."""
    job = video_file.job
    assert job.state in (State.READY, State.REFUSED), (job.state, job.reason)
    if job.state == State.REFUSED:
        assert job.reason in {probe.UnreadableMedia(code).message for code in probe.MESSAGES}
    else:
        assert video_file.is_playable and video_file.has_poster
    leftovers.assert_none()


@pytest.mark.parametrize(("name", "seed"), [*((name, 1) for name in FILMS), ("film.mp4", 2)])
def test_packets_damaged_in_the_middle_end_as_a_film_or_a_refusal(name, seed, tmp_path):
    data = bytearray(small(name, *FILMS[name]).read_bytes())
    dice = random.Random(seed)  # noqa: S311  the same damage each time
    start, end = len(data) * 2 // 5, len(data) * 3 // 5
    if seed == 1:
        data[start:end] = dice.randbytes(end - start)
    else:
        for _ in range(200):
            data[dice.randrange(start, end)] = dice.randrange(256)
    path = written(tmp_path, bytes(data), name)
    assert probe.probe(path).duration_seconds > 3, "the probe lets it through"
    assert_settled(watching.processed(path))


def test_pictures_that_change_their_size_in_the_middle_are_shown_in_one_size(tmp_path):
    first = small("first.ts", *FILMS["film.ts"], *TS, seconds=3)
    second = small("second.ts", *FILMS["film.ts"], *TS, seconds=3, size="128x96")
    path = written(tmp_path, first.read_bytes() + second.read_bytes(), "film.ts")
    video_file = watching.processed(path)
    assert_settled(video_file)
    assert video_file.job.state == State.READY
    for rendition in video_file.renditions.filter(kind="video"):
        assert not rendition.is_copy, "browsers show no copy that changes"
        assert watching.decode(watching.made(video_file, f"{rendition.name}.m3u8")) == ""


def test_sound_that_changes_its_rate_and_channels_in_the_middle_is_heard_to_its_end(tmp_path):
    first = small("first.ts", *FILMS["film.ts"], *TS, seconds=3)
    second = small("mono.ts", *FILMS["film.ts"], "-ac", "1", "-ar", "22050", *TS, seconds=3)
    path = written(tmp_path, first.read_bytes() + second.read_bytes(), "film.ts")
    video_file = watching.processed(path)
    assert_settled(video_file)
    assert video_file.job.state == State.READY
    for rendition in video_file.renditions.filter(kind="video"):
        assert watching.decode(watching.made(video_file, f"{rendition.name}.m3u8")) == ""


def with_subtitles(name, text, codec="srt"):
    """A film in Matroska with the text track `text`, as it stands in an SRT or ASS file."""
    words = clips.directory() / f"{name}.{codec}"
    words.write_text(text)
    inputs = ("-i", str(small("film.mkv", *FILMS["film.mkv"])), "-i", str(words))
    return clips.draw(f"{name}.mkv", *inputs, "-map", "0", "-map", "1", "-c", "copy")


def srt(cues):
    """SRT of (start, end, text), in milliseconds."""
    stamp = "{:02}:{:02}:{:02},{:03}"

    def time(ms):
        return stamp.format(ms // 3_600_000, ms // 60_000 % 60, ms // 1000 % 60, ms % 1000)

    return "".join(f"{n}\n{time(start)} --> {time(end)}\n{text}\n\n" for n, (start, end, text) in enumerate(cues, 1))


def test_subtitles_with_markup_become_the_words_in_it():
    text = "<script>alert(1)</script><b onclick=x>Salt</b> <a href='javascript:1'>flats</a> &lt;i&gt; {\\an8}"
    video_file = watching.processed(with_subtitles("markup", srt([(100, 900, text)])))
    assert_settled(video_file)
    assert video_file.job.state == State.READY
    shown = Cue.objects.get().text
    assert "Salt" in shown and not {"<script", "onclick", "javascript:"} & set(shown.replace(">", " ").split())
    assert "<b" not in shown and "<a" not in shown


def test_subtitles_of_tens_of_thousands_of_cues_are_left_out_and_the_film_is_shown():
    cues = [(n // 10, n // 10 + 5, f"{n}") for n in range(25_000)]
    video_file = watching.processed(with_subtitles("many", srt(cues)))
    assert_settled(video_file)
    assert video_file.job.state == State.READY and not video_file.text_tracks.exists()


def test_thousands_of_cues_at_one_moment_are_bounded_by_what_one_file_may_hold():
    video_file = watching.processed(with_subtitles("thousands", srt([(n, n + 5000, "word") for n in range(5000)])))
    assert_settled(video_file)
    assert video_file.job.state == State.READY
    assert Cue.objects.count() == 5000


def test_one_gigantic_cue_costs_a_bounded_time_and_its_track(monkeypatch):
    monkeypatch.setattr(embedded_subtitles, "CPU_SECONDS", 1)
    video_file = watching.processed(with_subtitles("giant", srt([(100, 900, "x" * 2_000_000)])))
    assert_settled(video_file)
    assert video_file.job.state == State.READY
    assert not Cue.objects.exists()


def drawn_by(space, facts):
    """Everything that ffmpeg is asked to make of a source, one call for each."""
    sounds = audio_choices.audio_choices(facts)
    rungs = pipeline.plan.ladder(facts, max_height=2160)
    return {
        "copy": lambda: encode.copy_source(space, facts, sounds),
        "ladder": lambda: encode.encode_ladder(space, facts, rungs, sounds),
        "remux": lambda: remux.remux(space, facts, sounds),
        "poster": lambda: poster.draw_frame(space, facts, space.out / "candidate.jpg", at_seconds=0.1),
        "text": lambda: embedded_subtitles._extract(space, facts.subtitle_tracks[0], None),
        "sound": lambda: sound_of(space, facts),
    }


def sound_of(space, facts):
    """Make the sounds of a source; a source without any is no failure for the site, and one for these tests."""
    if not audio_tracks.prepare(space, facts)[1]:
        raise ffmpeg.FfmpegFailed("no sound")


@pytest.fixture(scope="module")
def facts():
    return probe.probe(clips.subtitled_mkv())


# The options before `-i` are the same for all makers: each list reaches one of them, and each of them one list.
LISTS = [(kind, "copy") for kind in ("ffconcat", "concat list", "hls", "dash", "sdp", "pls")]
MAKERS = [("ffconcat", what) for what in ("ladder", "remux", "poster", "text", "sound")]


@pytest.mark.parametrize(("kind", "what"), LISTS + MAKERS)
def test_a_list_that_reaches_the_makers_themselves_opens_nothing(kind, what, facts, tmp_path, monkeypatch):
    """Even run bare, without sandbox and kernel: the options before `-i` refuse what is no container."""
    neighbour = tmp_path / "neighbour.mp4"
    neighbour.write_bytes(clips.mp4().read_bytes())
    path = written(tmp_path, hostile.lists_of(neighbour)[kind].encode(), "film.mp4")
    said = []

    def bare(command, *, space, **options):
        with hostile.watched(neighbour) as was_opened:
            done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30)
            assert not was_opened()
        said.append(done.stderr)
        return sandbox.ChildResult(done.returncode, done.stdout.encode(), done.stderr, 0.0)

    monkeypatch.setattr(sandbox, "run", bare)
    with workspace(path) as space, pytest.raises((ffmpeg.FfmpegFailed, embedded_subtitles._NotExtracted)):
        drawn_by(space, facts)[what]()
    # Sound is looked at by a process of its own before ffmpeg encodes it.
    assert len(said) == (2 if what == "sound" else 1) and all(said) and os.listdir(tmp_path).count("source.mp4") == 0


def shorten(path, share):
    """Cut the file at `path` in its place, as a failing disk or a broken restore would."""
    os.truncate(path, int(os.path.getsize(path) * share))


@pytest.mark.parametrize(
    ("name", "share", "at"),
    [
        ("film.mp4", 0.0, "after the probe"),
        ("film.mp4", 0.5, "before the ladder"),
        ("film.avi", 0.5, "after the probe"),
        ("film.avi", 0.0, "before the ladder"),
    ],
)
def test_a_source_that_gets_shorter_while_it_is_processed_is_called_damaged(name, share, at, monkeypatch):
    late = (embedded_subtitles, "extract_subtitles")
    owner, function = (pipeline.probe, "probe") if at == "after the probe" else late
    real = getattr(owner, function)

    def and_then_shorten(*arguments, **options):
        found = real(*arguments, **options)
        shorten(VideoFile.objects.get().file.path, share)
        return found

    monkeypatch.setattr(owner, function, and_then_shorten)
    video_file = watching.processed(small(name, *FILMS[name]))
    job = video_file.job
    if job.state == State.QUEUED:  # ffmpeg could make nothing of it: looked at once more, it is no film
        monkeypatch.undo()
        run_again(video_file)
    assert job.state == State.REFUSED and job.reason
    leftovers.assert_none()


def test_a_source_exchanged_for_a_shorter_film_is_called_damaged(monkeypatch):
    real = pipeline.probe.probe

    def and_then_exchange(path, **options):
        facts = real(path, **options)
        with open(f"{path}.other", "wb") as other:
            other.write(small("short.mp4", *FILMS["film.mp4"], seconds=1).read_bytes())
        os.replace(f"{path}.other", path)
        return facts

    monkeypatch.setattr(pipeline.probe, "probe", and_then_exchange)
    video_file = watching.processed(small("film.mp4", *FILMS["film.mp4"]))
    assert video_file.job.state == State.REFUSED and "damaged" in video_file.job.reason
    leftovers.assert_none()


def test_a_source_deleted_while_it_is_processed_is_missing_and_tried_again(monkeypatch):
    real = pipeline.probe.probe

    def and_then_delete(path, **options):
        facts = real(path, **options)
        os.remove(path)
        return facts

    monkeypatch.setattr(pipeline.probe, "probe", and_then_delete)
    video_file = watching.processed(small("film.mp4", *FILMS["film.mp4"]))
    assert video_file.job.state == State.QUEUED and "missing" in video_file.job.reason
    leftovers.assert_none(but_missing={video_file.file.name})


def test_the_same_damage_to_a_film_that_is_live_leaves_what_visitors_have():
    video_file = factories.make_video_file(small("film.mp4", *FILMS["film.mp4"]), ready=False)
    jobs.run(jobs.submit(video_file).pk)
    video_file.refresh_from_db()
    package = video_file.package
    shorten(video_file.file.path, 0.5)
    assert jobs.run(jobs.submit(video_file).pk) == State.REFUSED
    video_file.refresh_from_db()
    assert video_file.package == package and package
    leftovers.assert_none()
