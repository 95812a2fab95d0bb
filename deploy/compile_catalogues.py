"""Compile the catalogues that have changed: `.venv/bin/python -m deploy.compile_catalogues`."""

import os
import sys
from pathlib import Path

import polib

from deploy import catalogues


def compile_catalogue(path: Path) -> None:
    """Write the compiled file beside the catalogue `path`, whole or not at all. Entries without a text are left out."""
    made = catalogues.digest(path)
    target = path.with_suffix(".mo")
    partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
    partial.write_bytes(polib.pofile(str(path)).to_binary())
    partial.replace(target)
    path.with_name(catalogues.STAMP).write_text(made, "utf-8")


def main() -> int:
    """Compile what has changed; return an exit code."""
    for path in catalogues.catalogues():
        if not catalogues.is_compiled(path):
            compile_catalogue(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
