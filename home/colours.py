"""A site owner's colour, made readable: by day on light walls, by night on dark ones, and on a dark screen.

Contrast and relative luminance are those of WCAG 2.2 (definitions "contrast ratio" and "relative luminance").
"""

import colorsys
import re

READABLE = 4.5  # to 1: WCAG 2.2, success criterion 1.4.3
STEPS = 24  # of the search for a lightness: finer than a hundredth of one of the 255 steps of a colour

# Of tokens.css: what the lamp stands on, and what stands on the lamp.
DAY, NIGHT = ("#f6f2ea", "#fffdf8"), ("#12100e", "#1b1815")
SCREEN = ("#12100e", "#060505")
ON_LAMP_BY_DAY, ON_LAMP_BY_NIGHT = "#ffffff", "#1c0d05"
HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)


def luminance(colour):
    """The relative luminance of `colour` (as "#b3431e"), from 0 (black) to 1 (white)."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """The contrast ratio of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(colour, grounds, *, darker):
    """Return `colour`, or the nearest darker (or lighter) one of its hue, that reads at 4.5:1 on all `grounds`."""
    if _reads(colour, grounds):
        return colour.lower()
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(colour))
    bad, good = lightness, 0.0 if darker else 1.0
    for _step in range(STEPS):
        middle = (bad + good) / 2
        if _reads(_written(hue, middle, saturation), grounds):
            good = middle
        else:
            bad = middle
    return _written(hue, good, saturation)


def style_sheet(colour):
    """Return the CSS that makes `colour` the lamp of a site; raises ValueError if it is not like "#b3431e"."""
    if not HEX.fullmatch(colour):
        raise ValueError(colour)
    day = readable_on(colour, [*DAY, ON_LAMP_BY_DAY], darker=True)
    night = readable_on(colour, [*NIGHT, ON_LAMP_BY_NIGHT], darker=False)
    screen = readable_on(colour, [*SCREEN, ON_LAMP_BY_NIGHT], darker=False)
    return f":root {{ --lamp: light-dark({day}, {night}); --on-screen-lamp: {screen}; }}\n"


def _reads(colour, grounds):
    return all(contrast(colour, ground) >= READABLE for ground in grounds)


def _parts(colour):
    return [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]


def _written(hue, lightness, saturation):
    return "#" + "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue, lightness, saturation))
