"""The cost of a visitor's page for the browser: its bytes, its first paint, and how far its layout moves.

Chromium opens the home page, plain and of blocks, a section, a programme, a locked page and the page of an unlocked
film of the demo with an empty cache, at two widths, over a quick line and over one of 400 kbit/s, on which the fonts
come after the first paint. A figure above its limit is marked, and the bench ends with status 1.
"""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.browser import TIMEOUT_MS, Traffic, cookies, demo  # noqa: E402
from bench.support import report  # noqa: E402
from bench.support.chromium import chromium  # noqa: E402
from bench.support.site import temporary_site  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ViewportSize

FILM, PROGRAMME = "/videos/mandelbrot/", "/short-films/"
OPENED = "#player, main:not(:has(input[name=password]))"
PAGES = {
    "home page": ("/", False),
    "section": ("/videos/", False),
    "programme": (PROGRAMME, True),
    "locked page": (FILM, False),
    "player page": (FILM, True),
    "home page of blocks": ("/", False),
}
Figure = tuple[str, float, float]
"""As it is printed, the number, its limit."""
MOST_BYTES, MOST_PAINT, MOST_SLOW_PAINT, MOST_SHIFT = 250_000, 0.5, 2.0, 0.001
"""The limits: bytes, seconds to the first contentful paint on both lines, and shift as far as three digits show it."""
WINDOWS = {390: (390, 844), 1440: (1440, 900)}
LATENCY_MS, BYTES_PER_SECOND = 400, 400_000 / 8
SETTLE_MS = 500  # after the last file, in which a font or a script may still move something
OBSERVE = """
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      shifts.push([entry.value, entry.sources.map(({ node }) => node?.parentElement?.className ?? "")]);
    }
  }).observe({ type: "layout-shift", buffered: true });
"""
FIRST_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"


def visit(
    browser: "Browser", address: str, path: str, size: tuple[int, int], known: list[Any], *, is_slow: bool
) -> tuple[float, float, int, list[Any]]:
    """Open `path`; return (seconds to the first contentful paint, sum of layout shifts, bytes, the shifts)."""
    viewport: ViewportSize = {"width": size[0], "height": size[1]}
    context = browser.new_context(base_url=address, viewport=viewport)
    context.add_cookies(known)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    if is_slow:
        line = {"downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND}
        session.send("Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY_MS, **line})
    page.add_init_script(OBSERVE)
    traffic = Traffic(session)
    page.goto(path, wait_until="networkidle", timeout=TIMEOUT_MS)
    page.wait_for_timeout(SETTLE_MS)
    shifts = page.evaluate("() => window.shifts")
    paint = page.evaluate(FIRST_PAINT) / 1000
    context.close()
    return paint, sum(shift for shift, _where in shifts), sum(traffic.bytes.values()), shifts


def costs(browser: "Browser", address: str, path: str, size: tuple[int, int], known: list[Any]) -> list[Figure]:
    """Return the figures of a page: a row of the table."""
    visit(browser, address, path, size, known, is_slow=False)  # the server has read the template
    quick, slow = (visit(browser, address, path, size, known, is_slow=is_slow) for is_slow in (False, True))
    for shifts in (quick[3], slow[3]):
        if shifts:
            print(*shifts, sep="; ", flush=True)
    return [
        (f"{quick[2] / 1000:.0f} KB", quick[2], MOST_BYTES),
        (f"{quick[0]:.2f} s", quick[0], MOST_PAINT),
        (f"{slow[0]:.1f} s", slow[0], MOST_SLOW_PAINT),
        *((f"{each[1]:.3f}", round(each[1], 3), MOST_SHIFT) for each in (quick, slow)),
    ]


def use_blocks() -> None:
    """Make the home page of the demo one of all blocks."""
    from tests.home import block_pages
    from video_pages.models import VideoIndexPage, VideoPage

    film, section = VideoPage.objects.get(slug="mandelbrot"), VideoIndexPage.objects.get(slug="videos")
    block_pages.home_with(*block_pages.every_block(film, section, block_pages.make_image()))


def in_a_thread(work: Callable[[], None]) -> None:
    """Call `work` where Django allows queries: not in the thread in which Playwright has its loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


def main() -> None:
    rows: list[list[str]] = []
    exceeded: list[str] = []
    with temporary_site(1, 32) as environment, demo(environment) as address, chromium() as browser:
        known = cookies(browser, address, [FILM, PROGRAMME], opened=OPENED)
        for name, (path, is_unlocked) in PAGES.items():
            if name == "home page of blocks":
                in_a_thread(use_blocks)
            for width, size in WINDOWS.items():
                figures = costs(browser, address, path, size, known if is_unlocked else [])
                cells = [f"**{text}**" if number > limit else text for text, number, limit in figures]
                exceeded += [f"{name}, {width} px: {text}" for text, number, limit in figures if number > limit]
                rows.append([f"{name}, {width} px", *cells])
                print(*rows[-1], sep="; ", flush=True)
    head = ["", "all bytes", "first paint", "on the slow line", "layout shift", "on the slow line"]
    limits = [
        "limit",
        f"{MOST_BYTES // 1000} KB",
        f"{MOST_PAINT:.2f} s",
        f"{MOST_SLOW_PAINT:.1f} s",
        *[f"{MOST_SHIFT:.3f}"] * 2,
    ]
    measured = report.measured("2 cores shared by server and browser", with_load=True)
    report.write("budgets", f"{report.table(head, [*rows, limits])}\n\n{measured}")
    if exceeded:
        raise SystemExit("Above the limit: " + "; ".join(exceeded))


if __name__ == "__main__":
    main()
