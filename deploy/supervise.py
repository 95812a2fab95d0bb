"""Start the web server and the worker, keep them running, and end them together.

A program that dies is started again after a pause that grows with each death. If it dies DEATHS times within
DEATHS_SECONDS, the site ends, because another start is unlikely to help.

Each child leads a process group of its own, so Ctrl-C reaches only this process, which then stops the children in
order. It also ends processes that they leave: on Linux this process adopts orphans. It imports the standard library
only, because it runs as long as the site and must use little memory.
"""

import collections
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Set
from pathlib import Path

from deploy.problems import say

GRACE_SECONDS = 10
POLL_SECONDS = 0.2
DEATHS, DEATHS_SECONDS = 5, 60
# 1, 2, 4, 8: a program that dies at each start is given up after about 20 seconds, imports included.
FIRST_WAIT_SECONDS = 1
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def _prctl(option: int, value: int) -> None:
    """Call Linux's prctl(2); on other systems, do nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _end_with_parent() -> None:
    """Ask the kernel to send SIGTERM to this new child if its parent is killed; runs in the child."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def parent_ended(parent: int | None) -> bool:
    """True if `parent` (a process id or None) has ended, or has received SIGINT and waits for this process.

    A terminal sends Ctrl-C to make and to this process. SIGINT to make alone does not reach this process, its recipe,
    for which make then waits. While it waits, GNU make blocks SIGINT and no longer catches it, which /proc shows on
    Linux.
    """
    if parent is None:
        return False
    if os.getppid() != parent:
        return True
    try:
        lines = Path(f"/proc/{parent}/status").read_text().splitlines()
    except OSError:
        return False
    masks = dict(line.split(":\t") for line in lines if line.startswith(("SigBlk", "SigCgt")))
    interrupt = 1 << (signal.SIGINT - 1)
    return bool(int(masks["SigBlk"], 16) & interrupt) and not int(masks["SigCgt"], 16) & interrupt


class Program:
    """One program that is kept running: its command, its process, and the times of its deaths."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name, self.command = name, command
        self.process: subprocess.Popen[bytes] | None = None
        self.deaths: collections.deque[float] = collections.deque(maxlen=DEATHS)
        self.start_at = time.monotonic()

    def start(self) -> None:
        """Start the process in a process group of its own."""
        self.process = subprocess.Popen(
            self.command, start_new_session=True, preexec_fn=_end_with_parent, stdin=subprocess.DEVNULL
        )

    def note_death(self, now: float) -> int | None:
        """Return the seconds to wait before the next start, or None if it died DEATHS times in DEATHS_SECONDS.

        The wait doubles with each death within DEATHS_SECONDS. `now` is a time of the monotonic clock.
        """
        self.deaths.append(now)
        recent = sum(now - death < DEATHS_SECONDS for death in self.deaths)
        if recent == DEATHS:
            return None
        seconds = FIRST_WAIT_SECONDS * 2 ** (recent - 1)
        self.start_at = now + seconds
        return seconds


class Supervisor:
    """Runs named commands and restarts them, until a signal comes, `parent` ends or a command keeps dying."""

    def __init__(
        self,
        commands: dict[str, list[str]],
        *,
        is_ready: Callable[[], bool],
        on_ready: Callable[[], None],
        parent: int | None = None,
    ) -> None:
        """`commands` maps names to argument lists; `on_ready()` is called once `is_ready()` is true.

        `parent` is the id of a process, or None; if it ends, this one ends as well.
        """
        self.programs = [Program(name, command) for name, command in commands.items()]
        self.is_ready, self.on_ready = is_ready, on_ready
        self.parent = parent
        self.signals = 0

    def run(self) -> int:
        """Return the exit code: 0 after a signal or the parent's end, 1 if a command kept dying."""
        _prctl(PR_SET_CHILD_SUBREAPER, 1)
        self._listen()
        try:
            return self._watch()
        finally:
            self._stop()

    def _listen(self) -> None:
        def stop(*_: object) -> None:
            self.signals += 1

        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)
        # A closed terminal ends the site, except under nohup.
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
            signal.signal(signal.SIGHUP, stop)

    def _watch(self) -> int:
        is_announced = False
        while not self.signals and not parent_ended(self.parent):
            for program in self.programs:
                if not self._keep_running(program):
                    return 1
            if not is_announced and self._all_run() and self.is_ready():
                is_announced = True
                self.on_ready()
            _reap_orphans(but=self._pids())
            time.sleep(POLL_SECONDS)
        say("Stopping …")
        return 0

    def _keep_running(self, program: Program) -> bool:
        """Start `program` if it does not run and its pause is over; return False if it has died too often."""
        if program.process is None:
            if time.monotonic() < program.start_at:
                return True
            try:
                program.start()
            except OSError as error:  # no memory, no room for another process
                return self._note_death(program, f"could not be started ({error.strerror})")
            return True
        if program.process.poll() is None:
            return True
        pid, code = program.process.pid, program.process.returncode
        program.process = None
        # Its own children may still listen on the port or write to a workspace.
        _signal_group(pid, signal.SIGKILL)
        _end_orphans(but=self._pids())
        return self._note_death(program, f"ended by signal {-code}" if code < 0 else f"ended with exit code {code}")

    def _note_death(self, program: Program, how: str) -> bool:
        seconds = program.note_death(time.monotonic())
        if seconds is None:
            say(f"The {program.name} {how}, the {DEATHS}th time within {DEATHS_SECONDS} seconds: stopping the rest.")
            return False
        say(f"The {program.name} {how}: it is started again in {seconds:g} s.")
        return True

    def _all_run(self) -> bool:
        return all(program.process for program in self.programs)

    def _processes(self) -> list[subprocess.Popen[bytes]]:
        return [program.process for program in self.programs if program.process]

    def _pids(self) -> set[int]:
        return {process.pid for process in self._processes()}

    def _stop(self) -> None:
        """End every child within GRACE_SECONDS, at once after a second signal."""
        signals_before = self.signals
        for process in self._processes():
            _signal_group(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < deadline and self.signals <= signals_before:
            if all(process.poll() is not None for process in self._processes()):
                break
            time.sleep(POLL_SECONDS / 4)
        for process in self._processes():
            _signal_group(process.pid, signal.SIGKILL)
            process.wait()
        _end_orphans()


def _signal_group(pid: int, number: int) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def _end_orphans(but: Set[int] = frozenset()) -> None:
    """Kill and reap the processes that dead children left: as the subreaper, this process is their parent now.

    `but` are the process ids of the children that are to continue.
    """
    while orphans := set(_children_of(os.getpid())) - but:
        for pid in orphans:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (ProcessLookupError, ChildProcessError):
                continue


def _reap_orphans(but: Set[int]) -> None:
    """Reap orphans that have ended, which would otherwise stay as zombies as long as the site runs."""
    if sys.platform != "linux":
        return
    for pid in set(_own_children()) - but:
        try:
            os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            continue


def _own_children() -> list[int]:
    """Return the process ids of this process's children from the kernel's list; [] if the kernel has none."""
    pid = os.getpid()
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _children_of(parent: int) -> list[int]:
    """Return the ids of the processes whose parent is `parent`, from /proc; [] without /proc."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # "pid (name) state ppid …": the name may contain brackets, so count from the last one.
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(stat.parent.name))
    return found
