"""Runs a child process that reads an upload, under limits: a decoder that is taken over gains little.

Each run has a working directory of its own with the input (a hard link) in `in/` and room for results in
`out/`. The child gets limits on CPU time, memory, open files and file size, no standard input, a minimal
environment, a low priority, a process group of its own, and an end by the wall clock. `launcher.py` sets the
limits in the child itself, so that nothing of ours runs between fork and exec in a process that has threads.
On Linux with Landlock the kernel keeps the child inside its directory as well, and lets it read `readable_places()`
beside its input. Network: no TCP from kernel 6.7 on, and no more than that. Without the `resource` module
(Windows) only the wall clock, the working directory and the environment hold; `IS_COMPLETE` says so, and the
first run says it in the log. What a child left in `out/` is opened by `library.results.open_result`, as the parent may
read everything.
"""

import contextlib
import functools
import json
import logging
import math
import os
import signal
import subprocess
import sys
import sysconfig
import time
from dataclasses import dataclass
from pathlib import Path

from video_pages.transcoding.pipes import PipeReader

try:
    import resource
except ImportError:  # Windows
    resource = None

IS_COMPLETE = resource is not None
LAUNCHER = Path(__file__).with_name("launcher.py")
TICK_SECONDS = 0.2
KERNEL_TOLERANCE = 1.25
"""How far the kernel's limit on CPU time lies above ours. It counts clock ticks: on a busy machine its count has been
a fifth above what a child had really used."""

# What programs need of the system, and no directory in which anybody keeps data.
SYSTEM = (
    "/bin", "/lib", "/lib32", "/lib64", "/usr/bin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib",
    "/usr/local/lib64", "/usr/share/fonts", "/usr/share/fontconfig", "/etc/fonts", "/etc/ld.so.cache", "/nix/store",
    "/gnu/store", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu",
)  # fmt: skip
MIB = 1024**2

logger = logging.getLogger(__name__)


class SandboxError(Exception):
    """The child could not do its work for a reason that is not its input's."""


class TookTooLong(SandboxError):
    """The child was ended by its limit on wall clock or CPU time."""


class UsedTooMuch(TookTooLong):
    """The child was ended by its limit on CPU time: its input is to blame, and not a busy machine."""


class Killed(SandboxError):
    """The child was ended from outside: by kill -9, or by a system that ran out of memory."""


class OutputTooLong(SandboxError):
    """The child printed more than it may."""


class Interrupted(SandboxError):
    """The process is shutting down; the work is to be done later by another."""


@dataclass(frozen=True)
class Limits:
    """What one child may use. Sizes in bytes, times in seconds."""

    wall_seconds: float
    cpu_seconds: int
    memory_bytes: int
    file_bytes: int = 64 * MIB
    open_files: int = 64
    stdout_bytes: int = 256 * 1024
    stderr_bytes: int = 16 * 1024


@dataclass(frozen=True)
class ChildResult:
    """How a child ended: `returncode` is negative for a signal; both texts are cut at their limits."""

    returncode: int
    stdout: bytes
    stderr: str
    seconds: float


class _Switch:
    """Process-wide: once `on`, running children are killed and no new ones start. Signal handlers may set it."""

    on = False


_stopping = _Switch()


def stop_children():
    """End every running child within a moment, and refuse new ones: their `run()` raises Interrupted."""
    _stopping.on = True


def allow_children():
    """Take `stop_children` back (a process that shuts down never needs to)."""
    _stopping.on = False


