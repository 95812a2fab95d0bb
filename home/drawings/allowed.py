"""The allowed parts of a drawing: elements, their attributes, and the form of each value.

Nothing here can run a script, load anything, or name an address: values have no colons, quotes or functions, except
colours, `url(#id)` of the drawing itself, and names of fonts.
"""

import re

SHAPES = frozenset(["path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "use"])
GROUPS = frozenset(["g", "defs", "symbol", "svg", "clipPath", "mask", "pattern", "linearGradient", "radialGradient"])
ELEMENTS = SHAPES | GROUPS | {"stop", "tspan"}
TEXTS = frozenset(["text", "tspan"])

UNWRAPPED = frozenset(["a", "switch"])
"""Elements that become a plain group: their shapes stay, and what they would do is left out."""

IGNORED = frozenset(["metadata", "title", "desc", "style"])
"""Elements that show nothing by themselves, and are not mentioned to the editor."""

# A quantifier with a plus never gives back what it has read, so no value takes a time that grows with the square of its
# length. Without, `scale(1)` and many blanks would be read once from each blank.
PLAIN = re.compile(r"[-+\w.,%#\s]*+", re.ASCII)
TRANSFORM = re.compile(
    r"(?:\s*+(?:matrix|translate|scale|rotate|skewX|skewY)\s*+\([-+\d.,eE\s]*+\)\s*+,?+)*+\s*+", re.ASCII
)
PAINT = re.compile(
    r"\s*+(?:[-\w#%.]++|(?:rgb|rgba|hsl|hsla)\([-+\d.,%/\s]*+(?:deg)?+[-+\d.,%/\s]*+\)"
    r"|url\(\s*+[\"']?+#(?P<id>[\w.-]++)[\"']?+\s*+\)(?:\s++[\w#]++)?+)\s*+",
    re.ASCII,
)
FONTS = re.compile(r"[-\w\s,'\"]*+")
IDENTIFIER = re.compile(r"[A-Za-z_][\w.-]*+", re.ASCII)

_PLAIN_NAMES = (
    "x y width height rx ry cx cy r x1 y1 x2 y2 fx fy fr dx dy rotate points d pathLength textLength lengthAdjust "
    "viewBox preserveAspectRatio gradientUnits patternUnits patternContentUnits clipPathUnits maskUnits "
    "maskContentUnits spreadMethod offset"
).split()
_STYLED_PLAIN_NAMES = (
    "fill-opacity fill-rule stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit "
    "stroke-dasharray stroke-dashoffset stop-opacity opacity clip-rule display visibility font-size font-weight "
    "font-style text-anchor letter-spacing word-spacing dominant-baseline paint-order vector-effect overflow "
    "shape-rendering color-interpolation"
).split()
_PAINTS = "fill stroke stop-color color clip-path mask".split()

STYLED = {
    **dict.fromkeys(_STYLED_PLAIN_NAMES, PLAIN),
    **dict.fromkeys(_PAINTS, PAINT),
    "font-family": FONTS,
}
"""{name: form of its values} of the properties that may stand in a style sheet, too."""

ATTRIBUTES = {
    **dict.fromkeys(_PLAIN_NAMES, PLAIN),
    **dict.fromkeys(["transform", "gradientTransform", "patternTransform"], TRANSFORM),
    **STYLED,
    "id": IDENTIFIER,
}
"""{name: form of its values} of all attributes but the references of `use` and of gradients."""


def is_allowed(name: str, value: str) -> bool:
    """Return whether a drawing may have the attribute `name` with `value`."""
    form = ATTRIBUTES.get(name)
    return form is not None and form.fullmatch(value) is not None
