"""Start programs in stages, keep them running, and end them together.

A program that dies is started again after a pause that grows with each death. If it dies DEATHS times within
DEATHS_SECONDS, everything ends, because another start is unlikely to help.

Each child leads a process group of its own, so Ctrl-C reaches only this process, which then stops the children in
order. It also ends processes that they leave: on Linux this process adopts orphans. It imports the standard library
only, because it runs as long as the site and must use little memory.
"""

import collections
import functools
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.problems import say
from deploy.processes import adopt_orphans, end_orphans, end_with_parent, parent_ended, reap_orphans, signal_group

GRACE_SECONDS = 10
POLL_SECONDS = 0.2
DEATHS, DEATHS_SECONDS = 5, 60
# 1, 2, 4, 8: a program that dies at each start is given up after about 20 seconds, imports included.
FIRST_WAIT_SECONDS = 1


class Program:
    """One program that is kept running: its command, its process, and the times of its deaths."""

    def __init__(
        self,
        name: str,
        command: list[str],
        *,
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
        log: Path | None = None,
        stop_signal: int = signal.SIGTERM,
        runs_once: bool = False,
        pass_fds: Iterable[int] = (),
    ) -> None:
        """`environment` replaces that of this process, `user` is another user, `log` is a file for its output.

        A program that `runs_once` is done when it has ended with exit code 0; with another code everything ends. The
        new process inherits the descriptors `pass_fds`.
        """
        self.name, self.command = name, command
        self.environment, self.user, self.log = environment, user, log
        self.stop_signal, self.runs_once, self.pass_fds = stop_signal, runs_once, tuple(pass_fds)
        self.process: subprocess.Popen[bytes] | None = None
        self.is_done = False
        self.deaths: collections.deque[float] = collections.deque(maxlen=DEATHS)
        self.start_at = time.monotonic()

    def start(self) -> None:
        """Start the process in a process group of its own. Raises OSError."""
        output = open(self.log, "ab") if self.log else None
        try:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
                start_new_session=True,
                preexec_fn=functools.partial(end_with_parent, self.stop_signal),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=self.pass_fds,
            )
        finally:
            if output:
                output.close()

    def note_death(self, now: float) -> int | None:
        """Return the seconds to wait before the next start, or None if it died DEATHS times in DEATHS_SECONDS.

        The wait doubles with each death within DEATHS_SECONDS. `now` is a time of the monotonic clock.
        """
        self.deaths.append(now)
        recent = sum(now - death < DEATHS_SECONDS for death in self.deaths)
        if recent == DEATHS:
            return None
        seconds: int = FIRST_WAIT_SECONDS * 2 ** (recent - 1)
        self.start_at = now + seconds
        return seconds


@dataclass
class Stage:
    """Programs that start together; once they run and `is_ready()`, `on_ready()` is called, then the next starts."""

    programs: list[Program]
    is_ready: Callable[[], bool] = lambda: True
    on_ready: Callable[[], None] = lambda: None

    def is_complete(self) -> bool:
        """Return whether all programs run or are done, and the stage is ready."""
        return all(program.process or program.is_done for program in self.programs) and self.is_ready()


class Supervisor:
    """Runs programs and restarts them, until a signal comes, `parent` ends or a program keeps dying."""

    def __init__(
        self, stages: Iterable[Stage], *, parent: int | None = None, on_start: Callable[[], None] = lambda: None
    ) -> None:
        """`on_start()` is called after each start of a process.

        `parent` is the id of a process, or None; if it ends, this one ends as well.
        """
        self.waiting = collections.deque(stages)
        self.started: list[Stage] = []
        self.parent, self.on_start = parent, on_start
        self.signals = 0

    def run(self) -> int:
        """Return the exit code: 0 after a signal or the parent's end, 1 if a program kept dying."""
        adopt_orphans()
        self._listen()
        try:
            return self._watch()
        finally:
            for stage in reversed(self.started):
                self._stop(stage)
            end_orphans()

    def _listen(self) -> None:
        def stop(*_: object) -> None:
            self.signals += 1

        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)
        # A closed terminal ends the site, except under nohup.
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
            signal.signal(signal.SIGHUP, stop)

    def _watch(self) -> int:
        current: Stage | None = None
        while not self.signals and not parent_ended(self.parent):
            if current is None and self.waiting:
                current = self.waiting.popleft()
                self.started.append(current)
            if not all(self._keep_running(program) for stage in self.started for program in stage.programs):
                return 1
            if current and current.is_complete():
                current.on_ready()
                current = None
                continue
            reap_orphans(but=self._pids())
            time.sleep(POLL_SECONDS)
        say("Stopping …")
        return 0

    def _keep_running(self, program: Program) -> bool:
        """Start `program` if it does not run and its pause is over; return False if it has died too often."""
        if program.process is None:
            if program.is_done or time.monotonic() < program.start_at:
                return True
            try:
                program.start()
            except OSError as error:  # no memory, no room for another process
                return self._note_death(program, f"could not be started ({error.strerror})")
            self.on_start()
            return True
        if program.process.poll() is None:
            return True
        pid, code = program.process.pid, program.process.returncode
        program.process = None
        # Its own children may still listen on the port or write to a workspace.
        signal_group(pid, signal.SIGKILL)
        end_orphans(but=self._pids())
        if program.runs_once:
            program.is_done = code == 0
            return program.is_done
        return self._note_death(program, f"ended by signal {-code}" if code < 0 else f"ended with exit code {code}")

    def _note_death(self, program: Program, how: str) -> bool:
        seconds = program.note_death(time.monotonic())
        how += f", see {program.log}," if program.log else ""
        if seconds is None:
            say(f"The {program.name} {how}, the {DEATHS}th time within {DEATHS_SECONDS} seconds: stopping the rest.")
            return False
        say(f"The {program.name} {how}: it is started again in {seconds:g} s.")
        return True

    def _pids(self) -> set[int]:
        return {process.pid for stage in self.started for process, _number in _processes(stage)}

    def _stop(self, stage: Stage) -> None:
        """End the programs of `stage` within GRACE_SECONDS, at once after another signal."""
        signals_before = self.signals
        running = _processes(stage)
        for process, number in running:
            signal_group(process.pid, number)
        deadline = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < deadline and self.signals <= signals_before:
            if all(process.poll() is not None for process, _number in running):
                break
            time.sleep(POLL_SECONDS / 4)
        for process, _number in running:
            signal_group(process.pid, signal.SIGKILL)
            process.wait()


def _processes(stage: Stage) -> list[tuple[subprocess.Popen[bytes], int]]:
    """Return (process, signal that stops it) for each running program of `stage`."""
    return [(program.process, program.stop_signal) for program in stage.programs if program.process]