def run(command, *, space, limits, readable=(), on_tick=None, on_output=None):
    """Run `command` (a list; the first item an absolute path) in `space` and return its Outcome.

    `readable` are paths it may read beside its input, the Python installation and the system's libraries.
    `on_tick()` is called several times a second while waiting; what it raises ends the child and goes on up. With
    `on_output(text)` the child may print without end: the last of it is kept, and handed over at each tick.
    Raises TookTooLong, Killed, OutputTooLong and Interrupted.
    """
    if _stopping.on:
        raise Interrupted
    os.utime(space.root)  # so that it is not taken for a dead worker's while this child runs
    started, used = time.monotonic(), _cpu_seconds_of_children()
    child = subprocess.Popen(
        _launch(command, space, limits, readable),
        cwd=space.out,
        env=_environment(space),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        start_new_session=True,
    )
    stdout = PipeReader(child.stdout, limits.stdout_bytes, keep_end=on_output is not None)
    stderr = PipeReader(child.stderr, limits.stderr_bytes, keep_end=True)
    try:
        _wait(child, limits, started + limits.wall_seconds, stdout, on_tick, on_output)
    finally:
        _kill_group(child)
        child.wait()
        stdout.finish()
        stderr.finish()
    if IS_COMPLETE and child.returncode in (-signal.SIGKILL, -signal.SIGXCPU):
        if _cpu_seconds_of_children() - used < limits.cpu_seconds:
            raise Killed(f"killed by signal {-child.returncode}")
        raise UsedTooMuch(_used_up(limits))
    return ChildResult(
        returncode=child.returncode,
        stdout=bytes(stdout.kept),
        stderr=stderr.kept.decode("utf-8", "replace"),
        seconds=time.monotonic() - started,
    )


def _cpu_seconds_of_children():
    """Processor time of all children that have ended, in seconds."""
    if not IS_COMPLETE:
        return 0.0
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _cpu_seconds_of(child):
    """Processor time of the running `child`, in seconds; 0.0 where the system has no clock that tells."""
    if sys.platform != "linux":
        return 0.0
    # Linux's number for the clock of another process, see clock_getcpuclockid(3), which Python does not offer.
    with contextlib.suppress(OSError):
        return time.clock_gettime(~child.pid << 3 | 2)
    return 0.0


def _used_up(limits):
    return f"stopped after {limits.cpu_seconds} s of CPU time"


def _wait(child, limits, deadline, stdout, on_tick, on_output):
    """Wait for `child` to end by itself; raise if it must be ended."""
    while True:
        try:
            child.wait(timeout=TICK_SECONDS)
            return
        except subprocess.TimeoutExpired:
            if _stopping.on:
                raise Interrupted from None
            if _cpu_seconds_of(child) >= limits.cpu_seconds:
                raise UsedTooMuch(_used_up(limits)) from None
            if time.monotonic() > deadline:
                raise TookTooLong("stopped by the wall clock") from None
            if on_output:
                on_output(bytes(stdout.kept).decode("utf-8", "replace"))
            elif stdout.overflowed:
                raise OutputTooLong from None
            if on_tick:
                on_tick()


def _launch(command, space, limits, readable):
    """The command line that starts `command` behind the launcher."""
    if not IS_COMPLETE:
        _say_what_is_missing()
        return list(command)
    order = {
        "parent": os.getpid(),
        "limits": {
            "RLIMIT_CPU": math.ceil(limits.cpu_seconds * KERNEL_TOLERANCE + 0.5),
            "RLIMIT_AS": limits.memory_bytes,
            "RLIMIT_NOFILE": limits.open_files,
            "RLIMIT_FSIZE": limits.file_bytes,
            "RLIMIT_CORE": 0,
        },
        "readable": [*map(str, space.readable), *readable_places(), command[0], *map(str, readable)],
        "writable": [str(space.out)],
    }
    return [sys.executable, "-I", "-S", str(LAUNCHER), json.dumps(order), *command]


@functools.cache
def readable_places():
    """Every path that all children may read: the system's programs and libraries, and those of this Python.

    Not the Python installation as a whole: somebody's data may lie below `/usr` or beside a virtual environment.
    `site_config.checks` refuses a library or a database below one of these.
    """
    python = {
        sys.executable,
        os.path.join(sys.prefix, "pyvenv.cfg"),
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        # libpython, where the interpreter needs it, and the zipped library where there is one.
        os.path.join(sys.base_prefix, "lib"),
        os.path.dirname(sysconfig.get_path("stdlib")),
    }
    return (*SYSTEM, *sorted(python))


@functools.cache
def _say_what_is_missing():
    logger.warning("This system has no process limits: uploads are read with a wall-clock limit only.")


def _environment(space):
    """A child's whole environment: no secrets, nothing to configure it by."""
    home = str(space.out)
    own = {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": home, "TMPDIR": home, "MALLOC_ARENA_MAX": "2"}
    # Windows can't start a process without it.
    return own | {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}


def _kill_group(child):
    """Kill `child` and whatever it started."""
    try:
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        elif child.poll() is None:
            child.kill()
    except ProcessLookupError:
        pass
