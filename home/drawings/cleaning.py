"""A new drawing, made from the allowed parts of an uploaded SVG file."""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

from home.drawings import allowed, styles
from home.drawings.reading import SVG, XLINK_HREF, read, refusal
from home.drawings.references import check_amount, drop_dangling

WIDEST = 12  # times as wide as high, or as high as wide
SHOWN = (480, 96)  # the box in which the size of a drawing is given; browsers scale it
NUMBER = re.compile(r"\s*+(\d++(?:\.\d*+)?+|\.\d++)(?:px|pt|mm|cm|in)?+\s*+", re.ASCII)
REFERS = re.compile(r"#[A-Za-z_][\w.-]*+", re.ASCII)

MOST_LETTERS = 512 * 1024
"""The most letters in the attributes of a drawing: a style sheet can give a long value to each element."""


class Drawing(NamedTuple):
    """A safe drawing: its text, its size in pixels inside SHOWN, and the names of what was left out of the file."""

    svg: str
    width: int
    height: int
    left_out: tuple[str, ...]


def clean(content: bytes) -> Drawing:
    """Return the Drawing of the SVG file `content`. Raises ValidationError with a sentence for the editor."""
    source = read(content)
    left, top, width, height = _box(source)
    scale = min(SHOWN[0] / width, SHOWN[1] / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    copy = _Copy(source)
    root = copy.root
    for name in ("viewBox", "width", "height", "x", "y", "preserveAspectRatio"):
        root.attrib.pop(name, None)
    root.attrib.update(
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"{left:.10g} {top:.10g} {width:.10g} {height:.10g}",
        width=str(size[0]),
        height=str(size[1]),
    )
    drop_dangling(root)
    if not any(
        element.tag in allowed.SHAPES and (element.tag != "use" or "href" in element.keys()) for element in root.iter()
    ):
        raise refusal("empty")
    check_amount(root)
    return Drawing(tostring(root, encoding="unicode"), *size, tuple(sorted(copy.left_out)))


class _Copy:
    """Copies the allowed parts of `source` to `root`, and collects the names of others in `left_out`."""

    def __init__(self, source: Element) -> None:
        self.left_out: set[str] = set()
        self._letters = 0
        self._rules = styles.rules_of(element.text or "" for element in source.iter(f"{SVG}style"))
        self.root = Element("svg", self._attributes("svg", source))
        self._copy_content(source, self.root)

    def _copy_content(self, source: Element, target: Element) -> None:
        holds_text = target.tag in allowed.TEXTS
        if holds_text:
            target.text = source.text
        for child in source:
            copied = self._copy(child, target) if isinstance(child.tag, str) else None
            if holds_text and copied is not None:
                copied.tail = child.tail
            elif holds_text and child.tail:
                self._append_text(target, child.tail)

    def _append_text(self, target: Element, text: str) -> None:
        if len(target):
            target[-1].tail = (target[-1].tail or "") + text
        else:
            target.text = (target.text or "") + text

    def _copy(self, source: Element, parent: Element) -> Element | None:
        name = source.tag.removeprefix(SVG)
        if name.startswith("{") or name in allowed.IGNORED:
            return None
        if name in allowed.UNWRAPPED:
            name = "tspan" if parent.tag in allowed.TEXTS else "g"
        if name not in allowed.ELEMENTS or (name in ("linearGradient", "radialGradient") and parent.tag == "text"):
            self.left_out.add(name)
            return None
        target = SubElement(parent, name, self._attributes(name, source))
        self._copy_content(source, target)
        return target

    def _attributes(self, name: str, source: Element) -> dict[str, str]:
        given = {**source.attrib, **styles.properties(name, source.attrib, self._rules)}
        found = {key: value for key, value in given.items() if allowed.is_allowed(key, value)}
        href = source.get("href", source.get(XLINK_HREF, ""))
        if href:
            if name in ("use", "linearGradient", "radialGradient", "pattern") and REFERS.fullmatch(href):
                found["href"] = href
            else:
                self.left_out.add("href")
        self._letters += sum(len(key) + len(value) for key, value in found.items())
        if self._letters > MOST_LETTERS:
            raise refusal("too_complicated")
        self.left_out |= {key for key in source.attrib if key.lower().startswith("on")}
        return found


def _box(source: Element) -> Sequence[float]:
    """Return (left, top, width, height) of what the drawing `source` shows, in its own units."""
    try:
        left, top, width, height = (float(part) for part in re.split(r"[\s,]+", source.get("viewBox", "").strip()))
    except ValueError:
        sizes = [NUMBER.fullmatch(source.get(name, "")) for name in ("width", "height")]
        left, top, width, height = 0.0, 0.0, *(float(size[1]) if size else 0.0 for size in sizes)
    numbers = (left, top, width, height)
    if not all(math.isfinite(number) and abs(number) < 1e7 for number in numbers) or min(width, height) < 1e-3:
        raise refusal("no_size")
    if max(width, height) > WIDEST * min(width, height):
        raise refusal("odd_size")
    return numbers
