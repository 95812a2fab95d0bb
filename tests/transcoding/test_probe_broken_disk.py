"""Before a file is refused, its disk is asked: one that fails looks like damage."""

import errno
import os
import time
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from tests import clips
from video_pages.ingest.inspection import facts_at, read_facts
from video_pages.transcoding import probe
from video_pages.transcoding.probe import UnreadableMedia
from video_pages.uploads.files import ArrivedFile

pytestmark = pytest.mark.real_children


def test_a_disk_that_fails_refuses_no_file():
    """`/proc/self/mem` is a file whose bytes give EIO, as those on a broken disk or of a share that is away."""
    with pytest.raises(OSError, match="Input/output error"):
        probe.probe("/proc/self/mem")
    with pytest.raises(ValidationError) as error:
        facts_at(Path("/proc/self/mem"))
    assert error.value.code == "not_examined"


@pytest.mark.parametrize(
    ("code", "is_of_the_disk"), [("damaged", True), ("no-video", True), ("dolby-only", False), ("too-long", False)]
)
def test_only_what_a_disk_that_fails_looks_like_makes_the_file_be_read(tmp_path, monkeypatch, code, is_of_the_disk):
    child = tmp_path / "child.py"
    child.write_text(f"""print('ready', flush=True); print('{{"refused": "{code}"}}')""")
    monkeypatch.setattr(probe, "CHILD", child)
    monkeypatch.setattr(probe.os.path, "getsize", lambda path: 1000)
    with pytest.raises(OSError if is_of_the_disk else UnreadableMedia):
        probe.probe("/proc/self/mem")


def test_of_a_large_file_both_ends_are_read_before_it_is_refused(tmp_path, monkeypatch):
    """The request of an editor waits meanwhile."""
    monkeypatch.setattr(probe, "END_BLOCKS", 2, raising=False)
    path, ticks, reads = tmp_path / "film.mp4", [], []
    path.write_bytes(b"no film")
    os.truncate(path, 64 * 1024**2 + 5)
    real = probe.digests.read_blocks

    def noted(stream):
        for block in real(stream):
            reads.append((stream.tell() - len(block), len(block)))
            yield block

    monkeypatch.setattr(probe.digests, "read_blocks", noted)
    with pytest.raises(UnreadableMedia) as error:
        probe.probe(path, on_tick=lambda: ticks.append(1))
    assert error.value.code == "not-a-video"
    megabyte = 1024**2
    assert [start // megabyte for start, _length in reads] == [0, 1, 62, 63, 64]
    assert sum(reads[-1]) == 64 * megabyte + 5 and len(ticks) >= len(reads)


def test_a_slow_disk_ends_the_reading_before_a_refusal(tmp_path):
    path, began = tmp_path / "film.mp4", time.monotonic()
    path.touch()
    os.truncate(path, 64 * 1024**2)
    probe.require_readable(path, seconds=0.2, on_tick=lambda: time.sleep(0.05))
    assert time.monotonic() - began < 2


@pytest.mark.django_db
def test_a_full_disk_is_told_to_callers_that_wait_for_room_and_not_to_forms(monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(probe, "workspace", full)
    with pytest.raises(OSError, match="No space"):
        facts_at(clips.mp4())
    with ArrivedFile("film.mp4") as upload:
        upload.write(clips.mp4().read_bytes())
        with pytest.raises(ValidationError) as error:
            read_facts(upload)
    assert error.value.code == "not_examined"
