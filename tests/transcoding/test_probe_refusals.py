"""Files that the probe refuses; a hostile file reaches no other file."""

import json
import random
import shutil
import subprocess
import sys

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from tests import clips
from tests.transcoding import hostile
from video_pages.ingest.inspection import facts_at
from video_pages.transcoding import ffmpeg, probe, pyav_child, sandbox
from video_pages.transcoding.facts import Facts
from video_pages.transcoding.probe import UnreadableMedia
from video_pages.transcoding.workspace import work_root

pytestmark = pytest.mark.real_children

KINDS_OF_LISTS = sorted(hostile.lists_of(clips.directory() / "x"))
KINDS_OF_TEXTS = sorted(hostile.texts_of(clips.directory() / "x"))


@pytest.fixture
def neighbour(tmp_path):
    """Another editor's film, in the same directory as the upload."""
    return shutil.copy(clips.mp4(), tmp_path / "neighbour.mp4")


def refusal_of(path, **options):
    with pytest.raises(UnreadableMedia) as caught:
        probe.probe(path, **options)
    assert caught.value.message
    assert "%(" not in caught.value.message
    return caught.value.code


def written(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("kind", KINDS_OF_LISTS)
def test_list_that_points_at_a_neighbour_is_refused_and_the_neighbour_never_opened(tmp_path, neighbour, kind):
    upload = written(tmp_path / "upload.mp4", hostile.lists_of(neighbour)[kind])
    with hostile.watched(neighbour) as was_opened:
        assert refusal_of(upload) == "playlist"
        assert not was_opened()


@pytest.mark.parametrize("kind", KINDS_OF_TEXTS)
def test_other_text_is_refused_and_the_neighbour_never_opened(tmp_path, neighbour, kind):
    upload = written(tmp_path / "upload.mp4", hostile.texts_of(neighbour)[kind])
    with hostile.watched(neighbour) as was_opened:
        assert refusal_of(upload) == "not-a-video"
        assert not was_opened()


def test_an_unguarded_ffmpeg_would_open_the_neighbour(tmp_path, neighbour):
    """Proves that the two tests above would notice."""
    upload = written(tmp_path / "upload.mp4", hostile.lists_of(neighbour)["ffconcat"])
    with hostile.watched(neighbour) as was_opened:
        subprocess.run([ffmpeg.binary(), "-v", "quiet", "-i", upload, "-f", "null", "-"], check=True)
        assert was_opened()


@pytest.mark.parametrize("kind", KINDS_OF_LISTS)
def test_whitelists_alone_keep_the_neighbour_closed(tmp_path, neighbour, kind):
    """The child without its sandbox, as on a system whose kernel helps with nothing."""
    upload = written(tmp_path / "upload.mp4", hostile.lists_of(neighbour)[kind])
    order = {"options": ffmpeg.open_options(), "max_pixels": 10**8, "max_streams": 16, "max_duration_seconds": 60}
    order |= {"max_frame_rate": 240, "seconds": 20}
    command = [sys.executable, "-I", probe.CHILD, upload, json.dumps(order)]
    with hostile.watched(neighbour) as was_opened:
        answer = subprocess.run(command, capture_output=True, check=True, cwd=tmp_path)
        assert json.loads(answer.stdout.removeprefix(pyav_child.READY))["refused"] == "playlist"
        assert not was_opened()


def test_empty_file_is_refused(tmp_path):
    assert refusal_of(written(tmp_path / "upload.mp4", b"")) == "empty"


def test_missing_file_is_not_the_editors_fault(tmp_path):
    with pytest.raises(FileNotFoundError):
        probe.probe(tmp_path / "gone.mp4")


@pytest.mark.parametrize("size", [1, 100, 4096, 1_000_000])
def test_random_bytes_are_refused(tmp_path, size):
    upload = written(tmp_path / "upload.mp4", random.Random(size).randbytes(size))  # noqa: S311
    assert refusal_of(upload) in {"not-a-video", "no-video", "damaged"}


def test_picture_is_refused(tmp_path):
    picture = clips.draw("still.png", *clips.video(1), "-frames:v", "1")
    assert refusal_of(shutil.copy(picture, tmp_path / "picture%03d.mp4")) == "not-a-video"


@pytest.mark.parametrize("draw", [clips.audio_only_m4a, clips.audio_with_cover_mp4])
def test_sound_without_moving_pictures_is_refused(draw):
    assert refusal_of(draw()) == "no-video"


def test_file_with_too_many_tracks_is_refused():
    assert refusal_of(clips.many_streams_mp4(20)) == "too-many-streams"


def test_file_with_far_too_many_tracks_is_refused():
    assert refusal_of(clips.many_streams_mp4(200)) in {"too-many-streams", "damaged"}


def test_picture_larger_than_allowed_is_refused(settings):
    settings.MAX_PIXELS = 320 * 180 - 1
    assert refusal_of(clips.mp4()) == "too-many-pixels"


def test_raw_pictures_that_promise_65535_pixels_are_refused(tmp_path):
    raw = clips.draw("raw.avi", *clips.video(1), "-c:v", "rawvideo", "-pix_fmt", "yuv420p")
    lie = written(tmp_path / "lie.avi", hostile.avi_of_65535_pixels(raw.read_bytes()))
    assert refusal_of(lie) in {"too-many-pixels", "damaged"}


def test_film_longer_than_allowed_is_refused(settings):
    settings.MAX_DURATION_SECONDS = 0.5
    assert refusal_of(clips.mp4()) == "too-long"


def test_packets_that_claim_to_last_for_years_are_refused(tmp_path):
    stretched = clips.draw(
        "slow.mkv", "-i", str(clips.silent_mp4()), "-c", "copy", "-bsf:v", "setts=pts=PTS*1000000:dts=DTS*1000000"
    )
    assert refusal_of(stretched) in {"too-long", "damaged"}


def test_upload_that_broke_off_before_its_index_is_refused(tmp_path):
    whole = clips.mp4_with_index_at_the_end().read_bytes()
    assert refusal_of(written(tmp_path / "upload.mp4", hostile.without_index(whole))) == "damaged"


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_upload_that_broke_off_after_its_index_is_refused(tmp_path, share):
    whole = clips.mp4(seconds=4).read_bytes()
    assert refusal_of(written(tmp_path / "upload.mp4", whole[: int(len(whole) * share)])) == "damaged"


@pytest.mark.parametrize("seed", [*range(6), *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(6, 16))])
@pytest.mark.parametrize("draw", [clips.mp4, clips.webm])
def test_mutated_bytes_give_facts_or_a_refusal_and_nothing_else(tmp_path, draw, seed):
    dice = random.Random(seed)  # noqa: S311
    data = bytearray(draw().read_bytes())
    for _ in range(2 ** dice.randrange(2, 12)):
        # Half of the damage in the headers, where it hurts.
        data[dice.randrange(len(data) if dice.random() < 0.5 else 4096)] = dice.randrange(256)
    upload = written(tmp_path / "upload.mp4", bytes(data))
    try:
        facts = probe.probe(upload)
    except UnreadableMedia as refusal:
        assert refusal.code in probe.MESSAGES
    else:
        assert isinstance(facts, Facts)
        assert 0 < facts.duration_seconds <= 12 * 3600


