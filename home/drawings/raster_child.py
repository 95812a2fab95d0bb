"""A program for the sandbox: write the PNG of an SVG file, some pixels high or wide, to standard output.

Arguments: the path of the file, then its width and height in pixels. Fonts are those of the system.
"""

import sys
from pathlib import Path

import resvg_py

if __name__ == "__main__":
    path, width, height = sys.argv[1:]
    svg = Path(path).read_text("utf-8")
    sys.stdout.buffer.write(resvg_py.svg_to_bytes(svg_string=svg, width=int(width), height=int(height)))
