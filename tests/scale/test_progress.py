"""A start is waited for while its processes work, and no longer when they stand still."""

import subprocess
import sys
import time

import pytest

from tests.scale.progress import wait_while_working


def started(program):
    return subprocess.Popen([sys.executable, "-c", program])


def test_a_start_that_works_for_longer_than_the_limit_is_waited_for():
    began = time.monotonic()
    process = started("import time\nwhile time.process_time() < 1.5: pass")
    is_done, processes = (lambda: process.poll() is not None), (lambda: [process.pid])
    wait_while_working(is_done, processes, str, still_seconds=1, least_seconds=0.02)
    assert process.wait() == 0 and time.monotonic() - began > 1


def test_a_start_that_stands_still_fails_with_its_log():
    process = started("import time; time.sleep(60)")
    try:
        with pytest.raises(AssertionError, match="the log"):
            wait_while_working(lambda: False, lambda: [process.pid], lambda: "the log", still_seconds=1)
    finally:
        process.kill()
        process.wait()
