"""Compare the library with the database: print a line for each missing, damaged, orphaned or unprocessed file."""

import datetime as dt
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from video_pages.library import digests, identity, inventory, orphans, paths
from video_pages.library.inventory import FileFault
from video_pages.library.models import Rendition, VideoFile
from video_pages.library.storage import StorageAway, protected_storage
from video_pages.transcoding import jobs
from video_pages.transcoding.models import ProcessingJob, State

PROBLEMS = {
    FileFault.MISSING: "is missing",
    FileFault.SIZE: "does not have the size that it had",
    FileFault.DIGEST: "does not have the digest (SHA-256) that it had",
}
RESTORE = "It can't be made again: restore it from a backup."
MADE_AGAIN = "Submitted: it is made again."
BEING_MADE = "Its video is waiting or being processed: it is made again."
CAN_BE_MADE = "It can be made again: --mend."
IS_KEPT = "Kept until {day}, then the worker removes it."
WILL_GO = "Marked: the worker removes it."
CAN_GO = "--mend marks it: it is kept for {days} days, then removed."
IS_SOURCE = " It is an uploaded film: import_videos --orphans makes a page of it."


@dataclass(frozen=True)
class Finding:
    """One fault. `kind` is missing, damaged, orphaned, kept or forgotten; `is_mended`: no further action is needed."""

    kind: str
    name: str
    problem: str
    advice: str
    title: str = ""
    is_mended: bool = False


class Command(BaseCommand):
    help = (
        "Find files of the library that are missing, damaged or left over, and videos that were never submitted. "
        "Exit with 1 if anything remains wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--mend",
            action="store_true",
            help="Make again what can be made, and mark what is left over: it is kept for "
            f"{settings.KEEP_ORPHANS_DAYS} days (KEEP_ORPHANS_DAYS), then removed.",
        )
        parser.add_argument(
            "--free-room",
            action="store_true",
            help="With --mend: have removed within the hour what is left over and can be made again. An uploaded film "
            "is kept its days all the same.",
        )
        parser.add_argument(
            "--digests", action="store_true", help="Read every file and compare its SHA-256; takes as long as reading."
        )
        parser.add_argument(
            "--older-than",
            type=int,
            default=inventory.ORPHAN_SECONDS // 60,
            metavar="MINUTES",
            help="Age from which a file that nothing names counts as left over (default %(default)s).",
        )
        parser.add_argument(
            "--adopt",
            action="store_true",
            help="First make this library the database's own, whatever it belonged to: after a restore, or a move.",
        )
        parser.add_argument("--json", action="store_true", help="One JSON object a line.")

    def handle(self, *args: Any, mend: bool, digests: bool, older_than: int, adopt: bool, **options: Any) -> None:
        if options["free_room"] and not mend:
            raise CommandError("--free-room is a way of mending: add --mend.")
        self.has_to_free_room = options["free_room"]
        try:
            if adopt:
                identity.adopt()
            library_state = identity.state()
            if not library_state.is_usable:
                raise CommandError(identity.describe(library_state))
            remaining = self._report(mend=mend, digests=digests, older_than=older_than, as_lines=options["json"])
        except StorageAway as error:
            raise CommandError(f"{error} Run manage.py check_storage to see why.") from error
        except OSError as error:
            raise CommandError(f"The library can't be read or written: {error}") from error
        if remaining:
            raise CommandError(f"{remaining} problem{'' if remaining == 1 else 's'} remain{'s' * (remaining == 1)}.")

    def _report(self, *, mend: bool, digests: bool, older_than: int, as_lines: bool) -> int:
        """Print every Finding, as JSON with `as_lines`; return the number of those that remain."""
        remaining = mended = 0
        for finding in self.find(mend=mend, with_digests=digests, older_than_seconds=older_than * 60):
            mended += finding.is_mended and finding.kind != "kept"
            remaining += not finding.is_mended
            self.stdout.write(as_json(finding) if as_lines else as_text(finding))
        if not as_lines and not remaining:
            self.stdout.write(f"The library is in order. {mended} mended." if mended else "The library is in order.")
        return remaining

    def find(self, *, mend: bool, with_digests: bool, older_than_seconds: int) -> Iterator[Finding]:
        """Yield every Finding, those of videos first."""
        files = VideoFile.objects.exclude(file="").select_related("job").order_by("pk")
        for video_file, renditions in inventory.with_renditions(files):
            yield from check_file(video_file, renditions, mend=mend, with_digests=with_digests)
        busy = ProcessingJob.objects.filter(state=State.PROCESSING).values_list("video_file_id", flat=True)
        yield from kept(orphans.kept(), free_room=mend and self.has_to_free_room)
        found = inventory.orphaned_files(busy=frozenset(busy), older_than_seconds=older_than_seconds)
        while names := list(islice(found, inventory.BATCH)):
            spare = orphans.spare(names) if mend and self.has_to_free_room else frozenset()
            for name in names:
                yield orphaned(name, mend=mend, is_spare=name in spare)


