"""Orphans: files that no row names. They stay in their places for KEEP_ORPHANS_DAYS, then the worker removes them.

After the restore of an older database, the sources of newer films are orphans, and perhaps the only copies. They are
marked and not moved: with the newer database, each of them is in its place again.
"""

import datetime as dt
from collections.abc import Collection, Iterator

from django.conf import settings

from video_pages.core import clock
from video_pages.library import inventory, paths
from video_pages.library.inventory import ORPHAN_SECONDS
from video_pages.library.models import DiscardedFile, VideoFile


def keep(name: str, *, now: dt.datetime | None = None, most_days: int | None = None) -> dt.datetime:
    """Mark the orphan `name` for removal in KEEP_ORPHANS_DAYS, or in `most_days` if these are fewer; return when."""
    now = now or clock.now()
    days = settings.KEEP_ORPHANS_DAYS
    until = now + dt.timedelta(days=days if most_days is None else min(days, most_days))
    DiscardedFile.objects.update_or_create(
        name=name, defaults={"marked_at": now, "kept_until": until, "size_bytes": None}
    )
    return until


def keep_source(name: str, *, now: dt.datetime | None = None, most_days: int | None = None) -> bool:
    """Keep `name`, whose row was just deleted, as `keep` does if it is the name of a source; return whether it is."""
    if not paths.is_source(name):
        return False
    keep(name, now=now, most_days=most_days)
    return True


def spare(names: Collection[str]) -> set[str]:
    """Return those of `names` that can be made again: packages and images of films that have their rows.

    A source can't be made again, nor what was made of a source without a row, which may be gone.
    """
    made = {name: paths.uuid_of(name) for name in names if paths.is_made(name)}
    rows = set(VideoFile.objects.filter(uuid__in=set(made.values())).values_list("uuid", flat=True))
    return {name for name, file_uuid in made.items() if file_uuid in rows}


def kept() -> dict[str, dt.datetime]:
    """Return {name: end of its time} of the marked orphans, by name; without those that a row names since."""
    marks = DiscardedFile.objects.kept().order_by("name").values_list("name", "kept_until")
    found = {name: until for name, until in marks if until}
    names = list(found)
    for first in range(0, len(names), inventory.BATCH):
        for name in named(names[first : first + inventory.BATCH]):
            del found[name]
    return found


def named(names: Collection[str]) -> set[str]:
    """Return those of `names` that a row has; three queries."""
    found: set[str] = set()
    for column in ("file", "progressive_name"):
        found.update(VideoFile.objects.filter(**{f"{column}__in": names}).values_list(column, flat=True))
    made = {paths.uuid_of(name) for name in names if paths.is_made(name)}
    for row in VideoFile.objects.filter(uuid__in=made):
        found.add(row.poster_name)
        if row.package:
            found.add(paths.package_directory(row.uuid, row.package))
    return found.intersection(names)


def sources(*, older_than_seconds: float = ORPHAN_SECONDS) -> Iterator[str]:
    """Yield the names of the sources that no row names, whether they are marked or not; one that was deleted is not."""
    yield from (name for name in kept() if paths.is_source(name))
    for name in inventory.orphaned_files(older_than_seconds=older_than_seconds):
        if paths.is_source(name):
            yield name
