"""Counting views: each access counts once for a video, whichever of its ranges comes first, on any server."""

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from video_pages.analytics.models import VideoView


def count_view(*, video_id, access_ref, now=None):
    """Count one viewing of the page `video_id` under `access_ref` (80 characters at most), once.

    Returns True if it is new; `views` of the page has then risen by one in the same transaction. Exact
    over threads, processes and servers. Raises IntegrityError if the page is gone.
    """
    with transaction.atomic():
        is_new = _insert(video_id, access_ref, now or timezone.now())
        if is_new:
            pages = VideoView._meta.get_field("video").related_model.objects
            pages.filter(pk=video_id).update(views=F("views") + 1)
    return is_new


def _insert(video_id, access_ref, started_at):
    """Insert the row unless it is there; True if it was not.

    Written out because the ORM's `ignore_conflicts` doesn't say whether a row was made, and on SQLite would
    ignore more than this conflict. The statement is the same on SQLite and PostgreSQL.
    """
    row = {"video": video_id, "access_ref": access_ref, "started_at": started_at}
    fields = [VideoView._meta.get_field(name) for name in row]
    quote = connection.ops.quote_name
    columns = [quote(field.column) for field in fields]
    # Only names of our own model go into the text; the values are parameters.
    statement = (
        f"INSERT INTO {quote(VideoView._meta.db_table)} ({', '.join(columns)}) VALUES (%s, %s, %s) "  # noqa: S608
        f"ON CONFLICT ({', '.join(columns[:2])}) DO NOTHING"
    )
    values = [field.get_db_prep_save(row[field.name], connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount == 1
