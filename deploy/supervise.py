"""Start the web server and the worker, and end them together.

Each child leads a process group of its own, so Ctrl-C reaches only this process, which then stops the
children in order. Whatever they leave behind is found and ended too: on Linux this process adopts orphans.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from deploy.problems import say

GRACE_SECONDS = 10
POLL_SECONDS = 0.2
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def _prctl(option, value):
    """Linux's prctl(2); other systems have none, and do without what it adds."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _end_with_parent():
    """Runs in a new child: it is told to stop if this process is killed outright."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def parent_ended(parent):
    """Whether `parent` (a process id, or None for nobody) is gone, or was told to stop and waits for this process.

    A terminal sends Ctrl-C to make and to this process alike. Whoever sends SIGINT to make alone makes it wait
    for its recipe, which hears nothing of it. While it waits, GNU make no longer catches SIGINT and blocks it,
    and on Linux /proc shows that.
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


class Supervisor:
    """Runs named commands until one ends, a signal comes or `parent` ends."""

    def __init__(self, commands, *, is_ready, on_ready, parent=None):
        """`commands` maps names to argument lists; `on_ready()` is called once `is_ready()` is true.

        `parent` is the id of the process whose end is to be this one's end, too, or None.
        """
        self.commands = commands
        self.is_ready, self.on_ready = is_ready, on_ready
        self.parent = parent
        self.children = {}
        self.signals = 0

    def run(self):
        """Return the exit code: 0 after a signal, 1 if a child ended by itself."""
        _prctl(PR_SET_CHILD_SUBREAPER, 1)
        self._listen()
        try:
            for name, command in self.commands.items():
                self.children[name] = subprocess.Popen(
                    command, start_new_session=True, preexec_fn=_end_with_parent, stdin=subprocess.DEVNULL
                )
            return self._watch()
        finally:
            self._stop()

    def _listen(self):
        def stop(*_):
            self.signals += 1

        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)
        # Under nohup a closed terminal is to be survived; otherwise it ends the site.
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
            signal.signal(signal.SIGHUP, stop)

    def _watch(self):
        ready = False
        while not self.signals:
            for name, child in self.children.items():
                if child.poll() is not None:
                    say(f"The {name} ended by itself (exit code {child.returncode}): stopping the rest.")
                    return 1
            if parent_ended(self.parent):
                break
            if not ready and self.is_ready():
                ready = True
                self.on_ready()
            time.sleep(POLL_SECONDS)
        say("Stopping …")
        return 0

    def _stop(self):
        """End every child within GRACE_SECONDS, at once after a second signal."""
        seen = self.signals
        for child in self.children.values():
            _signal_group(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < deadline and self.signals <= seen:
            if all(child.poll() is not None for child in self.children.values()):
                break
            time.sleep(POLL_SECONDS / 4)
        for child in self.children.values():
            _signal_group(child.pid, signal.SIGKILL)
            child.wait()
        _end_orphans()


def _signal_group(pid, number):
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def _end_orphans():
    """Kill and reap what the children left running; being the subreaper, this process is now its parent."""
    while orphans := _children_of(os.getpid()):
        for pid in orphans:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (ProcessLookupError, ChildProcessError):
                continue


def _children_of(parent):
    """Process ids whose parent is `parent`, from /proc; none where there is no /proc."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # "pid (name) state ppid …": the name may hold anything, so count from its last bracket.
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(stat.parent.name))
    return found
