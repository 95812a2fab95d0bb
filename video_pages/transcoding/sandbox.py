"""Run a child process that reads an upload, under limits, so that a decoder that is taken over can do little.

Each run has a working directory of its own with the input (a hard link) in `in/` and a directory for results, `out/`.
The child gets limits on CPU time, memory, open files and file size, no standard input, a minimal environment, a low
priority, a process group of its own, and a limit on wall-clock time. `launcher.py` sets the limits in the child itself,
so that no code of ours runs between fork and exec in a process that has threads. On Linux with Landlock the kernel also
confines the child to its directory, and lets it read `system_paths.readable_paths()` beside its input. Network: no TCP
from kernel 6.7 on, and no more than that. Without the `resource` module (Windows) only the wall clock, the working
directory and the environment hold; then `IS_COMPLETE` is False, and the first run logs a warning. The parent may read
every file, so it opens what a child left in `out/` by `library.results.open_result`.
"""

import functools
import json
import logging
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from video_pages.transcoding import cpu_time, priority
from video_pages.transcoding.pipes import PipeReader
from video_pages.transcoding.system_paths import readable_paths
from video_pages.transcoding.workspace import Workspace

IS_COMPLETE = cpu_time.HAS_RESOURCE_MODULE

OnTick = Callable[[], None] | None
"""Called several times a second while work runs; what it raises ends the work."""
OnOutput = Callable[[str], None] | None

LAUNCHER = Path(__file__).with_name("launcher.py")
TICK_SECONDS = 0.2
KERNEL_TOLERANCE = 1.25
"""How far the kernel's limit on CPU time lies above ours. It counts clock ticks: on a busy machine its count has been
a fifth above what a child had really used."""
MIB = 1024**2

logger = logging.getLogger(__name__)


class SandboxError(Exception):
    """The child could not do its work for a reason other than its input."""


class TookTooLong(SandboxError):
    """The child was ended by its limit on wall clock or CPU time."""


class UsedTooMuch(TookTooLong):
    """The child was ended by its limit on CPU time: its input is the cause, and not a busy machine."""

    def __init__(self, limits: "Limits") -> None:
        super().__init__(f"stopped after {limits.cpu_seconds} s of CPU time")


class Killed(SandboxError):
    """The child was ended from outside: by kill -9, or by a system that ran out of memory."""


class OutputTooLong(SandboxError):
    """The child printed more than its limit."""


class Interrupted(SandboxError):
    """The process is shutting down; another has to do the work later."""


@dataclass(frozen=True)
class Limits:
    """Limits of one child. Sizes in bytes, times in seconds."""

    wall_seconds: float
    cpu_seconds: int
    memory_bytes: int
    file_bytes: int = 64 * MIB
    open_files: int = 64
    stdout_bytes: int = 256 * 1024
    stderr_bytes: int = 16 * 1024


@dataclass(frozen=True)
class ChildResult:
    """The end of a child: `returncode` is negative for a signal; both texts are cut at their limits."""

    returncode: int
    stdout: bytes
    stderr: str
    seconds: float


class _Switch:
    """Process-wide: once `on`, running children are killed and no new ones start. Signal handlers may set it."""

    on = False


_stopping = _Switch()


def stop_children() -> None:
    """End every running child within a moment, and refuse new ones: their `run()` raises Interrupted."""
    _stopping.on = True


def allow_children() -> None:
    """Undo `stop_children`; a process that shuts down never needs to."""
    _stopping.on = False


def is_stopping() -> bool:
    """Return whether `stop_children` was called."""
    return _stopping.on


def require_going() -> None:
    """Raise Interrupted if `stop_children` was called."""
    if _stopping.on:
        raise Interrupted


