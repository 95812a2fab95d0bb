"""The Videos listing at 10,000 videos, against Wagtail's own plain listing of the same pages.

Both are views of this process, asked in turns through Django's test client, each first in every other round: the
same database, middleware, user and number of rows on a page. Ours says more of each row: what became of its file, what
opens it, its views.
"""

import os
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.support import report  # noqa: E402
from bench.support.site import ROOT  # noqa: E402

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client

VIDEOS, SECTIONS, VIEWS = 10_000, 40, 50_000
ROUNDS = 11
OURS, PLAIN = "/admin/videos/", "/admin/plain/"


def fill() -> "User":
    """Make SECTIONS sections with VIDEOS videos in all, each with a file, a finished job and some views."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.hashers import make_password
    from django.contrib.contenttypes.models import ContentType
    from django.db import transaction
    from django.utils import timezone
    from wagtail.models import Page

    from home.models import HomePage
    from video_pages.models import ProcessingJob, VideoFile, VideoIndexPage, VideoPage, VideoView

    user = get_user_model().objects.create_superuser("bench", "bench@example.org", "secret-secret")
    home = HomePage.objects.first()
    if home is None:
        home = Page.objects.get(depth=1).add_child(instance=HomePage(title="Home", slug="start"))
    now = timezone.now()
    sections = []
    for number in range(SECTIONS):
        section = VideoIndexPage(title=f"Section {number}", slug=f"section-{number}")
        sections.append(home.add_child(instance=section))
    facts = {"container": "mp4", "video_codec": "h264", "size_bytes": 1, "duration": 60.0, "uploaded_by_user": user}
    VideoFile.objects.bulk_create(
        VideoFile(title=f"File {number}", file=f"film-{number}.mp4", original_filename="film.mp4", **facts)
        for number in range(VIDEOS)
    )
    files = list(VideoFile.objects.order_by("pk"))
    ProcessingJob.objects.bulk_create(
        ProcessingJob(video_file=file, source_version=1, state="ready", finished_at=now) for file in files
    )
    kind = ContentType.objects.get_for_model(VideoPage)
    rows = []
    for number in range(VIDEOS):
        section, step = sections[number % SECTIONS], number // SECTIONS + 1
        title, slug = f"Video {number}", f"video-{number}"
        row = Page(title=title, draft_title=title, slug=slug, content_type=kind, first_published_at=now)
        row.path, row.depth = Page._get_path(section.path, section.depth + 1, step), section.depth + 1
        row.url_path, row.locale = f"{section.url_path}{slug}/", section.locale
        rows.append(row)
    Page.objects.bulk_create(rows, batch_size=500)
    VideoIndexPage.objects.update(numchild=VIDEOS // SECTIONS)
    # One by one through add_child() would take minutes; the rows are the same.
    with transaction.atomic():
        for row, file in zip(Page.objects.filter(content_type=kind).order_by("pk"), files, strict=True):
            page = VideoPage(page_ptr=row, video_file=file)
            page.save_base(raw=True)
    half = VideoPage.objects.filter(pk__in=VideoPage.objects.values("pk")[: VIDEOS // 2])
    half.update(password_hash=make_password(None))  # nothing opens them; the listing only asks whether there is one
    ids = list(VideoPage.objects.values_list("pk", flat=True))
    moments = (now - timedelta(minutes=number % 40_000) for number in range(VIEWS))
    views = (
        VideoView(video_id=ids[number % VIDEOS], access_ref=str(number), started_at=moment)
        for number, moment in enumerate(moments)
    )
    VideoView.objects.bulk_create(views, batch_size=5000)
    return user


def plain_viewset() -> Any:
    """Wagtail's listing of one kind of pages as it comes."""
    from wagtail.admin.viewsets.pages import PageListingViewSet

    from video_pages.models import VideoPage

    return PageListingViewSet("plain", url_prefix="plain", model=VideoPage, list_per_page=50)


def ask(client: "Client", address: str, **parameters: str) -> tuple[float, int]:
    """Return (seconds, queries) of one request."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    begin = time.perf_counter()
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address, parameters)
    taken = time.perf_counter() - begin
    if response.status_code != 200:
        raise SystemExit(f"{address} {parameters} was answered with {response.status_code}")
    return taken, len(captured)


def compare(
    client: "Client", parameters: dict[str, str], plain_parameters: dict[str, str]
) -> tuple[float, float, float, int, int]:
    """Return (median seconds of ours, of Wagtail's, median of the rounds' ratios, our queries, Wagtail's)."""
    rounds = []
    for number in range(ROUNDS + 1):
        turns = [(OURS, parameters), (PLAIN, plain_parameters)]
        found = {
            address: ask(client, address, **wanted) for address, wanted in (turns if number % 2 else reversed(turns))
        }
        if number:  # the first round fills caches
            rounds.append((found[OURS], found[PLAIN]))
    ours, plain = ([pair[which][0] for pair in rounds] for which in (0, 1))
    ratio = statistics.median(pair[0][0] / pair[1][0] for pair in rounds)
    return statistics.median(ours), statistics.median(plain), ratio, rounds[-1][0][1], rounds[-1][1][1]


CASES: list[tuple[str, dict[str, str], dict[str, str]]] = [
    ("first page", {}, {}),
    ("the last page", {"p": "200"}, {"p": "200"}),
    ("sorted by title", {"ordering": "title"}, {"ordering": "title"}),
    ("sorted by views in 30 days", {"ordering": "-recent_views"}, {"ordering": "title"}),
    ("search for “video 99”", {"q": "video 99"}, {}),
    ("filtered: nobody can unlock it", {"opened_by": "nobody"}, {}),
]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        os.environ.update(ENV_FILE="-", DATA_DIR=directory, DJANGO_SETTINGS_MODULE="bench.support.listing_settings")
        import django

        os.chdir(ROOT)
        django.setup()
        from django.core.management import call_command
        from django.test import Client
        from wagtail import hooks

        hooks.register("register_admin_viewset", plain_viewset)
        call_command("migrate", verbosity=0)
        client = Client()
        client.force_login(fill())
        rows = []
        for name, parameters, plain_parameters in CASES:
            ours, plain, ratio, queries, plain_queries = compare(client, parameters, plain_parameters)
            rows.append(
                [
                    name,
                    f"{ours * 1000:.0f} ms",
                    f"{plain * 1000:.0f} ms",
                    f"{ratio:.2f}",
                    str(queries),
                    str(plain_queries),
                ]
            )
    head = [f"{VIDEOS:,} videos", "ours", "Wagtail's plain listing", "ratio", "queries, ours", "queries, Wagtail's"]
    measured = report.measured(f"{os.cpu_count()} cores, SQLite")
    report.write("listing", f"{report.table(head, rows)}\n\n{measured}")


if __name__ == "__main__":
    main()
