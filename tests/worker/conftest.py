"""Fixtures for real worker processes on a test's own database and library."""

import pytest

from tests.worker import faults


@pytest.fixture
def site(tmp_path, settings, child_environment):
    """The environment of worker processes that share this test's database and library."""
    settings.PROTECTED_ROOT = tmp_path / "main" / "media" / "protected"
    settings.PROTECTED_ROOT.mkdir(parents=True)
    environment = {**child_environment, "TEST_RUN_DIR": str(tmp_path)}
    environment.pop("PYTEST_XDIST_WORKER", None)
    return environment


@pytest.fixture
def start(site):
    """A function that starts a worker; `ffmpeg` is the program it uses. What still runs at the end is killed."""
    running = []

    def start_worker(*arguments, ffmpeg="", **environment):
        running.append(faults.start_worker({**site, "FFMPEG_BINARY": ffmpeg, **environment}, *arguments))
        return running[-1]

    yield start_worker
    for process in running:
        faults.kill_group(process)
