"""Real worker processes on a test's own database and library, and an ffmpeg that is slow at one piece of work."""

import os
import signal
import subprocess
import sys
import time

import imageio_ffmpeg
from django.conf import settings
from django.utils import timezone

from video_pages.models import ProcessingJob
from video_pages.transcoding import claims

START_SECONDS = 90
"""A process that imports Wagtail on a busy machine."""
SPEED = 0.2
"""Seconds of film a second that the slow ffmpeg reads."""
OF_STEP = {
    "package": "*source.m3u8*",
    "poster": "*candidate-*",
    "text": "*webvtt*",
    "ladder": "*filter_complex*",
    "storyboard": "*tile=*",
}
"""Step of a job -> what the command line of an ffmpeg holds that works at it. The probe is none."""


def slow_ffmpeg(folder, step):
    """Write a program that is the real ffmpeg, but slow at the work of `step`; return its path."""
    path = folder / f"ffmpeg-slow-at-{step}"
    real = imageio_ffmpeg.get_ffmpeg_exe()
    pattern = OF_STEP.get(step, "nothing")
    slow = f"exec {real} -readrate {SPEED} -readrate_initial_burst 0.1"
    path.write_text(f'#!/bin/sh\ncase "$*" in {pattern}) {slow} "$@" ;; esac\nexec {real} "$@"\n')
    path.chmod(0o755)
    return str(path)


def start_worker(environment, *arguments):
    """Start `manage.py process_videos …` as the leader of a process group of its own; return the process."""
    return subprocess.Popen(
        [sys.executable, settings.BASE_DIR / "manage.py", "process_videos", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def kill_group(process):
    """End `process` and its group as `kill -9` does; what it confined in groups of their own must end by itself."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    process.stdout.close()


def children(pid):
    """The ids of the processes that the process `pid` has started and that are still there."""
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children") as listed:
            found += map(int, listed.read().split())
    return found


def wait_until(condition, seconds=START_SECONDS, pause=0.02):
    """Return what `condition()` gives once it is true. Fails after `seconds`."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited too long"
        time.sleep(pause)
    return found


def is_at(step):
    """True while the one job is at `step`."""
    return ProcessingJob.objects.filter(step=step, state="processing").exists()


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(") ", 1)[1][0] != "Z"
    except FileNotFoundError:
        return False


def end_leases():
    """Let the leases of all running jobs be over, as they are after a while."""
    ProcessingJob.objects.filter(state="processing").update(lease_until=timezone.now() - claims.LEASE)


def let_tries_begin():
    """Let every job that waits for its next try begin it now."""
    ProcessingJob.objects.update(not_before=None)
