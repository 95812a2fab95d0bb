"""First code of a sandboxed child: set the limits, then execute the program.

Started by its path, alone, with `python -I -S`; standard library only. The first argument is a JSON order (see
`sandbox._launch`), the rest is the command line of the program. A limit that the system lacks is left out; Linux has
all of them. Landlock (kernel 5.13 and later) is applied where the kernel has it: then the program can read its input,
its own files and the system's libraries, and create plain files and directories in one directory. From kernel 6.7 on
it can neither open nor accept a TCP connection; UDP and named sockets of the machine are not covered.
"""

import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Sequence

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
LANDLOCK_RULE_PATH_BENEATH = 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, TRUNCATE = 1, 2, 4, 8, 1 << 14
REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_FILE = 1 << 4, 1 << 5, 1 << 7, 1 << 8
READ = EXECUTE | READ_FILE | READ_DIR
# No links, pipes, sockets or devices: the parent opens the results by their names.
WRITE = WRITE_FILE | READ_FILE | READ_DIR | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_FILE | TRUNCATE
FILE_RIGHTS = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE  # the only rights that a rule about a file may name
# Number of file rights in each Landlock version: version 1 has 13, 2 REFER, 3 TRUNCATE, 5 IOCTL_DEV.
RIGHTS_KNOWN = {1: 13, 2: 14, 3: 15, 4: 15}
ALL_RIGHTS_SINCE_5 = 16
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")


class PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32)]


class Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


def main() -> None:
    order, program = json.loads(sys.argv[1]), sys.argv[2:]
    os.umask(0o077)
    os.nice(order["nice"])
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        die_with_parent(libc, order["parent"])
        confine(libc, readable=order["readable"], writable=order["writable"])
    for name, value in order["limits"].items():
        limit(name, value)
    # Python ignores these two signals; a program that inherited that would take a file at its size limit for written.
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.execv(program[0], program)


def limit(name: str, value: int) -> None:
    """Set the limit `name`, soft and hard alike, so that the program can't catch the end of its CPU time."""
    kind = getattr(resource, name, None)
    if kind is None:
        return
    hard = resource.getrlimit(kind)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(kind, (value, value))
    except ValueError:  # macOS has RLIMIT_AS and refuses to set it
        if sys.platform == "linux":
            raise


def die_with_parent(libc: ctypes.CDLL, parent: int) -> None:
    """Have the kernel kill this process when the process `parent` dies, even by kill -9."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # the parent died before the call above
        os._exit(1)


def confine(libc: ctypes.CDLL, *, readable: Sequence[str], writable: Sequence[str]) -> None:
    """Deny every path but these, and TCP, if the kernel has Landlock; otherwise change nothing."""
    version = libc.syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return
    everything = (1 << RIGHTS_KNOWN.get(version, ALL_RIGHTS_SINCE_5)) - 1
    rules = Ruleset(files=everything, network=0b11 if version >= 4 else 0, scoped=0b11 if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = libc.syscall(LANDLOCK_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), 0)
    if ruleset < 0:
        return
    for paths, rights in (
        (readable, READ),
        (DEVICES, READ_FILE | WRITE_FILE),
        (writable, WRITE),
    ):
        for path in paths:
            allow(libc, ruleset, path, rights & everything)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0):
        sys.exit(f"landlock: {os.strerror(ctypes.get_errno())}")
    os.close(ruleset)


def allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    """Add one path, with everything beneath it, to `ruleset`. A path that does not exist needs no rule."""
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not os.path.isdir(path):
        rights &= FILE_RIGHTS
    rule = PathBeneath(allowed_access=rights, parent_fd=descriptor)
    failed = libc.syscall(LANDLOCK_ADD_RULE, ruleset, LANDLOCK_RULE_PATH_BENEATH, ctypes.byref(rule), 0)
    os.close(descriptor)
    if failed:
        sys.exit(f"landlock: {path}: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    main()
