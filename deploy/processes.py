"""Processes on Linux: end children with their parent, signal groups, find and reap orphans.

It imports the standard library only, because the supervisor runs as long as the site and must use little memory.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Set
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def _prctl(option: int, value: int) -> None:
    """Call Linux's prctl(2); on other systems, do nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def end_with_parent(number: int) -> None:
    """Ask the kernel to send the signal `number` to this new child if its parent is killed; runs in the child."""
    _prctl(PR_SET_PDEATHSIG, number)


def adopt_orphans() -> None:
    """Become the parent of the processes that dead children leave."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


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


def signal_group(pid: int, number: int) -> None:
    """Send the signal `number` to the process group `pid`, if there is one that this user may signal."""
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def end_orphans(but: Set[int] = frozenset()) -> None:
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


def reap_orphans(but: Set[int]) -> None:
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
