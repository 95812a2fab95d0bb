"""Recognise subtitles that are measurements of a camera: positions, heights, exposure. Pure.

Drones, action cameras and dashboard cameras write them as an ordinary text track beside the video. They would show
viewers where somebody lives.
"""

import re
from collections.abc import Collection
from typing import Protocol

MIN_SHARE = 0.5
"""A track is telemetry if at least this share of its cues are measurements: titles and speech have far fewer."""
NUMBER = r"[-+]?\d+(?:\.\d+)?"
# A geographic position: two numbers of degrees with at least three decimals, or one with its name.
POSITION = re.compile(
    r"[-+]?\d{1,3}\.\d{3,}\s*°?\s*[NSEW]?\s*[,;/|\s]\s*[-+]?\d{1,3}\.\d{3,}"
    r"|\b(?:lat|latitude|lon|long|lng|longitude|longtitude)\s*[:=]\s*[-+]?\d{1,3}\.\d+"
    r"|\b[NSEW]\s*[:=]?\s*\d{1,3}\.\d{3,}"
    r"|\bGPS\s*[:(]",
    re.IGNORECASE,
)
# A measurement: a name and a number, as several makers write them.
MEASURES = re.compile(
    rf"\b(?P<name>iso|shutter|ss|fnum|ev|ct|color_md|focal_len|dzoom(?:_ratio)?|delta|rel_alt|abs_alt|altitude|alt"
    rf"|barometer|height|speed|d|h|hs|vs|h\.s|v\.s|framecnt|srtcnt|difftime|pitch|yaw|roll|satellites?|battery)"
    rf"\s*[:=]?\s*(?:1/)?F?/?{NUMBER}|\b(?P<aperture>F)/{NUMBER}|{NUMBER}\s*(?P<unit>km/h|mph|m/s)\b",
    re.IGNORECASE,
)
CLOCK = re.compile(r"\s*\d{4}[-./:]\d{1,2}[-./:]\d{1,2}[ T]+\d{1,2}:\d{2}(?::\d{2})?(?:[.,:]\d+)*\s*Z?\s*")


class HasText(Protocol):
    """A ParsedCue or a Cue."""

    @property
    def text(self) -> str: ...


def is_telemetry(cues: Collection[HasText]) -> bool:
    """Return whether the text of most of `cues` is a measurement of a camera."""
    measured = sum(is_measurement(cue.text) for cue in cues)
    return bool(cues) and measured >= MIN_SHARE * len(cues)


def is_measurement(text: str) -> bool:
    """Return whether `text` has a position, two different measurements, or only the date and time of day."""
    if POSITION.search(text) or CLOCK.fullmatch(text):
        return True
    names = {(found["name"] or found["aperture"] or found["unit"]).lower() for found in MEASURES.finditer(text)}
    return len(names) >= 2
