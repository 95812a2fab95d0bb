"""Draw a page at each width and by day and by night; keep, read and compare the pictures.

A picture is kept at half its size as a WebP file of some 10 KB. A new drawing is made smaller by the same steps before
it is compared, so the loss is the same on both sides.

The difference is that of `blazediff`, a perceptual one: it counts where the colour is another one by more than
THRESHOLD in the YIQ space, as pixelmatch does. Both pictures are first averaged over cells of 6 by 6 CSS pixels.
MOST_CELLS may differ. Two drawings of a page by the same Chromium are the same file, so what they leave is room for
another processor. The letters of one small word in another order change 14 cells and more, by day and by night, a
colour of small words or a margin of 8 pixels hundreds. A release of Chromium that draws letters half a pixel beside
their place changes hundreds as well: it needs new references.
"""

import dataclasses
import functools
import io
import tempfile
from pathlib import Path

import blazediff
from PIL import Image

WIDTHS = (390, 1440)
THEMES = {"day": "light", "night": "dark"}
HEIGHT = 900
MOST_HEIGHT = 2000
"""CSS pixels of a page that a picture shows."""
LOOK_MS = 100
MOST_LOOKS = 30
QUALITY = 40
"""Of the WebP files, as Pillow counts it."""
CELL = 3
"""Pixels of a kept picture on one side of a cell."""
THRESHOLD = 0.02
MOST_CELLS = 5

REFERENCES = Path(__file__).parent / "references"
OUTPUT = Path(__file__).resolve().parents[3] / "build" / "pictures"
ACCEPT = "make references"
STILL = """
*, *::before, *::after { animation: none !important; transition: none !important; caret-color: transparent !important; }
[data-unsettled] { visibility: hidden !important; }
"""


IMAGES_SHOWN = """() => Promise.race([
  new Promise((done) => setTimeout(done, 5000)),
  Promise.all([...document.images].map((image) => {
    image.loading = "eager"; // else those far below would come or not
    return image.decode().catch(() => {});
  })),
])"""


@dataclasses.dataclass(frozen=True)
class Picture:
    """The picture of one screen at one width, theme and language."""

    name: str
    language: str
    width: int
    theme: str

    @property
    def path(self):
        """The path of the reference below REFERENCES, and of drawings that differ below OUTPUT."""
        return Path(self.language) / f"{self.name}-{self.width}-{self.theme}.webp"

    def __str__(self):
        return str(self.path.with_suffix(""))


def draw(page, name, language, *, widths=WIDTHS, hidden=(), is_expected=None):
    """Yield (Picture, WebP file) of the loaded `page` at each of `widths`, by day and by night.

    `hidden`: selectors of what differs each time, such as a secret that is made for each request. A page is drawn until
    it stands still, or until `is_expected(picture, WebP file)`.
    """
    page.add_style_tag(content=STILL + "".join(f"{each} {{ visibility: hidden !important; }}" for each in hidden))
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for theme, scheme in THEMES.items():
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.evaluate("() => scrollTo(0, 0)")
            page.evaluate("() => document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
            page.evaluate(IMAGES_SHOWN)
            picture = Picture(name, language, width, theme)
            yield picture, still(page, width, is_expected and functools.partial(is_expected, picture))


def still(page, width, is_expected=None):
    """Return a WebP file of `page` as soon as two drawings in a row are the same, or one `is_expected`.

    A resized menu or player lays itself out in the next frames, and the controls of the browser show an arc for a while
    after a film has loaded.
    """
    shown = None
    for _look in range(MOST_LOOKS):
        page.wait_for_timeout(LOOK_MS)
        height = min(MOST_HEIGHT, page.evaluate("() => document.documentElement.scrollHeight"))
        clip = {"x": 0, "y": 0, "width": width, "height": max(height, HEIGHT)}
        before, shown = shown, page.screenshot(full_page=True, clip=clip, animations="disabled", scale="css")
        if shown == before:
            break
        if is_expected and is_expected(small := made_small(shown)):
            return small
    return made_small(shown)


def made_small(content):
    """Return the PNG file `content` as references are kept: a WebP file of half its size."""
    written = io.BytesIO()
    Image.open(io.BytesIO(content)).convert("RGB").reduce(2).save(written, "WEBP", quality=QUALITY, method=4)
    return written.getvalue()


def accept(picture, content):
    """Make `content` the reference. A difference too small for the comparison is kept, too."""
    path = REFERENCES / picture.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def is_reference(picture, content):
    """Return whether `content` is taken for the same picture as the reference."""
    return not difference(picture, content)


def difference(picture, content):
    """Return how `content` differs from the reference in a sentence, "" if it does not; write both to OUTPUT if so."""
    reference = REFERENCES / picture.path
    drawn = OUTPUT / picture.path.with_suffix(".png")
    if not reference.exists():
        return f"{picture}: there is no reference. `{ACCEPT}` draws it."
    kept, changed = drawn.with_suffix(".reference.png"), drawn.with_suffix(".difference.png")
    drawn.parent.mkdir(parents=True, exist_ok=True)
    before, now = (Image.open(source).convert("RGB") for source in (reference, io.BytesIO(content)))
    for earlier in (kept, drawn, changed):
        earlier.unlink(missing_ok=True)
    said = ""
    if before.size != now.size:
        said = f"is {now.width}x{now.height} pixels and was {before.width}x{before.height}"
    elif (count := _changed_cells(before, now, changed)) > MOST_CELLS:
        said = f"differs in {count} places, {MOST_CELLS} may"
    if said:
        before.save(kept)
        now.save(drawn)
        return f"{picture} {said}: {drawn}, and beside it {kept.name} and {changed.name}"
    return ""


def _changed_cells(before, now, path):
    """Return how many cells differ; `path` is where a picture of them is written."""
    with tempfile.TemporaryDirectory() as folder:
        cells = [f"{folder}/{name}.png" for name in ("before", "now")]
        for picture, cell in zip((before, now), cells, strict=True):
            picture.reduce(CELL).save(cell)
        found = blazediff.compare(*cells, f"{folder}/changed.png", threshold=THRESHOLD, antialiasing=False)
        count = found.diff_count or 0  # no count means that the files are the same
        if count > MOST_CELLS:
            Image.open(f"{folder}/changed.png").resize(before.size, Image.Resampling.NEAREST).save(path)
    return count
