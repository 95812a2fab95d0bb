"""The cost of statistics at 10,000 videos and a million views: counting, summing up, and every screen.

`bench/video_statistics.py 1000 100000` tries it with fewer videos and views, and writes nothing into the docs.
"""

import statistics
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.support import report  # noqa: E402
from bench.support.site import temporary_site  # noqa: E402

VIDEOS, VIEWS, DAYS = 10_000, 1_000_000, 90
ROUNDS = 5
REPORTS = 500


def median(work: Callable[[], object]) -> float:
    """Return the median of ROUNDS times of `work()`, in seconds, after one that is not counted."""
    from tests.many_views import Clock

    work()
    times = []
    for _round in range(ROUNDS):
        with Clock() as took:
            work()
        times.append(took.seconds)
    return statistics.median(times)


def screens(video: int, now: datetime) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield (name, work) of everything that an editor or operator waits for."""
    import io

    from django.core.management import call_command

    from tests import factories
    from video_pages.analytics import statistics as video_statistics
    from video_pages.models import VideoPage

    owner = factories.browser(factories.make_superuser(), SERVER_NAME="127.0.0.1")

    def opened(address: str) -> Callable[[], None]:
        def get() -> None:
            answer = owner.get(address)
            assert answer.status_code == 200, (address, answer.status_code)
            list(answer.streaming_content) if answer.streaming else answer.content

        return get

    listed = VideoPage.objects.filter(alias_of=None)
    fifty = list(listed.values_list("pk", flat=True)[:50])
    yield "statistics page of a video, 28 days", opened(f"/admin/videos/{video}/statistics/")
    yield "the same, a year", opened(f"/admin/videos/{video}/statistics/?days=365")
    yield "report by video, 28 days", opened("/admin/reports/videos/")
    first = now.date() - timedelta(days=DAYS)
    yield "report by video, all days", opened(f"/admin/reports/videos/?days_from={first}")
    yield "its export as CSV, all days", opened(f"/admin/reports/videos/?days_from={first}&export=csv")
    yield "report by day, 28 days", opened("/admin/reports/video-days/")
    yield "the dashboard, its panel included", opened("/admin/")
    yield "recent views of 50 listed videos", lambda: video_statistics.recent_views(fifty, now=now)
    most = video_statistics.with_recent_views(listed, now=now).order_by("-recent_views")
    yield "the 50 videos with most recent views", lambda: list(most.values_list("pk", "recent_views")[:50])
    yield (
        "`video_statistics --json`, all days",
        lambda: call_command("video_statistics", "--json", stdout=io.StringIO()),
    )


def reports_a_second(video: int, now: datetime) -> float:
    """Return how many watch reports one process records in a second, one after the other."""
    from tests.many_views import Clock
    from video_pages.analytics.recording import ReceivedReport, record_watch_reports
    from video_pages.analytics.services import count_view
    from video_pages.analytics.watch_reports import WatchReport

    count_view(video_id=video, access_ref="bench", now=now - timedelta(days=1))
    with Clock() as took:
        for number in range(REPORTS):
            watched = WatchReport(((number, number + 15.0),))
            record_watch_reports([ReceivedReport(video, "bench", watched, now, 600)])
    return REPORTS / took.seconds


def main(videos_count: int = VIDEOS, views_count: int = VIEWS, *, is_whole: bool = True) -> None:
    with temporary_site(1, 1):
        from django.conf import settings
        from django.test import override_settings
        from django.utils import timezone

        # A bench collects no static files.
        plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}).enable()

        from tests.many_views import Clock, make_many_videos, make_many_views
        from video_pages.analytics import rollup

        now = timezone.now()
        videos = make_many_videos(videos_count)
        make_many_views(videos, views_count, days=DAYS, now=now)
        print("made", flush=True)
        with Clock() as summed:
            days = rollup.roll_up(now=now)
        rows = [[f"summing up {len(days)} days, {views_count:,} views", f"{summed.seconds:.1f} s"]]
        print(*rows[-1], sep="; ", flush=True)
        rows.append(["the hourly look whether a day is due again", f"{median(lambda: rollup.due_days(now=now)):.2f} s"])
        rows.append(["watch reports recorded a second, one process", f"{reports_a_second(videos[0], now):,.0f}"])
        rollup.roll_up(now=now)
        for name, work in screens(videos[0], now):
            rows.append([name, f"{median(work):.2f} s"])
            print(*rows[-1], sep="; ", flush=True)
    text = f"{report.table(['', 'took'], rows)}\n\n{report.measured('2 cores, SQLite')}"
    report.write("video_statistics", text, is_written=is_whole)


if __name__ == "__main__":
    sizes = [int(size) for size in sys.argv[1:3]]
    main(*sizes, is_whole=not sizes)
