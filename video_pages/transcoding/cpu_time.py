"""CPU time of child processes, in seconds."""

import contextlib
import importlib.util
import os
import subprocess
import sys
import time

HAS_RESOURCE_MODULE = importlib.util.find_spec("resource") is not None  # not on Windows
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.0005, 0.05


def of_ended(child: subprocess.Popen[bytes], timeout: float) -> float:
    """Wait for `child` and return its own CPU time, with that of its children; 0.0 where the system does not tell.

    Raises subprocess.TimeoutExpired after `timeout` seconds. The time of all ended children of this process would
    include those of its other threads.
    """
    if not hasattr(os, "wait4"):
        child.wait(timeout=timeout)
        return 0.0
    deadline, pause = time.monotonic() + timeout, FIRST_PAUSE_SECONDS
    while True:
        ended, status, usage = os.wait4(child.pid, os.WNOHANG)
        if ended:
            child.returncode = os.waitstatus_to_exitcode(status)  # or `child.wait()` would ask for it again
            return usage.ru_utime + usage.ru_stime
        left = deadline - time.monotonic()
        if left <= 0:
            raise subprocess.TimeoutExpired(child.args, timeout)
        time.sleep(min(pause, left))
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


def of_running(child: subprocess.Popen[bytes]) -> float:
    """Return the CPU time of the running `child`; 0.0 where the system has no clock for it."""
    if sys.platform != "linux":
        return 0.0
    # Linux's number for the clock of another process, see clock_getcpuclockid(3), which Python does not offer.
    with contextlib.suppress(OSError):
        return time.clock_gettime(~child.pid << 3 | 2)
    return 0.0
