"""The cost of a visitor's page for the browser: its bytes, its first paint, and how far its layout moves.

Chromium opens the home page, a section, a locked page and the page of an unlocked film of the demo with an empty cache,
at two widths, over a quick line and over one of 400 kbit/s, on which the fonts come after the first paint.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.browser import TIMEOUT_MS, Traffic, cookies, demo  # noqa: E402
from bench.support import report  # noqa: E402
from bench.support.chromium import chromium  # noqa: E402
from bench.support.site import temporary_site  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ViewportSize

FILM = "/videos/mandelbrot/"
PAGES = {
    "home page": ("/", False),
    "section": ("/videos/", False),
    "locked page": (FILM, False),
    "player page": (FILM, True),
}
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


def main() -> None:
    rows = []
    with temporary_site(1, 32) as environment, demo(environment) as address, chromium() as browser:
        known = cookies(browser, address)
        for name, (path, is_unlocked) in PAGES.items():
            for width, size in WINDOWS.items():
                mine = known if is_unlocked else []
                visit(browser, address, path, size, mine, is_slow=False)  # the server has read the template
                quick, slow = (visit(browser, address, path, size, mine, is_slow=is_slow) for is_slow in (False, True))
                rows.append(
                    [f"{name}, {width} px", f"{quick[2] / 1000:.0f} KB", f"{quick[0]:.2f} s", f"{slow[0]:.1f} s"]
                )
                rows[-1] += [f"{each[1]:.3f}" for each in (quick, slow)]
                print(*rows[-1], *(each[3] for each in (quick, slow) if each[3]), sep="; ", flush=True)
    head = ["", "all bytes", "first paint", "on the slow line", "layout shift", "on the slow line"]
    measured = report.measured("2 cores shared by server and browser", with_load=True)
    report.write("budgets", f"{report.table(head, rows)}\n\n{measured}")


if __name__ == "__main__":
    main()
