"""Plan of a made catalogue: its sections and the facts of each video, as pure functions of their numbers.

`made_rows` writes them. The same size always gives the same catalogue, so that figures can be compared.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterator

from video_pages.access.models import Listed
from video_pages.pages.querysets import Order

BIG = 10_000
"""Videos in the one large section, or half of the catalogue if that is less."""
COLLECTIONS = 8
# The shares of a collection's videos that lie in its sections, largest first. The last take what is left over.
SHARES = (0.40, 0.20, 0.12, 0.09, 0.07, 0.05, 0.04, 0.02, 0.007, 0.003)
HIDDEN, ASKING, DRAFT = 8, 7, 6  # the sections of a collection that are listed nowhere, after unlocking, not published
ORDERS = (Order.ARRANGED, Order.NEWEST, Order.TITLE)
FIRST_DAY = dt.datetime(2025, 1, 1, 12, tzinfo=dt.UTC)
NAMESPACE = uuid.UUID("6d0e2a52-5f0a-4a0c-9d8e-3a5d7a0f7c11")

KINDS = ("Lecture", "Concert", "Interview", "Workshop", "Rehearsal", "Portrait", "Debate", "Field notes")
PLACES = ("Zürich", "Ålesund", "Kraków", "Lisboa", "Oxford", "Málaga", "Tallinn", "Genève", "Ghent", "Łódź", "Turku")
SUBJECTS = (
    "harbour light",
    "early music",
    "bridges",
    "glaciers",
    "the café orchestra",
    "printing",
    "river ecology",
    "naïve painting",
    "clock making",
    "organ pipes",
    "night trains",
    "wool and linen",
    "maps",
)
DESCRIPTIONS = ("Recorded in one take.", "With questions from the audience.", "The cut of the premiere.")


@dataclasses.dataclass(frozen=True)
class MadeSection:
    """A section of the plan. `parent` is its parent's place in the plan, None below the home page."""

    title: str
    slug: str
    parent: int | None
    videos: int = 0
    order: str = Order.ARRANGED
    listed: str = Listed.EVERYWHERE
    live: bool = True
    has_password: bool = False


@dataclasses.dataclass(frozen=True)
class MadeVideo:
    """A video of the plan; `number` counts from 0 over the whole catalogue."""

    number: int
    title: str
    slug: str
    description: str
    published_at: dt.datetime
    seconds: float
    listed: str
    live: bool
    has_password: bool
    is_open: bool


def sections(videos: int) -> list[MadeSection]:
    """Return the sections of a catalogue of `videos` videos, each after its parent."""
    big = min(BIG, videos // 2)
    plan = [
        MadeSection("Videos", "videos", None),
        MadeSection("Archive", "archive", 0, videos=big),
    ]
    for collection, share in enumerate(parts(videos - big, [1 / COLLECTIONS] * COLLECTIONS)):
        top = len(plan)
        plan.append(MadeSection(f"Collection {collection + 1}", f"collection-{collection + 1}", 0))
        for place, size in enumerate(parts(share, list(SHARES))):
            plan.append(
                MadeSection(
                    title=f"{KINDS[place % len(KINDS)]}s {collection + 1}.{place + 1}",
                    slug=f"part-{place + 1}",
                    parent=top,
                    videos=size,
                    order=ORDERS[place % len(ORDERS)],
                    listed={HIDDEN: Listed.NOWHERE, ASKING: Listed.UNLOCKED}.get(place, Listed.EVERYWHERE),
                    live=place != DRAFT,
                    has_password=bool(collection % 2) or place == ASKING,
                )
            )
    return plan


def parts(whole: int, shares: list[float]) -> list[int]:
    """Return `whole` in parts of these `shares`, which add up to 1: whole numbers, the first takes the remainder."""
    found = [int(whole * share) for share in shares]
    found[0] += whole - sum(found)
    return found


def videos_of(section: MadeSection, first: int) -> Iterator[MadeVideo]:
    """Yield the videos of `section`; `first` is the number of the first in the whole catalogue."""
    for place in range(section.videos):
        number = first + place
        kind, subject = KINDS[number % len(KINDS)], SUBJECTS[number % len(SUBJECTS)]
        listed = Listed.EVERYWHERE
        if number % 40 == 7:
            listed = Listed.NOWHERE
        elif number % 30 == 11:
            listed = Listed.UNLOCKED
        yield MadeVideo(
            number=number,
            title=f"{kind} {place + 1}: {subject}, {PLACES[number % len(PLACES)]}",
            slug=f"film-{place + 1}",
            description=f"<p>{DESCRIPTIONS[number % len(DESCRIPTIONS)]}</p>",
            # In another order than in the section: a catalogue in which all orders agree hides mistakes.
            published_at=FIRST_DAY + dt.timedelta(minutes=number * 7919 % 500_000, seconds=number % 60),
            seconds=60.0 + number * 37 % 5400,
            listed=listed,
            live=number % 50 != 13,
            has_password=number % 2 == 0 and not section.has_password,
            is_open=number % 10 == 1,
        )


def uuid_of(kind: str, number: int) -> uuid.UUID:
    """Return the id of the row `number` of `kind`."""
    return uuid.uuid5(NAMESPACE, f"{kind} {number}")
