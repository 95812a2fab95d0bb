"""Errors during set-up: one sentence for each, without a traceback.

The code runs on Python 3.6 or newer, because one of these errors is an old Python.
"""

import errno
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

MIB = 1024 * 1024
MINIMUM_PYTHON = (3, 11)


class Problem(Exception):
    """An error that the operator can correct; the message describes the error and the correction."""


def say(text: str = "") -> None:
    """Write a line for the operator, unbuffered, also if the output is a file or a pipe."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def report(problem: Problem) -> int:
    """Write the problem's sentence to stderr and return the exit code."""
    sys.stderr.write("Screening Room: {}\n".format(problem))
    return 1


def check_python(
    version_info: "tuple[int, ...] | sys._version_info" = sys.version_info, executable: str = sys.executable
) -> None:
    """Raise Problem if `version_info` is older than the site needs."""
    if tuple(version_info[:2]) < MINIMUM_PYTHON:
        raise Problem(
            "Python 3.11 or newer is needed, but {} is Python {}.{}: install a newer one and name it, "
            "as in PYTHON=python3.12 make run.".format(executable, version_info[0], version_info[1])
        )


def check_disk(directory: Path, needed_bytes: int, free_bytes: "int | None" = None) -> None:
    """Raise Problem if the disk of `directory` has less than `needed_bytes` free.

    `free_bytes` replaces the number that the system returns.
    """
    free = shutil.disk_usage(str(directory)).free if free_bytes is None else free_bytes
    if free < needed_bytes:
        raise Problem(
            "The disk of {} has {} MiB free, but {} MiB are needed: make room and start again.".format(
                directory, free // MIB, needed_bytes // MIB
            )
        )


def check_writable(directory: Path) -> None:
    """Make `directory` if there is none; raise Problem if it is not writable."""
    probe = directory / ".write-test-{}".format(os.getpid())
    try:
        directory.mkdir(parents=True, exist_ok=True)
        probe.write_text("ok")
        probe.unlink()
    except OSError as error:
        raise Problem(explain_os_error(error, directory)) from None


def check_port(address: str, port: int) -> None:
    """Raise Problem if nothing can listen on `address`:`port` now."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the web server does: a port with connections in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            probe.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                reason = "is in use by another program: stop that one or choose another port"
            elif error.errno == errno.EACCES:
                reason = "is reserved for the system: choose a port above 1023"
            else:
                reason = "can't be used ({}): check LISTEN_ADDRESS or choose another port".format(
                    os.strerror(error.errno or 0)
                )
            sentence = "Port {} on {} {}, as in PORT=8001 make run."
            raise Problem(sentence.format(port, address, reason)) from None


def run(command: "Sequence[str]", explain: "Callable[[str], str]", directory: "Path | None" = None) -> None:
    """Run `command` in `directory` without input. Raises Problem with `explain(output)` if it fails."""
    done = subprocess.run(
        command,
        cwd=str(directory) if directory else None,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode != 0:
        raise Problem(explain(done.stdout.decode(errors="replace")))


def explain_os_error(error: OSError, place: "str | Path") -> str:
    """Return the sentence for an OSError while writing to `place`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk of {} is full: make room and start again.".format(place)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "{} can't be written to: give this user the right to, or set DATA_DIR.".format(place)
    return "{} can't be used: {}.".format(place, os.strerror(error.errno) if error.errno else error)


def last_line(text: str) -> str:
    """Return the last line of `text` that is not blank, at most 300 characters."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "no reason was given."