def check_file(
    video_file: VideoFile, renditions: Sequence[Rendition], *, mend: bool, with_digests: bool
) -> Iterator[Finding]:
    """Yield the Findings of one video file; with `mend`, submit it if its files can be made again."""
    wrong = list(inventory.missing_files(inventory.expected_files(video_file, renditions), with_digests=with_digests))
    source = video_file.file.name or ""
    has_source = not any(one.is_source for one, _wrong in wrong)
    job = jobs.job_of(video_file)
    is_underway = jobs.is_underway(video_file)
    is_forgotten = job is None or job.source_version != video_file.source_version
    is_submitted = mend and has_source and not is_underway and bool(wrong or is_forgotten)
    if is_submitted:
        jobs.submit(video_file)
    for one, what in wrong:
        can_be_made = has_source and not one.is_source
        yield Finding(
            "missing" if what == FileFault.MISSING else "damaged",
            one.name,
            PROBLEMS[what],
            _advice(can_be_made, is_underway, is_submitted),
            video_file.title,
            can_be_made and (is_underway or is_submitted),
        )
    if is_forgotten:
        advice = _advice(has_source, is_underway, is_submitted)
        yield Finding("forgotten", source, "was never submitted", advice, video_file.title, is_submitted)
    if with_digests and mend and has_source and not video_file.sha256:
        digests.record_digest(video_file, digests.stored_sha256(source))


def _advice(can_be_made: bool, is_underway: bool, is_submitted: bool) -> str:
    if not can_be_made:
        return RESTORE
    if is_underway:
        return BEING_MADE
    return MADE_AGAIN if is_submitted else CAN_BE_MADE


def kept(marks: Mapping[str, dt.datetime], *, free_room: bool) -> Iterator[Finding]:
    """Yield the Finding of each orphan that an earlier run has marked; `marks` has the end of each one's time.

    With `free_room`, those that can be made again go now.
    """
    spare = orphans.spare(marks) if free_room else frozenset()
    for name, until in marks.items():
        if name in spare:
            protected_storage().delete(name)
        advice = WILL_GO if name in spare else _until(name, until)
        yield Finding("kept", name, "is named by nothing", advice, is_mended=True)


def orphaned(name: str, *, mend: bool, is_spare: bool) -> Finding:
    """Return the Finding of a file that no row names; with `mend`, mark it for the worker, which removes it.

    One that is spare, it removes soon, any other when its time is over.
    """
    if not paths.is_storable(name):
        name = os.fsencode(name).decode("utf-8", "replace")
        return Finding("orphaned", name, "is named by nothing", "Such a name can't be marked: remove it by hand.")
    if not mend:
        advice = CAN_GO.format(days=settings.KEEP_ORPHANS_DAYS) + IS_SOURCE * paths.is_source(name)
    elif is_spare:
        protected_storage().delete(name)
        advice = WILL_GO
    else:
        advice = _until(name, orphans.keep(name))
    return Finding("orphaned", name, "is named by nothing", advice, is_mended=mend)


def _until(name: str, until: dt.datetime) -> str:
    return IS_KEPT.format(day=timezone.localdate(until)) + IS_SOURCE * paths.is_source(name)


def as_json(finding: Finding) -> str:
    """Return the line for programs."""
    line = {
        "kind": finding.kind,
        "name": finding.name,
        "title": finding.title,
        "problem": finding.problem,
        "advice": finding.advice,
        "mended": finding.is_mended,
    }
    return json.dumps(line)


def as_text(finding: Finding) -> str:
    """Return the line for people: `as_json` is for programs."""
    of = f" (“{finding.title}”)" if finding.title else ""
    return f"{finding.kind:<10} {finding.name}{of} {finding.problem}. {finding.advice}"
