"""CPU time of child processes, in seconds."""

import contextlib
import subprocess
import sys
import time

try:
    import resource
except ImportError:  # Windows
    HAS_RESOURCE_MODULE = False
else:
    HAS_RESOURCE_MODULE = True


def of_ended_children() -> float:
    """Return the CPU time of all children that have ended; 0.0 without the `resource` module."""
    if not HAS_RESOURCE_MODULE:
        return 0.0
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def of_running(child: subprocess.Popen[bytes]) -> float:
    """Return the CPU time of the running `child`; 0.0 where the system has no clock for it."""
    if sys.platform != "linux":
        return 0.0
    # Linux's number for the clock of another process, see clock_getcpuclockid(3), which Python does not offer.
    with contextlib.suppress(OSError):
        return time.clock_gettime(~child.pid << 3 | 2)
    return 0.0
