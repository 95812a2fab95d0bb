"""The search for visitors at 100,000 videos, on SQLite and on PostgreSQL.

Each database gets the catalogue of `make_catalogue`, with a word that all its titles have in common, and a process of
its own. Four rounds alternate between them. *Search* is the function that the page calls: it finds, checks each hit for
this visitor, and reads the videos of one page. *Answer* is the whole response through Django's test client.
`bench/search.py 1000` tries it with fewer videos and writes nothing into the docs.
"""

import contextlib
import glob
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.support import report  # noqa: E402
from bench.support.site import ROOT  # noqa: E402

VIDEOS, ROUNDS, CALLS = 100_000, 4, 5
COMMON = "documentary"
TYPED = ("d", "do", "doc", "docu")
AIMS = {
    f"“{COMMON}”, best match": "150 ms",
    f"“{COMMON}”, newest first": "10 ms",
    f"suggestions for “{TYPED[2]}”": "30 ms",
}


def fill(videos: int) -> float:
    """Make the database of this process: tables, catalogue, entries of the search."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.models import Value
    from django.db.models.functions import Concat
    from wagtail.models import Page

    from video_pages.models import VideoPage

    call_command("migrate", verbosity=0)
    call_command("make_catalogue", videos=videos, verbosity=0, stdout=sys.stderr)
    ids = VideoPage.objects.order_by().values("pk")
    Page.objects.filter(pk__in=ids).update(title=Concat("title", Value(f", {COMMON}")))
    started = time.perf_counter()
    call_command("update_search", stdout=sys.stderr)
    took = time.perf_counter() - started
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return took


def cases() -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield (name, work): the searches that are measured."""
    from django.test import Client

    from home.models import HomePage
    from home.search import MOST_SUGGESTIONS, VIDEOS_PER_PAGE
    from video_pages.access.listed import viewer_with
    from video_pages.models import VideoPage
    from video_pages.search.find import Hits, Searcher, SearchOrder, forgiving
    from video_pages.search.words import Query, query_of

    searcher, client = Searcher(viewer_with(), HomePage.objects.get()), Client()

    def query(typed: str) -> Query:
        found = query_of(typed)
        assert found, typed
        return found

    def films(
        typed: str,
        *,
        limit: int = VIDEOS_PER_PAGE,
        order: SearchOrder = SearchOrder.BEST,
        after: str = "",
        pages: Any = None,
    ) -> Hits:
        pages = VideoPage.objects.with_files() if pages is None else pages
        hits = searcher.videos(query(typed), limit=limit, order=order, after=after, pages=pages)
        assert hits.pages, typed
        return hits

    def answer(address: str, **parameters: str) -> None:
        response = client.get(address, parameters)
        assert response.status_code == 200, response.status_code

    mistyped = forgiving(query("documentray"))
    assert mistyped
    deep = films(COMMON, limit=5_000, order=SearchOrder.NEWEST, pages=VideoPage.objects.all()).after
    yield f"“{COMMON}”, best match", lambda: films(COMMON)
    yield f"“{COMMON}”, newest first", lambda: films(COMMON, order=SearchOrder.NEWEST)
    yield "the same after 5,000 films", lambda: films(COMMON, order=SearchOrder.NEWEST, after=deep)
    for typed in TYPED:
        yield f"suggestions for “{typed}”", partial(films, typed, limit=MOST_SUGGESTIONS)
    yield f"“lecture zurich {COMMON}”, best match", lambda: films(f"lecture zurich {COMMON}")
    yield "“zzzz”, which nothing has", lambda: searcher.videos(query("zzzz"), limit=VIDEOS_PER_PAGE)
    yield (
        "“documentray”, mistyped",
        lambda: searcher.videos(mistyped, limit=VIDEOS_PER_PAGE),
    )
    yield "answer: page of results, best match", lambda: answer("/search/", q=COMMON)
    yield "answer: page of results, newest first", lambda: answer("/search/", q=COMMON, order="newest")
    yield f"answer: suggestions for “{TYPED[2]}”", lambda: answer("/search/suggestions/", q=TYPED[2])


def milliseconds(work: Callable[[], object]) -> float:
    """Return the median time of CALLS of `work()` after one that is not counted."""
    work()
    times = []
    for _call in range(CALLS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def serve(videos: int) -> None:
    """Be the process of one database: a line of JSON when it is filled, then one for each line on standard input."""
    import django

    os.chdir(ROOT)
    django.setup()
    print(json.dumps({"update_search": fill(videos)}), flush=True)
    measured = list(cases())
    for _line in sys.stdin:
        print(json.dumps({name: milliseconds(work) for name, work in measured}), flush=True)


@contextlib.contextmanager
def process(directory: str, url: str, videos: int) -> Iterator[tuple[IO[str], IO[str]]]:
    """Run `serve` for the database `url`; yields its standard input and output."""
    environment = os.environ | {
        "ENV_FILE": "-",
        "DATA_DIR": directory,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "bench.support.listing_settings",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, __file__, str(videos), "--serve"]
    with subprocess.Popen(
        command, env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin and child.stdout
        try:
            yield child.stdin, child.stdout
        finally:
            child.stdin.close()


def postgresql_tool(name: str) -> str | None:
    """Return the path of a program of PostgreSQL, or None; Debian keeps them out of PATH."""
    return shutil.which(name) or next(iter(sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)), None)


def main(videos: int) -> None:
    from tests import engines

    with contextlib.ExitStack() as stack:
        urls = {"SQLite": ""}
        tools = [postgresql_tool("initdb"), postgresql_tool("pg_ctl")]
        if all(tools):
            urls["PostgreSQL"] = stack.enter_context(engines.postgresql(*tools)).url
        children, built = {}, {}
        rounds: dict[str, list[dict[str, float]]] = {name: [] for name in urls}
        for name, url in urls.items():
            directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
            children[name] = stack.enter_context(process(directory, url, videos))
            built[name] = json.loads(children[name][1].readline())["update_search"]
        for turn in range(ROUNDS):
            order = list(urls) if turn % 2 == 0 else list(urls)[::-1]
            for name in order:
                asked, answered = children[name]
                asked.write("\n")
                asked.flush()
                rounds[name].append(json.loads(answered.readline()))
    rows = []
    for case in rounds["SQLite"][0]:
        medians = [statistics.median(each[case] for each in rounds[name]) for name in urls]
        rows.append([case, *(f"{median:.1f} ms" for median in medians), AIMS.get(case, "")])
    rows.append(["`manage.py update_search`", *(f"{built[name]:.0f} s" for name in urls), ""])
    text = report.table([f"{videos:,} videos", *urls, "aim"], rows)
    measured = report.measured(f"{os.cpu_count()} cores", with_load=True)
    report.write("search", f"{text}\n\n{measured}", is_written=videos == VIDEOS)


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    (serve if "--serve" in sys.argv else main)(numbers[0] if numbers else VIDEOS)
