"""Small windows, and what lies outside them."""

LOW = [(844, 390), (720, 450)]
"""A phone on its side, and a window of 1440x900 at 200 %."""
OUTSIDE = """([wanted, isAll]) => {
  const seen = (element) => element.checkVisibility() && element.getClientRects().length;
  const outside = (box) => box.left < -0.5 || box.right > innerWidth + 0.5
    || (isAll && (box.top < -0.5 || box.bottom > innerHeight + 0.5));
  return [...document.querySelectorAll(wanted)].filter(seen)
    .map((element) => [element, element.getBoundingClientRect()])
    .filter(([, box]) => box.width && outside(box))
    .map(([element, box]) => {
      const [left, right, top, bottom] = [box.left, box.right, box.top, box.bottom].map(Math.round);
      const where = `${left} to ${right}, ${top} to ${bottom} in ${innerWidth}x${innerHeight}`;
      return `${element.tagName}.${element.className} ${where}`;
    });
}"""


def outside(page, where, *, everything=False):
    """Return the elements of `where` outside the viewport sideways, or with `everything` above or below it."""
    return page.evaluate(OUTSIDE, [where, everything])


def resize(page, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
