"""Files that nobody can remove, as after a wrong `chown` or on a read-only share."""

import contextlib
import shutil
import subprocess

import pytest


@contextlib.contextmanager
def immutable(path):
    """Let nobody remove the file at `path`, not even root."""
    if not shutil.which("chattr") or subprocess.run(["chattr", "+i", path], capture_output=True).returncode:
        pytest.skip("this file system has no immutable files, or this user may not make them")
    try:
        yield
    finally:
        subprocess.run(["chattr", "-i", path], check=True)