def child_that(tmp_path, monkeypatch, code):
    """Put a child in the place of the probe's, as a decoder that was taken over could become."""
    monkeypatch.setattr(probe, "CHILD", written(tmp_path / "child.py", f"print('ready', flush=True)\n{code}"))


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.kill(os.getpid(), 11)",
        "print('no JSON')",
        "print('[]')",
        "print('\"refused\"')",
        'print(\'{"refused": "<b>made up</b>"}\')',
        "while True: print('x' * 1000)",
    ],
)
def test_child_that_was_taken_over_is_not_believed(tmp_path, monkeypatch, code):
    child_that(tmp_path, monkeypatch, code)
    assert refusal_of(clips.mp4()) == "damaged"


def test_facts_out_of_range_are_not_believed(tmp_path, monkeypatch):
    facts = dict.fromkeys(Facts.__dataclass_fields__, 1)
    facts |= {"container": "mp4", "video_codec": "h264", "audio_codec": "", "pixel_format": "x"}
    facts |= {"width": 10**9}
    child_that(tmp_path, monkeypatch, f"import json; print(json.dumps({{'facts': {facts!r}}}))")
    assert refusal_of(clips.mp4()) == "damaged"


@pytest.mark.parametrize(
    "code",
    [
        "import av_of_a_package_that_is_replaced",
        "import os; os.kill(os.getpid(), 11)",
        "import os; os.kill(os.getpid(), 4)",
        "raise SystemExit('landlock: Operation not permitted')",
        "bytearray(10**9)",
        "print('a warning of a package')",
        "print('ready', flush=True); import sys; sys.exit(3)",
        "print('ready', flush=True); print('{}')",
        'print(\'ready\', flush=True); print(\'{"facts": {"container": "mp4"}}\')',
    ],
)
def test_child_that_can_not_begin_or_is_of_another_version_says_nothing_about_the_file(
    tmp_path, monkeypatch, settings, code
):
    settings.SANDBOX_MEMORY_BYTES = 300 * 1024**2
    monkeypatch.setattr(probe, "CHILD", written(tmp_path / "child.py", code))
    with pytest.raises(sandbox.SandboxError):
        probe.probe(clips.mp4())
    with pytest.raises(ValidationError) as error:
        facts_at(clips.mp4())
    assert error.value.code == "not_examined"


