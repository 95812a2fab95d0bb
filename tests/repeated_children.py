"""Sandboxed children whose work was done before: what they made is kept for the run, and copied instead of made again.

Many tests process the same clip, or have it examined. Everything around the children runs in each of these tests; but a
child with the same command and limits, in a working directory with the same files, runs once in the whole run. A test
about the children themselves is marked `real_children`.
"""

import dataclasses
import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path

from video_pages.transcoding import sandbox

_run = sandbox.run


def store():
    """The directory of results, one for all processes of a run."""
    path = Path(os.environ["TEST_RUN_DIR"]) / "repeated-children"
    path.mkdir(parents=True, exist_ok=True)
    return path


def run(command, *, space, limits, readable=(), on_tick=None, on_output=None):
    """Do what `sandbox.run` does; a child that succeeded before is not started, and so nothing ticks."""
    before = _contents(space.root)
    kept = store() / _key(command, space, limits, readable, before)
    if kept.exists() and not sandbox._stopping.on:
        os.utime(space.root)
        return _repeat(kept, space)
    outcome = _run(command, space=space, limits=limits, readable=readable, on_tick=on_tick, on_output=on_output)
    if outcome.returncode == 0 and space.root.exists():
        _keep(kept, space, outcome, before)
    return outcome


def _contents(root):
    """Return {path below `root`: SHA-256} of the files, and None for whatever else lies there but directories."""
    found = {}
    for path in sorted(root.rglob("*")):
        if path.is_symlink() or not path.is_dir():
            is_file = path.is_file() and not path.is_symlink()
            found[str(path.relative_to(root))] = hashlib.sha256(path.read_bytes()).hexdigest() if is_file else None
    return found


def _key(command, space, limits, readable, contents):
    program = os.stat(command[0])
    words = [*map(str, command), "readable", *map(str, readable)]
    known = [
        [word.replace(str(space.root), "SPACE") for word in words],
        [program.st_size, program.st_mtime_ns],
        dataclasses.asdict(limits),
        contents,
    ]
    return hashlib.sha256(json.dumps(known).encode()).hexdigest()


def _repeat(kept, space):
    """Put what the child made into `space` and return how it ended."""
    known = json.loads((kept / "outcome.json").read_text())
    for number, name in enumerate(known.pop("files")):
        target = space.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(kept / str(number), target)
    return sandbox.ChildResult(**{**known, "stdout": known["stdout"].encode("latin-1")})


def _keep(kept, space, outcome, before):
    """Keep what the child made, unless it took something away or made what is no plain file."""
    after = _contents(space.root)
    if not before.keys() <= after.keys() or None in after.values():
        return
    unfinished = Path(tempfile.mkdtemp(dir=store()))
    files = [name for name, digest in after.items() if before.get(name) != digest]
    for number, name in enumerate(files):
        shutil.copy2(space.root / name, unfinished / str(number))
    known = {**dataclasses.asdict(outcome), "stdout": outcome.stdout.decode("latin-1"), "files": files}
    (unfinished / "outcome.json").write_text(json.dumps(known))
    try:
        unfinished.rename(kept)
    except OSError:  # another process was faster
        shutil.rmtree(unfinished)
