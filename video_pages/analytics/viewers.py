"""The digest by which one browser is one viewer for one day. It distinguishes browsers and identifies none.

The digest is an HMAC under a random salt that belongs to one day and is removed soon after. From then on nobody can
find out whose digest a row holds, not even with the database and every secret of the site. While an access lasts, two
views under it can be recognised by the access that they name; `anonymise_ended_views` removes that name afterwards.
"""

import datetime as dt
import hashlib
import hmac
import secrets
from typing import Any

from django.db import transaction
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from video_pages.analytics import locking
from video_pages.analytics.day_bounds import day_of, start_of
from video_pages.analytics.models import AccessEvent, DailySalt, VideoView

# The prefix of `access_ref` in a view of a video open to everyone: it has no access row.
OPEN_VIEW = "open:"
# The prefix while the view names its access row (the id follows), and the one of a view that names nothing any more.
ACCESS_VIEW = "session:"
ANONYMOUS_VIEW = "over:"

SALT_BYTES = 32
DIGEST_LENGTH = 32  # 128 bits
# Yesterday's salt is kept for views that are written around midnight.
SALTS_KEPT_FOR = dt.timedelta(days=1)


def viewer_digest(identity: str, *, now: dt.datetime) -> str:
    """Return the digest (32 hexadecimal digits) of a browser for the day of `now`.

    `identity` is the random id in the browser's session, or the address and user agent. One query; the first view of a
    day also inserts a row.
    """
    salt = salt_of(day_of(now))
    return hmac.new(salt.encode(), identity.encode(errors="replace"), hashlib.sha256).hexdigest()[:DIGEST_LENGTH]


def salt_of(day: dt.date) -> str:
    """Return the salt of `day`; the first call of the day creates it."""
    salt = DailySalt.objects.filter(day=day).values_list("salt", flat=True).first()
    if salt is None:
        fresh = secrets.token_hex(SALT_BYTES)
        salt = DailySalt.objects.get_or_create(day=day, defaults={"salt": fresh})[0].salt
    return salt


def remove_old_salts(*, now: dt.datetime) -> int:
    """Remove the salts of days before yesterday; return the number."""
    removed, _by_model = DailySalt.objects.filter(day__lt=day_of(now) - SALTS_KEPT_FOR).delete()
    return removed


def anonymise_open_views(*, now: dt.datetime) -> int:
    """Remove the digest of an address from views and downloads of open videos of the days before yesterday.

    Returns the number of views. The digest in `access_ref` makes a browser count once a day. It is keyed with
    SECRET_KEY, which would allow finding the address by trying all of them.
    """
    _anonymise_downloads(AccessEvent.objects.filter(access_ref__startswith=OPEN_VIEW), now)
    return _anonymise(VideoView.objects.filter(access_ref__startswith=OPEN_VIEW), now)


def anonymise_ended_views(*, now: dt.datetime, accesses: QuerySet[Any]) -> int:
    """Remove the access from views and downloads of the days before yesterday under one that has ended.

    Returns the number of views. `accesses` is a queryset of the remaining access rows; their ids are never used again.
    """
    named = accesses.order_by().values(ref=Concat(Value(ACCESS_VIEW), Cast("pk", CharField())))
    ended = Q(access_ref__startswith=ACCESS_VIEW) & ~Q(access_ref__in=named)
    _anonymise_downloads(AccessEvent.objects.filter(ended), now)
    return _anonymise(VideoView.objects.filter(ended), now)


def _anonymise(rows: QuerySet[VideoView], now: dt.datetime) -> int:
    # The id of the row keeps the column unique for each video.
    anonymous = Concat(Value(ANONYMOUS_VIEW), Cast("pk", CharField()))
    named = rows.filter(started_at__lt=_end_of_names(now))
    with transaction.atomic():
        locking.lock_views(named)
        return named.update(access_ref=anonymous)


def _anonymise_downloads(rows: QuerySet[AccessEvent], now: dt.datetime) -> None:
    rows.filter(happened_at__lt=_end_of_names(now)).update(access_ref="")


def _end_of_names(now: dt.datetime) -> dt.datetime:
    return start_of(day_of(now) - SALTS_KEPT_FOR)
