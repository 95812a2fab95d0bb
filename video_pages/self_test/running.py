"""Run the self-test: choose the videos, ask in threads, and stop when the time is over."""

import datetime as dt
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from video_pages.core import clock
from video_pages.core.ordering import empty_last
from video_pages.core.typography import join_sentences
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.self_test.addresses import Probe, control_probes, section_probes, site_probes, video_probes
from video_pages.self_test.base import Base
from video_pages.self_test.client import Answer, Client
from video_pages.self_test.facts import SiteFacts, read_facts
from video_pages.self_test.judging import Row, judge

VIDEOS, MINUTES, THREADS = 300, 10, 4
"""Defaults: enough for most sites, and little beside what visitors ask."""
MOST_SECTIONS = 200
LAST_CHANGED = empty_last("-latest_revision_created_at")  # pages that a command made have none
RANGE = {"Range": "bytes=0-1"}


@dataclass
class Result:
    """The result of a run. `sampling` says in a sentence which videos were tested, and what was left out."""

    base_url: str
    started_at: dt.datetime
    finished_at: dt.datetime
    sampling: str
    videos: int
    videos_tested: int
    rows: list[Row] = field(default_factory=list)

    @property
    def red(self) -> list[Row]:
        return [row for row in self.rows if not row.ok]


def run_self_test(
    base: Base,
    *,
    videos: int | None = VIDEOS,
    minutes: float = MINUTES,
    threads: int = THREADS,
    is_stopping: Callable[[], bool] = lambda: False,
) -> Result:
    """Ask `base` about at most `videos` videos (None: all) for at most `minutes`, and return the Result.

    If the address does not answer as this site, only the rows that show it are returned.
    """
    started, deadline = clock.now(), time.monotonic() + minutes * 60
    roots = site_roots()
    facts = read_facts(roots, started)
    pages, total = chosen_videos(videos)
    hosts = Hosts(base)
    client = Client(base)
    try:
        controls = list(control_probes(hosts.main))
        answers = [client.get(probe.path, host=probe.host) for probe in controls]
    finally:
        client.close()
    rows = [judge(*pair, open_uuids=frozenset(), refusal=None) for pair in zip(controls, answers, strict=True)]
    if not all(row.ok for row in rows):
        sampling = _("The address did not answer as this site does, so nothing else was asked.")
        return Result(base.origin, started, clock.now(), sampling, total, 0, rows)
    asking = _Asking(base, facts, answers[0], deadline, is_stopping)
    probes = _probes(pages, facts, roots, hosts)
    left = asking.run(probes, threads)
    sampling = _sampling(len(pages), total, left)
    return Result(base.origin, started, clock.now(), sampling, total, len(pages), rows + asking.rows)


def chosen_videos(most: int | None) -> tuple[list[int], int]:
    """Return (ids of the videos to test, number of all): half of those that changed last, the others by chance."""
    pages = VideoPage.objects.order_by("pk")
    total = pages.count()
    if most is None or total <= most:
        return list(pages.values_list("pk", flat=True)), total
    newest = list(VideoPage.objects.order_by(LAST_CHANGED, "-pk").values_list("pk", flat=True))
    chosen = newest[: most // 2]
    others = VideoPage.objects.exclude(pk__in=chosen).order_by("?").values_list("pk", flat=True)
    return chosen + list(others[: most - len(chosen)]), total


def site_roots() -> dict[str, str]:
    """Return {tree path: url_path} of the root pages of all sites."""
    return dict(Page.objects.filter(sites_rooted_here__isnull=False).values_list("path", "url_path"))


class Hosts:
    """The Host header for each page: the base's own, or the name of the other site that contains the page."""

    def __init__(self, base: Base) -> None:
        sites = list(Site.objects.select_related("root_page"))
        self.main = ""
        self._named = {}
        if len(sites) > 1:
            for site in sites:
                usual = site.port in (80, 443)
                self._named[site.root_page.path] = "" if site.is_default_site else (
                    site.hostname if usual else f"{site.hostname}:{site.port}"
                )  # fmt: skip

    def of(self, path: str) -> str:
        """Return the host of the page with the tree path `path`."""
        root = max((each for each in self._named if path.startswith(each)), key=len, default="")
        return self._named.get(root, "")


def _probes(pages: list[int], facts: SiteFacts, roots: dict[str, str], hosts: Hosts) -> Iterator[Probe]:
    yield from site_probes(facts, hosts.main)
    for section in VideoIndexPage.objects.order_by(LAST_CHANGED, "-pk")[:MOST_SECTIONS]:
        yield from section_probes(section, facts, roots, hosts.of(section.path))
    for start in range(0, len(pages), 50):
        found = VideoPage.objects.filter(pk__in=pages[start : start + 50]).select_related("video_file", "thumbnail")
        for video in found:
            yield from video_probes(video, facts, roots, hosts.of(video.path))


class _Asking:
    """Asks the questions in threads; the caller's thread makes them, because only it has a database connection."""

    def __init__(
        self, base: Base, facts: SiteFacts, control: Answer, deadline: float, is_stopping: Callable[[], bool]
    ) -> None:
        self.rows: list[Row] = []
        self._base, self._facts, self._refusal = base, facts, control.body
        self._deadline, self._is_stopping = deadline, is_stopping
        self._queue: deque[Probe] = deque()
        self._lock = threading.Condition()
        self._is_complete = False

    def run(self, probes: Iterator[Probe], threads: int) -> int | None:
        """Ask all `probes`; return the number of questions that were not asked, None if there was no time to count."""
        workers = [threading.Thread(target=self._work, name=f"self-test-{n}", daemon=True) for n in range(threads)]
        for worker in workers:
            worker.start()
        is_over = False
        try:
            for probe in probes:
                with self._lock:
                    while len(self._queue) >= 20 * threads and not self._is_over():
                        self._lock.wait(0.5)
                    if self._is_over():
                        is_over = True
                        break
                    self._queue.append(probe)
                    self._lock.notify_all()
        finally:
            with self._lock:
                self._is_complete = True
                self._lock.notify_all()
            for worker in workers:
                worker.join()
        return None if is_over else len(self._queue)

    def _is_over(self) -> bool:
        return time.monotonic() > self._deadline or self._is_stopping()

    def _work(self) -> None:
        client = Client(self._base)
        try:
            while True:
                with self._lock:
                    while not self._queue and not self._is_complete and not self._is_over():
                        self._lock.wait(0.5)
                    if not self._queue or self._is_over():
                        return
                    probe = self._queue.popleft()
                    self._lock.notify_all()
                answer = client.get(probe.path, host=probe.host, headers=RANGE if _is_video(probe) else None)
                row = judge(probe, answer, open_uuids=self._facts.open_uuids, refusal=self._refusal)
                with self._lock:
                    self.rows.append(row)
        finally:
            client.close()


def _is_video(probe: Probe) -> bool:
    """Return whether the answer may be long: two bytes tell as much as all."""
    return probe.path.startswith("/stream/") and not probe.path.endswith((".m3u8", ".vtt", "/status"))


def _sampling(tested: int, total: int, left: int | None) -> str:
    sentences = []
    if tested < total:
        text = _("Videos tested: %(tested)d of %(total)d. Half of them changed last, the others were chosen by chance.")
        sentences.append(text % {"tested": tested, "total": total})
    else:
        sentences.append(_("Videos tested: all (%(total)d).") % {"total": total})
    if left is None or left:
        sentences.append(_("The time was over before all of their addresses were asked."))
    return join_sentences(sentences)
