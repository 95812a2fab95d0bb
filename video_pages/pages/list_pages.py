"""Pages of a long list of videos, each found by the keys of the video at its edge.

The address of a page names these keys (`?after=…` or `?before=…`), so a page costs the same at any depth, needs no
count, and stays at its place when videos are added before it. This is known as keyset pagination.
"""

import base64
import binascii
import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Q
from django.http import QueryDict

from video_pages.core.natural_order import natural_bytes
from video_pages.core.whole_numbers import read_whole_number
from video_pages.pages.list_entries import WITHOUT_DATE, position_of
from video_pages.pages.querysets import Order, VideoPageQuerySet

AFTER, BEFORE, NUMBER = "after", "before", "p"
"""Parameters of an address. NUMBER is that of earlier versions, whose addresses count pages."""

Keys = tuple[Any, ...]
"""The keys of a video in an order: values of the columns ORDER_COLUMNS."""

Fetch = Callable[[Keys, bool], Sequence[Any]]
"""Returns the videos of a list after some keys, or if True before them, nearest first: one more than a page has."""

ORDER_COLUMNS = {
    Order.ARRANGED: ("list_entry__position",),
    Order.NEWEST: ("-list_entry__date", "-list_entry__page"),
    Order.TITLE: ("list_entry__title_key", "list_entry__page"),
}
MARKS = {Order.ARRANGED: "a", Order.NEWEST: "n", Order.TITLE: "t"}
WRITTEN = re.compile(
    r"a(?P<position>[0-9A-Z]{4})"
    r"|n(?P<date>[0-9]{1,17})\.(?P<newer>[0-9]{1,19})"
    r"|t(?P<title>[A-Za-z0-9_-]{0,1400})\.(?P<titled>[0-9]{1,19})"
)
MICROSECOND = dt.timedelta(microseconds=1)


@dataclasses.dataclass(frozen=True)
class ListPage:
    """One page of a list: its `videos`, and the addresses of the pages before and after it ("?…"), "" if none.

    `first` is the address of the first page, "" if this is the first.
    """

    videos: Sequence[Any]
    previous: str = ""
    following: str = ""
    first: str = ""

    @property
    def has_others(self) -> bool:
        """True if the list has more pages than this one."""
        return bool(self.previous or self.following)


def list_page(fetch: Fetch, order: str, parameters: QueryDict, size: int) -> ListPage:
    """Return the page of at most `size` videos that `parameters` (of the address) ask for; one query.

    A key that is not understood, or that has nothing after it, gives the first page; that may be a second query.
    """
    before, after = (read_keys(parameters.get(name, ""), order) for name in (BEFORE, AFTER))
    rest = parameters.copy()
    for name in (AFTER, BEFORE, NUMBER):
        rest.pop(name, None)

    def address(name: str, video: Any) -> str:
        query = rest.copy()
        query[name] = write_keys(keys_of(video, order), order)
        return f"?{query.urlencode()}"

    first = f"?{rest.urlencode()}"
    if before is not None:
        found = fetch(before, True)
        shown = found[:size][::-1]
        if len(shown) == size:
            return ListPage(
                shown,
                previous=address(BEFORE, shown[0]) if len(found) > size else "",
                following=address(AFTER, shown[-1]),
                first=first if len(found) > size else "",
            )
    elif after is not None:
        found = fetch(after, False)
        if found:
            shown = found[:size]
            following = address(AFTER, shown[-1]) if len(found) > size else ""
            return ListPage(shown, previous=address(BEFORE, shown[0]), following=following, first=first)
    found = fetch((), False)
    shown = found[:size]
    return ListPage(shown, following=address(AFTER, shown[-1]) if len(found) > size else "")


def address_of_number(videos: VideoPageQuerySet, order: str, parameters: QueryDict, size: int) -> str | None:
    """Return the present address ("?…") of the page with the number that an address of earlier versions names.

    None if `parameters` name no number above 1; "?" for a number that the list does not reach.
    """
    number = read_whole_number(parameters.get(NUMBER), most=10_000)
    if number is None or number < 2:
        return None
    place = (number - 1) * size - 1
    around = list(in_order(videos, order)[place : place + 2])
    rest = parameters.copy()
    del rest[NUMBER]
    if len(around) == 2:
        rest[AFTER] = write_keys(keys_of(around[0], order), order)
    return f"?{rest.urlencode()}"


def in_order(videos: VideoPageQuerySet, order: str, *, backwards: bool = False) -> VideoPageQuerySet:
    """Return `videos`, which have list entries, in `order` or from its end."""
    columns = ORDER_COLUMNS[Order(order)]
    return videos.order_by(*(_reversed(column) if backwards else column for column in columns))


def beyond(videos: VideoPageQuerySet, order: str, keys: Keys, *, backwards: bool = False) -> VideoPageQuerySet:
    """Return those of `videos` that come after `keys` in `order`, or `backwards` before them, nearest first.

    Without keys, these are all of them.
    """
    if not keys:
        return in_order(videos, order, backwards=backwards)
    columns = ORDER_COLUMNS[Order(order)]
    name, last = columns[0].removeprefix("-"), columns[-1].removeprefix("-")
    comparison = "lt" if columns[0].startswith("-") != backwards else "gt"
    further = Q(**{f"{name}__{comparison}": keys[0]})
    if len(keys) > 1:
        # The first part bounds the walk through the index; databases make no bound of the second.
        further |= Q(**{f"{last}__{comparison}": keys[1]})
        further = Q(**{f"{name}__{comparison}e": keys[0]}) & further
    return in_order(videos.filter(further), order, backwards=backwards)


def _reversed(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"


def keys_of(video: Any, order: str) -> Keys:
    """Return the keys of a video page in `order`, whether it is listed or not."""
    if order == Order.NEWEST:
        return video.first_published_at or WITHOUT_DATE, video.pk
    if order == Order.TITLE:
        return natural_bytes(video.title), video.pk
    return (position_of(video.path),)


def write_keys(keys: Keys, order: str) -> str:
    """Return `keys` as text for an address."""
    if order == Order.NEWEST:
        return f"n{(keys[0] - WITHOUT_DATE) // MICROSECOND}.{keys[1]}"
    if order == Order.TITLE:
        return f"t{base64.urlsafe_b64encode(keys[0]).decode().rstrip('=')}.{keys[1]}"
    return f"a{keys[0]}"


def read_keys(text: str, order: str) -> Keys | None:
    """Return the keys that `write_keys` has written for `order`, or None if `text` is anything else."""
    found = WRITTEN.fullmatch(text)
    if found is None or text[0] != MARKS[Order(order)]:
        return None
    if order == Order.ARRANGED:
        return (found["position"],)
    page_id = read_whole_number(found["newer"] or found["titled"])
    if page_id is None:
        return None
    try:
        if order == Order.NEWEST:
            return WITHOUT_DATE + int(found["date"]) * MICROSECOND, page_id
        return base64.urlsafe_b64decode(found["title"] + "=" * (-len(found["title"]) % 4)), page_id
    except (OverflowError, binascii.Error):
        return None
