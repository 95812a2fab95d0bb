"""Renew the locked requirements: `.venv/bin/python -m deploy.update`, which is what `make update` runs.

Each `requirements*.in` file names what is chosen; pip-compile writes the `.txt` file beside it, with the exact version
and the digests of every package. Further arguments go to pip-compile: `--upgrade-package NAME` renews one package only.
"""

import os
import subprocess
import sys

from deploy.bootstrap import ROOT
from deploy.problems import MINIMUM_PYTHON, Problem, report, say

# Each after the ones that it builds on.
LOCKED = ["requirements", "requirements-scale", "requirements-dev", "deploy/requirements-npm"]

# No index, host or directory of the machine where this runs is written into the files.
OPTIONS = [
    "--quiet",
    "--no-config",
    "--generate-hashes",
    "--strip-extras",
    # pip-tools needs pip and setuptools, and pip installs nothing by digest unless all of it has one.
    "--allow-unsafe",
    "--no-emit-index-url",
    "--no-emit-trusted-host",
    "--no-emit-find-links",
]


def command(name: str, arguments: list[str]) -> list[str]:
    """Return the argument list that makes the `.txt` file of the requirements `name` (a path without its ending)."""
    options = [*OPTIONS, *(arguments or ["--upgrade"]), "--output-file", f"{name}.txt"]
    return [sys.executable, "-m", "piptools", "compile", *options, f"{name}.in"]


def main(arguments: list[str], version: "tuple[int, ...] | sys._version_info" = sys.version_info) -> int:
    """Renew every file, in the order of LOCKED; return an exit code."""
    if tuple(version[:2]) != MINIMUM_PYTHON:
        oldest = ".".join(map(str, MINIMUM_PYTHON))
        return report(
            Problem(
                f"Python {oldest} makes these files: pip-compile drops what its own version does not use, and the "
                f"oldest one uses the most. Run `make update PYTHON=python{oldest}`."
            )
        )
    environment = {**os.environ, "CUSTOM_COMPILE_COMMAND": "make update"}
    for name in LOCKED:
        say(f"Renewing {name}.txt …")
        done = subprocess.run(command(name, arguments), cwd=ROOT, env=environment)
        if done.returncode:
            return done.returncode
    say("Now run `make test lint`.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
