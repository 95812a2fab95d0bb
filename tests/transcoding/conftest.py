"""An input of a sandboxed child, and the kernel's protection of all other files."""

import ctypes
import sys

import pytest


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(b"a film")
    return path


@pytest.fixture
def landlock():
    """The kernel's Landlock version; skips the test where there is none."""
    version = ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1) if sys.platform == "linux" else 0
    if version < 1:
        pytest.skip("this kernel offers no Landlock")
    return version
