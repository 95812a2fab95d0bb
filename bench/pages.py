"""The cost of a page for the server: processor time of one request, of this code and of an earlier commit.

Both are gunicorns of 2 processes with copies of the same data, asked in turns, each first in every other round. A
figure is the median of the rounds, the ratio the median of the rounds' ratios. BENCH_BEFORE names the earlier commit;
without it this code alone is measured.
"""

import concurrent.futures
import contextlib
import http.client
import os
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ["TRUSTED_PROXIES"] = "1"  # the wrong passwords come from one address, whatever else is asked

from bench.support import earlier, pages_site, report  # noqa: E402
from bench.support.pages_site import PageToAsk  # noqa: E402
from bench.support.site import Server, server, temporary_site  # noqa: E402

BEFORE = os.environ.get("BENCH_BEFORE", "")
ROUNDS = 4
REQUESTS = 100
CLIENTS = 2
WORKERS, THREADS = 2, 256


def ask(site: Server, page: PageToAsk, count: int) -> None:
    """Request `page` `count` times over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    for _ in range(count):
        connection.request(page.method, page.path, body=page.body or None, headers=page.headers)
        response = connection.getresponse()
        response.read()
        if response.status != page.status:
            raise SystemExit(f"{page.name}: status {response.status} instead of {page.status}")
    connection.close()


def cost(site: Server, page: PageToAsk, requests: int = REQUESTS) -> float:
    """Return the milliseconds of the server's processor time for one of `requests` requests by CLIENTS at once."""
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        used = site.cpu_seconds()
        list(pool.map(lambda _client: ask(site, page, requests // CLIENTS), range(CLIENTS)))
        return (site.cpu_seconds() - used) / requests * 1000


def compare(sites: list[Server], page: PageToAsk) -> tuple[list[float], float]:
    """Return [medians of the sites' costs] and the median of the rounds' ratios of the last site to the first."""
    rounds = []
    for site in sites:
        cost(site, page, 2 * REQUESTS // 5)  # both processes read their templates and prepare their queries
    for number in range(ROUNDS):
        order = sites if number % 2 else sites[::-1]
        measured = {site.port: cost(site, page) for site in order}
        rounds.append([measured[site.port] for site in sites])
    medians = [statistics.median(column) for column in zip(*rounds, strict=True)]
    return medians, statistics.median(row[-1] / row[0] for row in rounds)


@contextlib.contextmanager
def servers(environment: dict[str, str]) -> Iterator[list[Server]]:
    """Run the server of the earlier commit, if there is one, and that of this code; yields them in this order."""
    with contextlib.ExitStack() as stack:
        found = []
        if BEFORE:
            root = stack.enter_context(earlier.checked_out(BEFORE))
            own = stack.enter_context(earlier.copied_site(environment, root))
            earlier.collect_static(own, root)
            found.append(stack.enter_context(server(own, root)))
        found.append(stack.enter_context(server(environment)))
        yield found


def main() -> None:
    rows = []
    with temporary_site(WORKERS, THREADS) as environment:
        from django.core.management import call_command

        # In this process: its own pages need the names, and its storage has read that there are none.
        call_command("collectstatic", interactive=False, verbosity=0)
        pages = pages_site.make()
        with servers(environment) as sites:
            for page in pages:
                medians, ratio = compare(sites, page)
                before = [f"{medians[0]:.1f} ms"] if BEFORE else ["-"]
                rows.append([page.name, *before, f"{medians[-1]:.1f} ms", f"{ratio:.2f}" if BEFORE else "-"])
                print(*rows[-1], sep="; ", flush=True)
    head = ["", f"before ({BEFORE})" if BEFORE else "before", "now", "ratio"]
    measured = report.measured("2 cores shared by server and clients", with_load=True)
    report.write("pages", f"{report.table(head, rows)}\n\n{measured}")


if __name__ == "__main__":
    main()
