"""What is written as it happens: each access counts once for a video, its player adds to it, passwords are counted."""

from django.db import connection, transaction
from django.db.models import F

from video_pages.analytics import watch_reports
from video_pages.analytics.day_bounds import day_of
from video_pages.analytics.models import AccessEvent, RolledDay, VideoView
from video_pages.core import clock


def count_view(*, video_id, access_ref, viewer="", device="", now=None):
    """Count one viewing of the page `video_id` under `access_ref` (80 characters at most), once.

    `viewer` and `device` are as the columns of VideoView. Returns True if it is new; `views` of the page has then risen
    by one in the same transaction. Exact over threads, processes and servers. Raises IntegrityError if the page is
    gone.
    """
    view = VideoView(
        video_id=video_id, access_ref=access_ref, viewer=viewer, device=device, started_at=now or clock.now()
    )
    with transaction.atomic():
        is_new = _insert(view)
        if is_new:
            pages = VideoView._meta.get_field("video").related_model.objects
            pages.filter(pk=video_id).update(views=F("views") + 1)
    return is_new


def _insert(view):
    """Insert the row unless its access has one for its video; True if it had not.

    Written out because the ORM's `ignore_conflicts` doesn't say whether a row was made, and on SQLite would
    ignore more than this conflict. The statement is the same on SQLite and PostgreSQL.
    """
    fields = [field for field in VideoView._meta.concrete_fields if not field.primary_key]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    once = ", ".join(quote(VideoView._meta.get_field(name).column) for name in ("video", "access_ref"))
    # Only names of our own model go into the text; the values are parameters.
    statement = (
        f"INSERT INTO {quote(VideoView._meta.db_table)} ({columns}) "  # noqa: S608
        f"VALUES ({', '.join(['%s'] * len(fields))}) ON CONFLICT ({once}) DO NOTHING"
    )
    values = [field.get_db_prep_save(getattr(view, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount == 1


def record_watch_report(*, video_id, access_ref, report, duration_seconds, film="", now=None):
    """Add what a player has played since its last Beat to the view that its access made.

    Of all beats together no more seconds are believed than the time since the view began admits at the player's fastest
    speed: whoever lies about them has to wait for them. Which parts of the film they were is believed. Two tabs on one
    access add to one row, one after the other, and share that time. `film` names what plays now, see `watching`: where
    the view was of another before, its parts are counted anew, for they were parts of that one; the seconds go on.
    Returns False, and writes nothing, if the access has no view of this video.
    """
    now = now or clock.now()
    with transaction.atomic():
        rows = VideoView.objects.select_for_update().filter(video=video_id, access_ref=access_ref)
        view = rows.defer("viewer", "device", "hundredths").first()
        if view is None:
            return False
        ranges = watch_reports.limit_seconds(report.ranges, _seconds_left(view, now))
        former, bits = watch_reports.from_hex(view.watched), watch_reports.played_bits(ranges, duration_seconds)
        if view.film in ("", film):
            bits |= former
        elif not bits:  # a player that still has the film before
            film, bits = view.film, former
        VideoView.objects.filter(pk=view.pk).update(
            film=film or view.film,
            watched=watch_reports.to_hex(bits),
            hundredths=bits.bit_count(),
            is_completed=view.is_completed or watch_reports.is_complete(bits),
            watch_seconds=view.watch_seconds + round(watch_reports.total_seconds(ranges)),
            referrer_host=view.referrer_host or report.referrer_host,
            last_beat_at=max(now, view.last_beat_at or now),
        )
        day = day_of(view.started_at)
        if day != day_of(now):
            # Summed already, perhaps: it is due again, and until then asked of the raw rows.
            RolledDay.objects.filter(day=day).delete()
    return True


def _seconds_left(view, now):
    """How many more seconds of film can have been played under `view`; none while the clock was set back."""
    if view.last_beat_at and view.last_beat_at - now > watch_reports.OUT_OF_ORDER:
        return 0
    return (now - view.started_at).total_seconds() * watch_reports.MAX_SPEED - view.watch_seconds


def record_attempt(*, page, is_right, now=None):
    """Keep that a password typed at `page`, a source video or section, was right or not; returns the AccessEvent."""
    kind = AccessEvent.Kind.UNLOCK if is_right else AccessEvent.Kind.REFUSED
    return AccessEvent.objects.create(kind=kind, happened_at=now or clock.now(), **{f"{page.guard_kind}_id": page.pk})
