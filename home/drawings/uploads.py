"""The drawing of an uploaded SVG file, cleaned by a child of the sandbox.

The time and memory of reading a file follow from its size only as far as all patterns and parsers are known to keep to
that. In a child an exception costs seconds of one process with a limit, and not the process that answers requests.
"""

import json
from pathlib import Path

from home.drawings.children import output_of
from home.drawings.cleaning import Drawing
from home.drawings.reading import MAX_BYTES, refusal

CHILD = Path(__file__).with_name("cleaning_child.py")
SECONDS = 10
MAX_OUTPUT_BYTES = 16 * MAX_BYTES


def drawing_of(content: bytes) -> Drawing:
    """Return the Drawing of the SVG file `content`. Raises ValidationError with a sentence for the editor."""
    if len(content) > MAX_BYTES:
        raise refusal("too_large")
    output = output_of(CHILD, content, seconds=SECONDS, output_bytes=MAX_OUTPUT_BYTES, readable=[CHILD.parent])
    if output is None:
        raise refusal("too_complicated")
    answer = json.loads(output)
    if "refused" in answer:
        raise refusal(answer["refused"])
    svg, width, height, left_out = answer["drawing"]
    return Drawing(svg, width, height, tuple(left_out))
