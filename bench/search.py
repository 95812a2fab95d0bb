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
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support import report  # noqa: E402
from support.site import ROOT  # noqa: E402

VIDEOS, ROUNDS, CALLS = 100_000, 4, 5
COMMON = "documentary"
TYPED = ("d", "do", "doc", "docu")
AIMS = {
    f"“{COMMON}”, best match": "150 ms",
    f"“{COMMON}”, newest first": "10 ms",
    f"suggestions for “{TYPED[2]}”": "30 ms",
}


def fill(videos):
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


def cases():
    """Yield (name, work): the searches that are measured."""
    from django.test import Client

    from home.models import HomePage
    from home.search import MOST_SUGGESTIONS, VIDEOS_PER_PAGE
    from video_pages.access.listed import viewer_with
    from video_pages.models import VideoPage
    from video_pages.search.find import Searcher, SearchOrder, forgiving
    from video_pages.search.words import query_of

    searcher, client = Searcher(viewer_with(), HomePage.objects.get()), Client()

    def films(typed, *, limit=VIDEOS_PER_PAGE, order=SearchOrder.BEST, after="", pages=None):
        pages = VideoPage.objects.with_files() if pages is None else pages
        hits = searcher.videos(query_of(typed), limit=limit, order=order, after=after, pages=pages)
        assert hits.pages, typed
        return hits

    def answer(address, **parameters):
        response = client.get(address, parameters)
        assert response.status_code == 200, response.status_code

    deep = films(COMMON, limit=5_000, order=SearchOrder.NEWEST, pages=VideoPage.objects.all()).after
    yield f"“{COMMON}”, best match", lambda: films(COMMON)
    yield f"“{COMMON}”, newest first", lambda: films(COMMON, order=SearchOrder.NEWEST)
    yield "the same after 5,000 films", lambda: films(COMMON, order=SearchOrder.NEWEST, after=deep)
    for typed in TYPED:
        yield f"suggestions for “{typed}”", lambda typed=typed: films(typed, limit=MOST_SUGGESTIONS)
    yield f"“lecture zurich {COMMON}”, best match", lambda: films(f"lecture zurich {COMMON}")
    yield "“zzzz”, which nothing has", lambda: searcher.videos(query_of("zzzz"), limit=VIDEOS_PER_PAGE)
    yield (
        "“documentray”, mistyped",
        lambda: searcher.videos(forgiving(query_of("documentray")), limit=VIDEOS_PER_PAGE),
    )
    yield "answer: page of results, best match", lambda: answer("/search/", q=COMMON)
    yield "answer: page of results, newest first", lambda: answer("/search/", q=COMMON, order="newest")
    yield f"answer: suggestions for “{TYPED[2]}”", lambda: answer("/search/suggestions/", q=TYPED[2])


def milliseconds(work):
    """Return the median time of CALLS of `work()` after one that is not counted."""
    work()
    times = []
    for _call in range(CALLS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def serve(videos):
    """Be the process of one database: a line of JSON when it is filled, then one for each line on standard input."""
    import django

    os.chdir(ROOT)
    django.setup()
    print(json.dumps({"update_search": fill(videos)}), flush=True)
    measured = list(cases())
    for _line in sys.stdin:
        print(json.dumps({name: milliseconds(work) for name, work in measured}), flush=True)


@contextlib.contextmanager
def process(directory, url, videos):
    """Run `serve` for the database `url`; yields its process."""
    environment = os.environ | {
        "ENV_FILE": "-",
        "DATA_DIR": directory,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "support.listing_settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "bench")]),
    }
    command = [sys.executable, __file__, str(videos), "--serve"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environment, cwd=ROOT, **pipes) as child:
        try:
            yield child
        finally:
            child.stdin.close()


def postgresql_tool(name):
    """Return the path of a program of PostgreSQL, or None; Debian keeps them out of PATH."""
    return shutil.which(name) or next(iter(sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)), None)


def main(videos):
    from tests import engines

    with contextlib.ExitStack() as stack:
        urls = {"SQLite": ""}
        tools = [postgresql_tool("initdb"), postgresql_tool("pg_ctl")]
        if all(tools):
            urls["PostgreSQL"] = stack.enter_context(engines.postgresql(*tools)).url
        children, built, rounds = {}, {}, {name: [] for name in urls}
        for name, url in urls.items():
            directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
            children[name] = stack.enter_context(process(directory, url, videos))
            built[name] = json.loads(children[name].stdout.readline())["update_search"]
        for turn in range(ROUNDS):
            order = list(urls) if turn % 2 == 0 else list(urls)[::-1]
            for name in order:
                children[name].stdin.write("\n")
                children[name].stdin.flush()
                rounds[name].append(json.loads(children[name].stdout.readline()))
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