def test_an_error_of_the_system_in_the_child_is_none_of_the_file(tmp_path):
    order = json.dumps({"options": {}, "seconds": 20})
    command = [sys.executable, "-I", str(probe.CHILD), str(tmp_path / "gone.mp4"), order]
    assert subprocess.run(command, capture_output=True).returncode == pyav_child.SERVER_FAULT


@pytest.mark.django_db(transaction=True)
def test_no_connection_is_held_while_a_file_is_inspected(tmp_path, monkeypatch):
    """Otherwise uploads that end at the same time take all connections of a pool."""
    connection.ensure_connection()
    held = []
    monkeypatch.setattr(probe, "CHILD", written(tmp_path / "child.py", "import time; time.sleep(1)"))
    with pytest.raises(ValidationError):
        facts_at(clips.mp4(), on_tick=lambda: held.append(connection.connection))
    assert held and not any(held)


def test_lack_of_memory_is_said_as_such(tmp_path, monkeypatch, settings):
    child_that(tmp_path, monkeypatch, "bytearray(10**9)")
    settings.SANDBOX_MEMORY_BYTES = 300 * 1024**2
    assert refusal_of(clips.mp4()) == "too-demanding"


def test_nothing_is_left_behind_in_the_library(tmp_path):
    probe.probe(clips.mp4())
    assert list(work_root().iterdir()) == []


def test_a_film_of_too_many_pictures_a_second_is_refused(settings):
    settings.MAX_FRAME_RATE = 50
    with pytest.raises(probe.UnreadableMedia) as refusal:
        probe.probe(clips.rate_mp4(60))
    assert refusal.value.code == "too-many-frames"
    assert "50" in refusal.value.message


def test_colours_that_only_a_dolby_decoder_shows_are_refused_in_words():
    ipt = ("-c", "copy", "-bsf:v", "h264_metadata=matrix_coefficients=15")
    with pytest.raises(probe.UnreadableMedia) as refusal:
        probe.probe(clips.draw("dolby.mp4", "-i", str(clips.silent_mp4()), *ipt))
    assert refusal.value.code == "dolby-only"
    assert "Dolby Vision profile 5" in refusal.value.message


def test_words_and_chapters_of_a_hostile_file_are_cut_and_of_one_line(tmp_path):
    marks = tmp_path / "marks.txt"
    chapters = "".join(f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={n}\nEND={n + 1}\ntitle={'x' * 5000}\n" for n in range(900))
    marks.write_text(f";FFMETADATA1\n{chapters}")
    inputs = ("-i", str(clips.mkv()), "-f", "ffmetadata", "-i", str(marks), "-map", "0", "-map_chapters", "1")
    named = ("-metadata:s:a:0", "title=" + "<b>\u202e" + "y" * 5000, "-metadata:s:a:0", "language=../../etc")
    facts = probe.probe(clips.draw("words.mkv", *inputs, "-c", "copy", *named))
    assert len(facts.chapters) <= 500 and all(len(chapter.title) <= 120 for chapter in facts.chapters)
    assert len(facts.audio_tracks[0].title) <= 120 and "\u202e" not in facts.audio_tracks[0].title
