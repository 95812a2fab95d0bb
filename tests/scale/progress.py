"""Wait for a start as long as it goes on: a time that suffices on an idle machine is short on a busy one."""

import os
import time
from pathlib import Path

STILL_SECONDS = 120
"""A start whose processes use less than `LEAST_SECONDS` of processor time in this time stands still."""
LEAST_SECONDS = 1
"""An idle Redis and an idle PostgreSQL use less."""
MOST_SECONDS = 3600
TICKS = os.sysconf("SC_CLK_TCK")


def wait_while_working(is_done, processes, what, *, still_seconds=STILL_SECONDS, least_seconds=LEAST_SECONDS):
    """Return when `is_done()` is true; fail with `what()` if the processes stand still before that.

    `processes()` returns the ids of the processes.
    """
    began = marked = time.monotonic()
    used, mark, seen = 0.0, 0.0, {}
    while not is_done():
        now = time.monotonic()
        for pid in processes():
            ticks = ticks_of(pid)
            used += max(0, ticks - seen.get(pid, 0)) / TICKS
            seen[pid] = ticks
        if used - mark >= least_seconds:
            mark, marked = used, now
        assert now - marked < still_seconds, f"{used:.0f} s of processor time, and no more\n{what()}"
        assert now - began < MOST_SECONDS, what()
        time.sleep(0.2)


def ticks_of(pid):
    """Return the processor time of a process in ticks of the clock; 0 if it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])  # utime and stime, proc(5)
