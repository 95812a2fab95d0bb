"""A site owner's colour: as it is where it fills something, adjusted until it is readable in texts, links and lines.

What it fills has black or white text, and an edge in the adjusted colour where it is hardly seen on the page or screen
behind it. Contrast and relative luminance are those of WCAG 2.2 ("contrast ratio" and "relative luminance").
"""

import colorsys
import re
from collections.abc import Sequence

READABLE = 4.5  # to 1: WCAG 2.2, success criterion 1.4.3
SEEN = 3.0  # to 1: WCAG 2.2, success criterion 1.4.11
STEPS = 24  # of the search for a lightness: finer than a hundredth of one of the 255 steps of a colour

SHEET = 2  # the version of the style sheet: browsers keep that of an address, so another one has other addresses

# From tokens.css: the backgrounds of the accent colour (`--lamp`), and the text colours on it.
LIGHT, DARK = ("#f6f2ea", "#fffdf8"), ("#12100e", "#1b1815")
SCREEN = ("#12100e", "#060505")
# What a bar on the screen runs on: `--screen-glow`, and the white of the seek bar's track over black.
TRACKS = ("#3a322a", "#575757")
TEXT_IN_LIGHT, TEXT_IN_DARK = "#ffffff", "#1c0d05"
BLACK = "#000000"
HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)


def luminance(colour: str) -> float:
    """Return the relative luminance of `colour` (as "#b3431e"), from 0 (black) to 1 (white)."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(colour: str, backgrounds: Sequence[str], *, darker: bool, ratio: float = READABLE) -> str:
    """Return `colour`, or the nearest darker (or lighter) one of its hue with the contrast `ratio` on `backgrounds`."""
    if _stands_out(colour, backgrounds, ratio):
        return colour.lower()
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(colour))
    bad, good = lightness, 0.0 if darker else 1.0
    for _step in range(STEPS):
        middle = (bad + good) / 2
        if _stands_out(_as_hex(hue, middle, saturation), backgrounds, ratio):
            good = middle
        else:
            bad = middle
    return _as_hex(hue, good, saturation)


def text_on(fill: str) -> str:
    """Return the colour of texts on `fill`: white, the dark one of the pages, or black. One is always readable."""
    return next(text for text in (TEXT_IN_LIGHT, TEXT_IN_DARK, BLACK) if _stands_out(text, [fill], READABLE))


def edge_of(fill: str, backgrounds: Sequence[str], *, darker: bool) -> str:
    """Return the colour of the edge around `fill` on `backgrounds`, "transparent" if it is seen without one."""
    return "transparent" if _stands_out(fill, backgrounds, SEEN) else readable_on(fill, backgrounds, darker=darker)


def style_sheet(colour: str) -> str:
    """Return the CSS that makes `colour` the accent colour of a site. Raises ValueError if it is not like "#b3431e"."""
    if not HEX.fullmatch(colour):
        raise ValueError(colour)
    fill = colour.lower()
    text = text_on(fill)
    day, night = readable_on(fill, LIGHT, darker=True), readable_on(fill, DARK, darker=False)
    day_edge, night_edge = edge_of(fill, LIGHT, darker=True), edge_of(fill, DARK, darker=False)
    values = {
        "lamp": _by_theme(day, night),
        "lamp-fill": fill,
        "lamp-hover": f"color-mix(in srgb, {fill} 90%, {BLACK if text == TEXT_IN_LIGHT else TEXT_IN_LIGHT})",
        "on-lamp": text,
        "lamp-edge": _by_theme(day_edge, night_edge),
        "on-screen-lamp": readable_on(fill, SCREEN, darker=False),
        "on-screen-bar": readable_on(fill, SCREEN + TRACKS, darker=False, ratio=SEEN),
        "on-screen-fill": fill,
        "on-screen-fill-text": text,
        "on-screen-fill-edge": edge_of(fill, SCREEN, darker=False),
    }
    return ":root {\n" + "".join(f"  --{name}: {value};\n" for name, value in values.items()) + "}\n"


def _by_theme(day: str, night: str) -> str:
    return day if day == night else f"light-dark({day}, {night})"


def _stands_out(colour: str, backgrounds: Sequence[str], ratio: float) -> bool:
    return all(contrast(colour, background) >= ratio for background in backgrounds)


def _parts(colour: str) -> list[float]:
    return [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]


def _as_hex(hue: float, lightness: float, saturation: float) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue, lightness, saturation))
