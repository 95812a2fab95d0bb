"""Which subtitles are no words but what a camera measured: positions, heights, exposure. Pure.

Drones, action cameras and dashboard cameras write them as an ordinary text track beside the film. Shown to viewers they
tell where somebody lives.
"""

import re

SHARE = 0.5
"""A track of which at least so many lines are measurements is telemetry: titles and speech never come near it."""
NUMBER = r"[-+]?\d+(?:\.\d+)?"
# Degrees with at least three decimals, two of them close together, or one with its name: a place on the map.
POSITION = re.compile(
    r"[-+]?\d{1,3}\.\d{3,}\s*°?\s*[NSEW]?\s*[,;/|\s]\s*[-+]?\d{1,3}\.\d{3,}"
    r"|\b(?:lat|latitude|lon|long|lng|longitude|longtitude)\s*[:=]\s*[-+]?\d{1,3}\.\d+"
    r"|\b[NSEW]\s*[:=]?\s*\d{1,3}\.\d{3,}"
    r"|\bGPS\s*[:(]",
    re.IGNORECASE,
)
# What a line of measurements is made of: a name and a number, in the ways of several makers.
MEASURES = re.compile(
    rf"\b(?P<name>iso|shutter|ss|fnum|ev|ct|color_md|focal_len|dzoom(?:_ratio)?|delta|rel_alt|abs_alt|altitude|alt"
    rf"|barometer|height|speed|d|h|hs|vs|h\.s|v\.s|framecnt|srtcnt|difftime|pitch|yaw|roll|satellites?|battery)"
    rf"\s*[:=]?\s*(?:1/)?F?/?{NUMBER}|\b(?P<aperture>F)/{NUMBER}|{NUMBER}\s*(?P<unit>km/h|mph|m/s)\b",
    re.IGNORECASE,
)
CLOCK = re.compile(r"\s*\d{4}[-./:]\d{1,2}[-./:]\d{1,2}[ T]+\d{1,2}:\d{2}(?::\d{2})?(?:[.,:]\d+)*\s*Z?\s*")


def is_telemetry(cues):
    """True if the text of most of `cues` (ParsedCues or Cues) is what a camera measured."""
    measured = sum(is_measurement(cue.text) for cue in cues)
    return bool(cues) and measured >= SHARE * len(cues)


def is_measurement(text):
    """True if `text` holds a position, two different measurements, or nothing but the date and time of day."""
    if POSITION.search(text) or CLOCK.fullmatch(text):
        return True
    names = {(found["name"] or found["aperture"] or found["unit"]).lower() for found in MEASURES.finditer(text)}
    return len(names) >= 2
