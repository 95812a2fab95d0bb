"""Write raw rows as things happen: views and downloads once for each access, and attempts at a password."""

import datetime as dt

from django.db import connection, transaction
from django.db.models import F

from video_pages.analytics.invitation_models import InvitationDownload
from video_pages.analytics.models import AccessEvent, VideoView
from video_pages.analytics.page_models import page_manager
from video_pages.core import clock
from video_pages.core.page_protocols import LockablePage


def count_view(
    *,
    video_id: int,
    access_ref: str,
    viewer: str = "",
    device: str = "",
    version: str = "",
    invitation_id: int | None = None,
    invitation_viewer_id: int | None = None,
    now: dt.datetime | None = None,
) -> bool:
    """Count one view of the page `video_id` under `access_ref` (80 characters at most), once.

    The other arguments are columns of VideoView. Returns whether the view is new; `views` of the page then
    rises by one in the same transaction. The count is exact over threads, processes and servers. Raises IntegrityError
    if the page does not exist.
    """
    view = VideoView(
        video_id=video_id,
        access_ref=access_ref,
        viewer=viewer,
        device=device,
        version=version,
        invitation_id=invitation_id,
        invitation_viewer_id=invitation_viewer_id,
        started_at=now or clock.now(),
    )
    with transaction.atomic():
        is_new = _insert(view)
        if is_new:
            page_manager("video").filter(pk=video_id).update(views=F("views") + 1)
    return is_new


def _insert(view: VideoView) -> bool:
    """Insert the row unless its access already has one for its video; return whether it was inserted.

    This is SQL because the ORM's `ignore_conflicts` does not report whether a row was inserted, and on SQLite ignores
    more than this conflict. The statement is the same on SQLite and PostgreSQL.
    """
    fields = [field for field in VideoView._meta.concrete_fields if not field.primary_key]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    unique = ", ".join(quote(str(field.column)) for field in fields if field.name in ("video", "access_ref"))
    # Only names of our own model go into the text; the values are parameters.
    statement = (
        f"INSERT INTO {quote(VideoView._meta.db_table)} ({columns}) "  # noqa: S608
        f"VALUES ({', '.join(['%s'] * len(fields))}) ON CONFLICT ({unique}) DO NOTHING"
    )
    values = [field.get_db_prep_save(getattr(view, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount == 1


def record_attempt(*, page: LockablePage, is_right: bool, now: dt.datetime | None = None) -> AccessEvent:
    """Record an attempt at the password of `page`, a source video or section; return the AccessEvent."""
    kind = AccessEvent.Kind.UNLOCK if is_right else AccessEvent.Kind.REFUSED
    return AccessEvent.objects.create(kind=kind, happened_at=now or clock.now(), **{f"{page.guard_kind}_id": page.pk})


def record_download(
    *,
    video_id: int,
    access_ref: str,
    version: str = "",
    size: str = "",
    invitation_viewer_id: int | None = None,
    now: dt.datetime | None = None,
) -> None:
    """Count the download of the video `video_id` under `access_ref` (80 characters at most), once for each access.

    For a viewer of an invitation the file is recorded as well: `version` and `size` as in InvitationDownload.
    """
    now = now or clock.now()
    event = AccessEvent(kind=AccessEvent.Kind.DOWNLOAD, video_id=video_id, access_ref=access_ref, happened_at=now)
    AccessEvent.objects.bulk_create([event], ignore_conflicts=True)
    if invitation_viewer_id is not None:
        taken = InvitationDownload(
            viewer_id=invitation_viewer_id, video_id=video_id, version=version, size=size, began_at=now
        )
        InvitationDownload.objects.bulk_create([taken], ignore_conflicts=True)
