"""Who is one viewer: a browser, for one day. The digest tells two browsers apart and says nothing about either.

It is an HMAC under a random salt that belongs to one day and is removed soon after. From then on nobody, whoever has
the database and every secret of the site, can find out whose digest a row holds. That two rows are of one person can be
told by the access that they name, while that access lasts; `anonymise_ended_views` takes the name away after it.
"""

import datetime as dt
import hashlib
import hmac
import secrets

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from video_pages.analytics.day_bounds import day_of, start_of
from video_pages.analytics.models import DailySalt, VideoView

# How the `access_ref` of a view of a video open to everyone begins: no access row stands behind it.
OPEN_VIEW = "open:"
# How it begins while the view names the access row (its id follows) that it was made under; and when it names nothing.
ACCESS_VIEW = "session:"
ANONYMOUS_VIEW = "over:"

SALT_BYTES = 32
DIGEST_LENGTH = 32  # 128 bits
# Yesterday's is kept for views that are being written around midnight.
SALTS_KEPT_FOR = dt.timedelta(days=1)


def viewer_of(known_as, *, now):
    """Return the digest (32 hexadecimal letters) by which the browser `known_as` is told apart on the day of `now`.

    `known_as` is text: a random id that the browser's session holds, or what else is known of it. One query, and on a
    day's first view a row more.
    """
    salt = salt_of(day_of(now))
    return hmac.new(salt.encode(), known_as.encode(errors="replace"), hashlib.sha256).hexdigest()[:DIGEST_LENGTH]


def salt_of(day):
    """Return the salt of `day`, made if it is the first time that anybody asks."""
    salt = DailySalt.objects.filter(day=day).values_list("salt", flat=True).first()
    if salt is None:
        fresh = secrets.token_hex(SALT_BYTES)
        salt = DailySalt.objects.get_or_create(day=day, defaults={"salt": fresh})[0].salt
    return salt


def remove_old_salts(*, now):
    """Remove the salts of days before yesterday; return how many."""
    removed, _by_model = DailySalt.objects.filter(day__lt=day_of(now) - SALTS_KEPT_FOR).delete()
    return removed


def anonymise_open_views(*, now):
    """Take the digest of an address out of the views of open videos that began before yesterday; return how many.

    It stood in `access_ref` so that a browser counts once a day, keyed with SECRET_KEY: whoever has that could find the
    address by trying them all.
    """
    return _anonymise(VideoView.objects.filter(access_ref__startswith=OPEN_VIEW), now)


def anonymise_ended_views(*, now, accesses):
    """Take the access out of the views that began before yesterday under one that has ended; return how many.

    `accesses` is a queryset of the access rows that there still are: their ids are never given again.
    """
    named = accesses.order_by().values(ref=Concat(Value(ACCESS_VIEW), Cast("pk", CharField())))
    rows = VideoView.objects.filter(access_ref__startswith=ACCESS_VIEW).exclude(access_ref__in=named)
    return _anonymise(rows, now)


def _anonymise(rows, now):
    before = start_of(day_of(now) - SALTS_KEPT_FOR)
    # A row's own id keeps the column unique for each video.
    return rows.filter(started_at__lt=before).update(access_ref=Concat(Value(ANONYMOUS_VIEW), Cast("pk", CharField())))
