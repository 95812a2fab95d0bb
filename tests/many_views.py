"""A library of many videos and views, made quickly: rows as the site would write them, without its thousand steps."""

import datetime as dt
import random
import time

from django.db import connection, transaction
from wagtail.models import Page

from tests import factories
from video_pages.analytics import watch_reports
from video_pages.models import VideoPage, VideoView

BATCH = 20_000
VIEWERS_A_DAY = 20_000
HOSTS = ["", "", "", "school.example", "mail.example", "club.example"]
VIDEO_SECONDS = 600


def make_many_videos(count, *, sections=20):
    """Return the ids of `count` source videos spread over `sections` sections, all of one file."""
    file = factories.make_video_file(duration=float(VIDEO_SECONDS))
    homes = [factories.make_section(f"Shelf {number:02}") for number in range(sections)]
    ids = []
    for number, section in enumerate(homes):
        first = factories.make_video(f"Film {number:02}-0000", section=section, video_file=file, password=None)
        share = count // sections + (number < count % sections)
        ids.append(first.pk)
        ids += _copies(first, section, share - 1, number)
    return ids


def _copies(first, section, count, number):
    """Copies of `first` beside it: their rows of both tables, and the number of children that the section knows."""
    pages = []
    for place in range(2, count + 2):
        fields = {field.attname: getattr(first, field.attname) for field in Page._meta.concrete_fields}
        title = f"Film {number:02}-{place:04}"
        path = VideoPage._get_path(section.path, section.depth + 1, place)
        slug = title.lower().replace(" ", "-")
        fields |= {"id": None, "title": title, "draft_title": title, "slug": slug, "path": path}
        fields |= {"translation_key": None, "url_path": f"{section.url_path}{slug}/", "latest_revision_id": None}
        pages.append(Page(**{name: value for name, value in fields.items() if value is not None}))
    Page.objects.bulk_create(pages, batch_size=500)
    made = Page.objects.filter(path__startswith=section.path, depth=section.depth + 1).exclude(pk=first.pk)
    with transaction.atomic():
        for pk in made.values_list("pk", flat=True):
            VideoPage(page_ptr_id=pk, video_file_id=first.video_file_id).save_base(raw=True, force_insert=True)
        Page.objects.filter(pk=section.pk).update(numchild=count + 1)
    return list(made.values_list("pk", flat=True))


def make_many_views(video_ids, count, *, days, now, seed=1):
    """Write `count` views of the videos over the `days` before `now`; few videos have most of them, as it is."""
    chance = random.Random(seed)  # noqa: S311
    played = [watch_reports.played_bits([(0, share)], 100) for share in range(1, 101)]
    names = [field.column for field in VideoView._meta.concrete_fields if not field.primary_key]
    fields = {field.column: field for field in VideoView._meta.concrete_fields}
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    statement = (
        f"INSERT INTO {VideoView._meta.db_table} ({quoted}) "  # noqa: S608
        f"VALUES ({', '.join(['%s'] * len(names))})"
    )

    def row(number):
        started = now - dt.timedelta(seconds=chance.randrange(days * 86_400))
        bits = played[min(99, int(100 * chance.random() ** 0.5))]
        share = bits.bit_count()
        values = {
            "video_id": video_ids[int(len(video_ids) * chance.random() ** 3)],
            "access_ref": f"made:{number}",
            "started_at": started,
            "viewer": f"{chance.randrange(VIEWERS_A_DAY):032x}",
            "device": chance.choice(["computer", "computer", "phone", "tablet", "tv"]),
            "referrer_host": chance.choice(HOSTS),
            "watch_seconds": VIDEO_SECONDS * share // 100,
            "watched": watch_reports.to_hex(bits),
            "hundredths": share,
            "film": "",
            "is_completed": watch_reports.is_complete(bits),
            "last_beat_at": started + dt.timedelta(seconds=VIDEO_SECONDS),
        }
        whole = {name: fields[name].get_default() for name in names} | values
        return [fields[name].get_db_prep_save(whole[name], connection) for name in names]

    for start in range(0, count, BATCH):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(statement, [row(number) for number in range(start, min(count, start + BATCH))])


class Clock:
    """`with Clock() as took: …` and `took.seconds` says how long it was."""

    def __enter__(self):
        self._began = time.perf_counter()
        return self

    def __exit__(self, *problem):
        self.seconds = time.perf_counter() - self._began
