"""The sums of one day's raw rows. Rolling up stores them and questions about today ask for them: both by this code.

Each function is a few grouped queries, whatever the number of rows.
"""

from collections import defaultdict

from django.db.models import Case, Count, IntegerField, Max, Q, Sum, Value, When
from django.db.models.functions import Length, Substr

from video_pages.analytics.day_bounds import end_of, start_of
from video_pages.analytics.models import AccessEvent, VideoView
from video_pages.analytics.totals import Totals, read_sums, sums
from video_pages.analytics.watch_reports import HEX_DIGITS, RETENTION_BUCKETS
from video_pages.analytics.watching import Watching

STEP = 4  # letters of a tree path that one level takes (treebeard's steplen, as Wagtail leaves it)


def views_of(day):
    """The views that began on `day`."""
    return VideoView.objects.filter(started_at__gte=start_of(day), started_at__lt=end_of(day)).order_by()


def attempts_of(day):
    """The passwords typed on `day`."""
    return AccessEvent.objects.filter(happened_at__gte=start_of(day), happened_at__lt=end_of(day)).order_by()


def by_video(day, *, videos=None):
    """Return {video id: Figures} of `day`; `videos`: a queryset or list of ids, None for all. Two queries."""
    views, events = views_of(day), attempts_of(day).filter(section=None)
    if videos is not None:
        views, events = views.filter(video__in=videos), events.filter(video__in=videos)
    watched = sums(
        views=Count("pk"),
        unique_viewers=Count("viewer", filter=~Q(viewer=""), distinct=True),
        completed=Count("pk", filter=Q(is_completed=True)),
        measured_views=Count("last_beat_at"),
        unlocks=Value(0),
        refused_guesses=Value(0),
    )
    found = defaultdict(Totals)
    for row in views.values("video").annotate(**watched):
        found[row["video"]] = read_sums(row)
    for page, figures in _attempts_by_page(events, "video"):
        found[page] += figures
    return dict(found)


def by_section(day, *, sections=None):
    """Return {section id: Figures} of the passwords typed at sections themselves on `day`. One query."""
    events = attempts_of(day).filter(video=None)
    if sections is not None:
        events = events.filter(section__in=sections)
    return dict(_attempts_by_page(events, "section"))


def _attempts_by_page(events, page):
    counted = events.values(page).annotate(
        unlocks=Count("pk", filter=Q(kind=AccessEvent.Kind.UNLOCK)),
        refused_guesses=Count("pk", filter=Q(kind=AccessEvent.Kind.REFUSED)),
    )
    for row in counted:
        yield row.pop(page), Totals(**row)


def reach(day, *, videos=None):
    """Return how many different viewers there were on `day` at `videos` (a queryset; None: at any)."""
    views = views_of(day).exclude(viewer="")
    if videos is not None:
        views = views.filter(video__in=videos)
    return views.aggregate(total=Count("viewer", distinct=True))["total"]


def reach_by_path(day):
    """Return {tree path of a page: different viewers of the videos below it on `day`}; a query for each level."""
    views = views_of(day).exclude(viewer="")
    deepest = views.aggregate(letters=Max(Length("video__path")))["letters"] or 0
    found = {}
    for letters in range(STEP, deepest, STEP):
        level = views.annotate(top=Substr("video__path", 1, letters)).values("top")
        found.update(level.annotate(total=Count("viewer", distinct=True)).values_list("top", "total"))
    return found


def watchings(day, *, videos=None):
    """Return {video id: {film: Watching}} of the views of `day` whose player told. One query."""
    views = views_of(day).filter(last_beat_at__isnull=False)
    if videos is not None:
        views = views.filter(video__in=videos)
    letters = {f"letter{number}": Substr("watched", number + 1, 1) for number in range(HEX_DIGITS)}
    counts = {f"h{number}": Sum(_has_played(number)) for number in range(RETENTION_BUCKETS)}
    told = {"measured_views": Count("pk"), "parts": Sum("hundredths"), **counts}
    found = defaultdict(dict)
    for row in views.alias(**letters).values("video", "film").annotate(**told):
        parts = tuple(row[name] for name in counts)
        found[row["video"]][row["film"]] = Watching(row["measured_views"], row["parts"], parts)
    return dict(found)


def _has_played(hundredth):
    """An expression: 1 if a row's `watched` has the bit of this hundredth; a bit of a letter is eight letters."""
    letter, bit = divmod(hundredth, 4)
    with_bit = [f"{value:x}" for value in range(16) if value & (8 >> bit)]
    test = Q(**{f"letter{letter}__in": with_bit})
    return Case(When(test, then=1), default=0, output_field=IntegerField())


def counts_by_value(day, column, *, videos=None):
    """Return {video id: {value: views}} of `day` for `column`, "device" or "referrer_host"; "" is left out."""
    views = views_of(day).exclude(**{column: ""})
    if videos is not None:
        views = views.filter(video__in=videos)
    found = defaultdict(dict)
    for video, value, total in (
        views.values("video", column).annotate(total=Count("pk")).values_list("video", column, "total")
    ):
        found[video][value] = total
    return dict(found)
