"""A crowd that types the right password at the same moment: how long until each is in, and what it costs.

200 browsers send the form of one video at once to a gunicorn of 2 processes, as `make run` starts it, with Django's
full password hashes. The first crowd finds a server that has just started and has checked no password yet; the second
comes within ten minutes, and its password is recognised. With DATABASE_URL set, the same on that (empty) database.
"""

import http.client
import os
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ["TRUSTED_PROXIES"] = "1"  # the crowd says where each of it comes from

from bench.support import report  # noqa: E402
from bench.support.site import Server, server, temporary_site  # noqa: E402
from tests import crowd  # noqa: E402

BROWSERS = 200
WORKERS, THREADS = 2, 256
CROWDS: dict[str, Callable[[int, int], str]] = {
    "each from an address of its own": lambda turn, number: f"10.{turn}.{number // 250}.{number % 250}",
    "all from one address (a school)": lambda turn, _number: f"192.0.2.{turn}",
}


def warm(port: int, path: str) -> None:
    """Let both processes answer, so that the first crowd does not wait for modules to be read."""
    for _ in range(20):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", path)
        connection.getresponse().read()
        connection.close()


def measure(site: Server, path: str, password: str, address: Callable[[int, int], str], turn: int) -> list[str]:
    """Send one crowd; return the cells of its line."""
    requests = [crowd.request_of(path, password, address(turn, number)) for number in range(BROWSERS)]
    used = site.cpu_seconds()
    answers = crowd.unlock_at_once(site.port, requests)
    used = site.cpu_seconds() - used
    let_in = sum(answer.status == 303 for answer in answers)
    times = [f"{crowd.percentile(answers, share):.2f} s" for share in (0.5, 0.95, 1)]
    return [str(let_in), *times, f"{used / BROWSERS * 1000:.0f} ms"]


def main() -> None:
    rows = []
    with temporary_site(WORKERS, THREADS) as environment:
        from django.db import connection

        from tests import factories

        engine = connection.vendor
        for turn, (name, address) in enumerate(CROWDS.items()):
            video = factories.make_video()
            connection.close()
            with server(environment) as site:
                warm(site.port, f"/stream/{video.uuid}/source")
                for place, words in enumerate(("first", "second")):
                    cells = measure(site, video.url, factories.PASSWORD, address, 2 * turn + place)
                    rows.append([f"{name}, the {words} crowd", *cells])
                    print(*rows[-1], sep="; ", flush=True)
    head = ["", "let in", "half within", "95 % within", "all within", "CPU of the server, each"]
    measured = report.measured("2 cores shared by server and clients", with_load=True)
    report.write(f"crowd-{engine}", f"{report.table(head, rows)}\n\n{measured}")


if __name__ == "__main__":
    main()
