"""The workers of a set-up: which of them has a job, work that takes them long, and both standing still."""

import contextlib
import os
import re
import signal

from tests import clips
from tests.waiting import wait_for


def long_clip(name):
    """A film that takes a worker some seconds; each `name` is another file."""
    options = (*clips.H264, *clips.AAC, "-g", "50", "-metadata", f"comment={name}", "-movflags", "+faststart")
    return clips.draw(f"{name}.mp4", *clips.video(16, "854x480"), *clips.audio(16), *options)


def worker_of(site, film):
    """Return the process id of the worker that has claimed the film's job, or None."""
    state, worker, _attempt, _reason = site.job(film)
    return int(re.search(r":(\d+)[:/]", worker)[1]) if state == "processing" and worker else None


@contextlib.contextmanager
def standing_workers(site):
    """Both workers stand still within the block: what is added there can't be ready before its test looks."""
    wait_for(lambda: all(site.pid("workers", number) for number in (0, 1)))  # one may have been killed
    pids = [site.send(signal.SIGSTOP, "workers", number) for number in (0, 1)]
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
