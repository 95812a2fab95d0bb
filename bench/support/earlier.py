"""An earlier commit of the site, with a copy of the data, to measure it beside the present one in the same run."""

import contextlib
import io
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.support.site import ROOT

BUILT = ("build", "node_modules")


@contextlib.contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """Write the files of `commit` into a temporary directory while the block lasts; yields its path."""
    with tempfile.TemporaryDirectory(prefix="bench-earlier-") as directory:
        git = shutil.which("git") or "git"
        done = subprocess.run([git, "archive", commit], cwd=ROOT, check=True, capture_output=True)
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
            archive.extractall(directory, filter="data")
        for name in BUILT:
            os.symlink((ROOT / name).resolve(), Path(directory) / name)
        yield Path(directory)


@contextlib.contextmanager
def copied_site(environment: dict[str, str], root: Path) -> Iterator[dict[str, str]]:
    """Copy the data of the site of `environment` for the code in `root`; yields the environment of its server."""
    with tempfile.TemporaryDirectory(prefix="bench-data-") as directory, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
        probe.close()
        shutil.copytree(environment["DATA_DIR"], directory, dirs_exist_ok=True, ignore=shutil.ignore_patterns("static"))
        paths = os.pathsep.join([str(root), str(root / "bench")])
        yield {**environment, "DATA_DIR": directory, "PORT": port, "PYTHONPATH": paths}


def collect_static(environment: dict[str, str], root: Path) -> None:
    """Collect the static files of the code in `root` into the site of `environment`."""
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(command, env=environment, cwd=root, check=True)
