"""A program for the sandbox: clean an SVG file and write the new drawing to standard output, as JSON.

Argument: the path of the file. Output: `{"drawing": [svg, width, height, left_out]}`, or `{"refused": code}`.
"""

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

HERE = Path(__file__).parent

if not TYPE_CHECKING:
    # No directory but this one can be read: the packages around it have no content here.
    for name, folders in {"home": [], "home.drawings": [str(HERE)]}.items():
        sys.modules[name] = ModuleType(name)
        sys.modules[name].__path__ = folders

from home.drawings.cleaning import clean  # noqa: E402  after the packages around it


def answer(content: bytes) -> dict[str, Any]:
    """Return the answer to an SVG file `content`."""
    try:
        return {"drawing": clean(content)}
    except ValidationError as refusal:
        return {"refused": refusal.code}


if __name__ == "__main__":
    text = json.dumps(answer(Path(sys.argv[1]).read_bytes()), ensure_ascii=False)
    sys.stdout.buffer.write(text.encode())