def run(
    command: Sequence[str],
    *,
    space: Workspace,
    limits: Limits,
    readable: Iterable[str | Path] = (),
    on_tick: OnTick = None,
    on_output: OnOutput = None,
) -> ChildResult:
    """Run `command` (the first item an absolute path) in `space` and return its ChildResult.

    `readable` are paths it may read beside its input, the Python installation and the system's libraries.
    `on_tick()` is called several times a second while the child runs; what it raises ends the child and propagates.
    With `on_output(text)` the child may print without limit: the last of it is kept, and passed on at each tick.
    Raises TookTooLong, Killed, OutputTooLong and Interrupted.
    """
    if _stopping.on:
        raise Interrupted
    os.utime(space.root)  # so that it is not removed as a dead worker's while this child runs
    started = time.monotonic()
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
    assert child.stdout is not None and child.stderr is not None  # noqa: S101  both are pipes
    stdout = PipeReader(child.stdout, limits.stdout_bytes, keep_end=on_output is not None)
    stderr = PipeReader(child.stderr, limits.stderr_bytes, keep_end=True)
    try:
        used = _wait(child, limits, started + limits.wall_seconds, stdout, on_tick, on_output)
    finally:
        _kill_group(child)
        child.wait()
        stdout.finish()
        stderr.finish()
    if IS_COMPLETE and child.returncode in (-signal.SIGKILL, -signal.SIGXCPU):
        if used < limits.cpu_seconds:
            raise Killed(f"killed by signal {-child.returncode}")
        raise UsedTooMuch(limits)
    return ChildResult(
        returncode=child.returncode,
        stdout=bytes(stdout.kept),
        stderr=stderr.kept.decode("utf-8", "replace"),
        seconds=time.monotonic() - started,
    )


def _wait(
    child: subprocess.Popen[bytes],
    limits: Limits,
    deadline: float,
    stdout: PipeReader,
    on_tick: OnTick,
    on_output: OnOutput,
) -> float:
    """Wait for `child` to end by itself and return its CPU time in seconds; raise if it must be ended."""
    while True:
        try:
            return cpu_time.of_ended(child, TICK_SECONDS)
        except subprocess.TimeoutExpired:
            if _stopping.on:
                raise Interrupted from None
            if cpu_time.of_running(child) >= limits.cpu_seconds:
                raise UsedTooMuch(limits) from None
            if time.monotonic() > deadline:
                raise TookTooLong("stopped by the wall clock") from None
            if on_output:
                on_output(bytes(stdout.kept).decode("utf-8", "replace"))
            elif stdout.overflowed:
                raise OutputTooLong from None
            if on_tick:
                on_tick()


def _launch(command: Sequence[str], space: Workspace, limits: Limits, readable: Iterable[str | Path]) -> list[str]:
    """Return the command line that starts `command` behind the launcher."""
    if not IS_COMPLETE:
        _warn_of_missing_limits()
        return list(command)
    order = {
        "parent": os.getpid(),
        "nice": priority.niceness(),
        "limits": {
            "RLIMIT_CPU": math.ceil(limits.cpu_seconds * KERNEL_TOLERANCE + 0.5),
            "RLIMIT_AS": limits.memory_bytes,
            "RLIMIT_NOFILE": limits.open_files,
            "RLIMIT_FSIZE": limits.file_bytes,
            "RLIMIT_CORE": 0,
        },
        "readable": [*map(str, space.readable), *readable_paths(), command[0], *map(str, readable)],
        "writable": [str(space.out)],
    }
    return [sys.executable, "-I", "-S", str(LAUNCHER), json.dumps(order), *command]


@functools.cache
def _warn_of_missing_limits() -> None:
    logger.warning("This system has no process limits: uploads are read with a wall-clock limit only.")


def _environment(space: Workspace) -> dict[str, str]:
    """Return the whole environment of a child: no secrets, and no variable that configures it."""
    home = str(space.out)
    own = {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": home, "TMPDIR": home, "MALLOC_ARENA_MAX": "2"}
    # Windows can't start a process without it.
    return own | {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    """Kill `child` and every process of its group."""
    try:
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        elif child.poll() is None:
            child.kill()
    except ProcessLookupError:
        pass
