"""Real worker processes on a test's own database and library, and an ffmpeg that is slow at one piece of work."""

import os
import signal
import subprocess
import sys
import time

import imageio_ffmpeg
import pytest
from django.conf import settings
from django.utils import timezone

from video_pages.models import ProcessingJob
from video_pages.transcoding import claims
from video_pages.transcoding.models import LadderPart, Step

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


def slow_ffmpeg(folder, *steps, while_there=False):
    """Write a program that is the real ffmpeg, but slow at the work of `steps`; return its path.

    With `while_there`, it is slow only while there is a file `slow-at-…` in `folder` when it starts. Its children may
    ask whether that is there, and may read neither it nor another program.
    """
    path = folder / f"ffmpeg-slow-at-{'-'.join(steps)}"
    real = imageio_ffmpeg.get_ffmpeg_exe()
    slow = f'exec {real} -readrate {SPEED} -readrate_initial_burst 0.1 "$@"'
    lines = ["#!/bin/sh"]
    for step in steps:
        condition = f"[ -e {folder}/slow-at-{step} ] && " if while_there else ""
        lines.append(f'case "$*" in {OF_STEP.get(step, "nothing")}) {condition}{slow} ;; esac')
    path.write_text("\n".join([*lines, f'exec {real} "$@"', ""]))
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


def end_leases(worker=""):
    """Let the leases of all running jobs and parts be over, as they are after a while; of one `worker`, if named."""
    for model in (ProcessingJob, LadderPart):
        running = model.objects.filter(state="processing", worker__startswith=worker)
        running.update(lease_until=timezone.now() - claims.LEASE)


def let_tries_begin():
    """Let every job that waits for its next try begin it now."""
    ProcessingJob.objects.update(not_before=None)


def every_step(*, always):
    """Every step as a parameter, but for `always` in `make soak` only."""
    return [pytest.param(step, marks=() if step == always else pytest.mark.soak, id=step.value) for step in Step]
