"""A site owner's colour, adjusted until it is readable: on light and dark pages and on the dark screen of the player.

Contrast and relative luminance are those of WCAG 2.2 (definitions "contrast ratio" and "relative luminance").
"""

import colorsys
import re
from collections.abc import Sequence

READABLE = 4.5  # to 1: WCAG 2.2, success criterion 1.4.3
STEPS = 24  # of the search for a lightness: finer than a hundredth of one of the 255 steps of a colour

# From tokens.css: the backgrounds of the accent colour (`--lamp`), and the text colours on it.
LIGHT, DARK = ("#f6f2ea", "#fffdf8"), ("#12100e", "#1b1815")
SCREEN = ("#12100e", "#060505")
TEXT_IN_LIGHT, TEXT_IN_DARK = "#ffffff", "#1c0d05"
HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)


def luminance(colour: str) -> float:
    """Return the relative luminance of `colour` (as "#b3431e"), from 0 (black) to 1 (white)."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(colour: str, backgrounds: Sequence[str], *, darker: bool) -> str:
    """Return `colour`, or the nearest darker (or lighter) one of its hue, with a contrast of 4.5:1 on `backgrounds`."""
    if _is_readable(colour, backgrounds):
        return colour.lower()
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(colour))
    bad, good = lightness, 0.0 if darker else 1.0
    for _step in range(STEPS):
        middle = (bad + good) / 2
        if _is_readable(_as_hex(hue, middle, saturation), backgrounds):
            good = middle
        else:
            bad = middle
    return _as_hex(hue, good, saturation)


def style_sheet(colour: str) -> str:
    """Return the CSS that makes `colour` the accent colour of a site. Raises ValueError if it is not like "#b3431e"."""
    if not HEX.fullmatch(colour):
        raise ValueError(colour)
    light = readable_on(colour, [*LIGHT, TEXT_IN_LIGHT], darker=True)
    dark = readable_on(colour, [*DARK, TEXT_IN_DARK], darker=False)
    screen = readable_on(colour, [*SCREEN, TEXT_IN_DARK], darker=False)
    return f":root {{ --lamp: light-dark({light}, {dark}); --on-screen-lamp: {screen}; }}\n"


def _is_readable(colour: str, backgrounds: Sequence[str]) -> bool:
    return all(contrast(colour, background) >= READABLE for background in backgrounds)


def _parts(colour: str) -> list[float]:
    return [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]


def _as_hex(hue: float, lightness: float, saturation: float) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue, lightness, saturation))
