"""A server that takes large uploads, a film of any size, and the memory that the server needs for it."""

import hashlib
from pathlib import Path

import pytest

from tests import clips
from tests.delivery.servers import gunicorn

MIB = 1024 * 1024


@pytest.fixture
def served(child_environment, tmp_path):
    """A function that starts the server with one worker; used in a `with`."""
    return lambda: gunicorn(child_environment, tmp_path)


def a_video_file(megabytes):
    """A film that plays, made larger by a box of noise that players pass over."""
    padding = megabytes * MIB
    noise = hashlib.shake_256(b"noise").digest(MIB) * megabytes
    return clips.mp4().read_bytes() + (padding + 8).to_bytes(4, "big") + b"free" + noise


def memory_of(server):
    """The most memory that the server's worker has held so far, in bytes (Linux)."""
    lines_of = Path(f"/proc/{server._pids()[-1]}/status").read_text().splitlines()
    return int(next(line for line in lines_of if line.startswith("VmHWM")).split()[1]) * 1024
