"""Catalogues: see that each `locale/*/LC_MESSAGES/django.po` is compiled into the `.mo` file that Django reads.

A compiled file in the repository could differ from its source, and gettext's own program is no part of Python: so
set-up compiles, with the module compile_catalogues inside .venv, and only what has changed. The code runs on
Python 3.6 or newer.
"""

import hashlib
import subprocess
from pathlib import Path

from deploy.problems import Problem, explain_os_error, last_line, say

ROOT = Path(__file__).resolve().parent.parent
STAMP = ".compiled"


def catalogues(root: Path = ROOT) -> "list[Path]":
    """Return the paths of all catalogues of the project below `root`, in order."""
    return sorted((root / "locale").glob("*/LC_MESSAGES/django.po"))


def digest(path: Path) -> str:
    """Return the hex digest of a catalogue and of this module."""
    return hashlib.sha256(path.read_bytes() + Path(__file__).read_bytes()).hexdigest()


def is_compiled(path: Path) -> bool:
    """True if the catalogue `path` has a compiled file that was made from its present text."""
    stamp = path.with_name(STAMP)
    return path.with_suffix(".mo").exists() and stamp.exists() and stamp.read_text("utf-8") == digest(path)


def set_up(python: str, root: Path = ROOT) -> None:
    """Compile the catalogues that have changed, with the interpreter `python` of .venv. Raises Problem."""
    try:
        if all(is_compiled(path) for path in catalogues(root)):
            return
    except OSError as error:
        raise Problem(explain_os_error(error, error.filename or root)) from None
    say("Compiling the catalogues of the languages …")
    done = subprocess.run(
        [python, "-m", "deploy.compile_catalogues"], cwd=str(root), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode != 0:
        raise Problem(
            "The catalogues could not be compiled: {}".format(last_line(done.stdout.decode(errors="replace")))
        )
