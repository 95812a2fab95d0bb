"""The waits of a visitor on a slow line: for the controls of the player, and for the first frame after play.

Chromium opens the pages of the demo's films, unlocked, with an empty cache, over two kinds of Slow 3G, and presses play
as soon as the controls are there. `bench/browser.py --print` writes nothing into the docs.
"""

import contextlib
import statistics
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.support import report  # noqa: E402
from bench.support.chromium import chromium  # noqa: E402
from bench.support.site import server, temporary_site  # noqa: E402
from deploy import bundles  # noqa: E402
from deploy.launch import DEMO_PASSWORD  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession

ROUNDS = 3
TIMEOUT_MS = 120_000
FILMS = ["colour-bars", "mandelbrot", "game-of-life"]
FILM_PATHS = tuple(f"/videos/{film}/" for film in FILMS)
# Milliseconds before each answer, and bytes a second in both directions. The second is the preset of Chromium's
# developer tools (5 times the latency, 0.8 of the speed, because it delays requests and not packets).
PROFILES = {
    "400 ms, 500 kbit/s": (400, 500_000 / 8),
    "2,000 ms, 400 kbit/s": (2_000, 400_000 / 8),
}
OBSERVE = """
  window.marks = {};
  new MutationObserver((_changes, observer) => {
    if (document.querySelector("[data-player][data-ready]")) {
      marks.controls = performance.now();
      document.getElementById("player").requestVideoFrameCallback((now) => { marks.frame = now; });
      observer.disconnect();
    }
  }).observe(document, { subtree: true, childList: true, attributes: true });
"""


@contextlib.contextmanager
def demo(environment: dict[str, str]) -> Iterator[str]:
    """Make the bundles, the demo and the static files, and serve them; yields the address of the site."""
    from django.core.management import call_command
    from django.db import connections

    bundles.set_up()
    call_command("load_demo", bind="127.0.0.1")
    call_command("collectstatic", interactive=False, verbosity=0)
    connections.close_all()
    with server(environment) as site:
        yield f"http://127.0.0.1:{site.port}"


# Requests and bytes of each type.
Loaded = tuple[dict[str, int], dict[str, int]]
Visit = tuple[float, float, Loaded, Loaded]


class Traffic:
    """The requests of a page: how many, and how many bytes came, headers included, of each type."""

    def __init__(self, session: "CDPSession") -> None:
        self.types: dict[str, str] = {}
        self.count: dict[str, int] = {}
        self.bytes: dict[str, int] = {}
        session.on("Network.requestWillBeSent", self.on_request)
        session.on("Network.dataReceived", self.on_data)

    def on_request(self, event: dict[str, Any]) -> None:
        kind = self.types[event["requestId"]] = event.get("type", "Other")
        self.count[kind] = self.count.get(kind, 0) + 1

    def on_data(self, event: dict[str, Any]) -> None:
        kind = self.types.get(event["requestId"], "Other")
        self.bytes[kind] = self.bytes.get(kind, 0) + event["encodedDataLength"]


def cookies(
    browser: "Browser", address: str, paths: Iterable[str] = FILM_PATHS, *, opened: str = "#player"
) -> list[Any]:
    """Unlock the pages at `paths`, each until it has `opened`; return the cookies of the browser."""
    context = browser.new_context(base_url=address)
    page = context.new_page()
    for path in paths:
        page.goto(path, wait_until="commit", timeout=TIMEOUT_MS)
        page.fill("input[name=password]", DEMO_PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector(opened, state="attached", timeout=TIMEOUT_MS)
    found = context.cookies()
    context.close()
    return found


def visit(browser: "Browser", address: str, known: list[Any], film: str, latency: int, speed: float) -> Visit:
    """Open the page of `film`; return (seconds to controls, seconds to first frame, traffic before play, all of it)."""
    context = browser.new_context(base_url=address, viewport={"width": 390, "height": 844})
    context.add_cookies(known)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": latency, "downloadThroughput": speed, "uploadThroughput": speed},
    )
    page.add_init_script(OBSERVE)
    traffic = Traffic(session)
    page.goto(f"/videos/{film}/", wait_until="commit", timeout=TIMEOUT_MS)
    page.wait_for_selector("[data-player][data-ready]", state="attached", timeout=TIMEOUT_MS)
    before = dict(traffic.count), dict(traffic.bytes)
    page.locator(".player__start").click(timeout=TIMEOUT_MS)
    for _ in range(600):
        marks = page.evaluate("() => window.marks")
        if "frame" in marks:
            break
        page.wait_for_timeout(100)
    context.close()
    return marks["controls"] / 1000, marks["frame"] / 1000, before, (traffic.count, traffic.bytes)


def median_of(visits: list[Visit]) -> list[str]:
    """Return the cells of one line: medians of times, and what the first visit loaded."""
    controls, frame = statistics.median(visit[0] for visit in visits), statistics.median(visit[1] for visit in visits)
    counts, sizes = visits[0][2]

    def kilobytes(kinds: Iterable[str]) -> str:
        return f"{sum(sizes.get(kind, 0) for kind in kinds) / 1000:.0f} KB"

    return [
        f"{controls:.1f} s",
        f"{frame:.1f} s",
        str(counts.get("Script", 0)),
        str(counts.get("Stylesheet", 0)),
        str(sum(counts.values())),
        kilobytes(["Script"]),
        kilobytes(sizes),
        str(sum(visits[0][3][0].values())),
    ]


def main(*, is_written: bool) -> None:
    rows = []
    with temporary_site(1, 32) as environment, demo(environment) as address, chromium() as browser:
        known = cookies(browser, address)
        visit(browser, address, known, FILMS[0], 0, -1)  # the server has read its modules
        for name, (latency, speed) in PROFILES.items():
            for film in FILMS:
                visits = [visit(browser, address, known, film, latency, speed) for _ in range(ROUNDS)]
                rows.append([f"{film}, {name}", *median_of(visits)])
                print(*rows[-1], sep="; ", flush=True)
    head = [
        "",
        "controls",
        "first frame",
        "scripts",
        "style sheets",
        "requests",
        "script",
        "all bytes",
        "requests with play",
    ]
    measured = report.measured("2 cores shared by server and browser")
    report.write("browser", f"{report.table(head, rows)}\n\n{measured}", is_written=is_written)


if __name__ == "__main__":
    main(is_written="--print" not in sys.argv)
