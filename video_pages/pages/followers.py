"""Close the aliases and translations of a page that is deleted, and delete them after it.

Without its source an alias would be a page of its own, with the file, behind the guard of the section around it. The
same holds for pages below the alias of a section: the password of the source has guarded them.
"""

import logging
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from wagtail.models import Page
from wagtail.query import PageQuerySet

from video_pages.access.followers import follower_ids
from video_pages.core.signals import pages_updated
from video_pages.pages.models import VideoIndexPage, VideoPage

logger = logging.getLogger(__name__)


def followers_outside(deleted: QuerySet[Page]) -> QuerySet[Page]:
    """Return the pages that follow one of `deleted`, at any step, and are none of these."""
    deleted = deleted.order_by().values("pk")
    return Page.objects.filter(pk__in=follower_ids(deleted)).exclude(pk__in=deleted)


def drafts_of(deleted: QuerySet[Page]) -> QuerySet[Page]:
    """Return the live pages below the aliases of sections that `close_followers` makes drafts, for all of `deleted`."""
    closed = list(followers_outside(deleted).values_list("pk", flat=True))
    return _own_below(closed).filter(live=True).exclude(pk__in=deleted.order_by().values("pk"))


def close_followers(page: Any) -> None:
    """Close what follows `page`, which is about to be deleted with all below it, and delete it once that is done.

    The followers lose the file in the same transaction. Other pages below an alias of a section become drafts.
    """
    followers = followers_outside(Page.objects.filter(path__startswith=page.path))
    closed = list(followers.order_by("-depth").values_list("pk", flat=True))
    if closed:
        VideoPage.objects.filter(pk__in=closed).update(live=False, video_file=None)
        VideoIndexPage.objects.filter(pk__in=closed).update(live=False)
        _close_below(closed)
        for model in (VideoPage, VideoIndexPage):
            pages_updated.send(sender=model, page_ids=closed)
        transaction.on_commit(lambda: _delete(closed), robust=True)


def _close_below(closed: Collection[int]) -> None:
    """Make the pages below the sections with the ids `closed` drafts that nothing publishes by itself."""
    below = _own_below(closed)
    VideoPage.objects.filter(pk__in=below.order_by().values("pk")).update(publish_when_ready=False)
    for page in below.specific():
        page.revisions.update(approved_go_live_at=None)
        page.unpublish()  # in the name of the user whose request this is: Wagtail's log knows it


def _own_below(closed: Collection[int]) -> PageQuerySet:
    """Return the pages of their own below the sections with the ids `closed`."""
    below = Q(pk__in=())
    for path in VideoIndexPage.objects.filter(pk__in=closed, numchild__gt=0).values_list("path", flat=True):
        below |= Q(path__startswith=path)
    return Page.objects.filter(below, alias_of=None).exclude(pk__in=closed)


def _delete(ids: Iterable[int]) -> None:
    """Delete the pages with `ids`, but no section that has pages of its own below it: that stays, as a draft.

    One that can't be deleted keeps back no other, and stays as a draft too.
    """
    for page in Page.objects.filter(pk__in=ids, alias_of=None, live=False).order_by("-depth"):
        try:
            with transaction.atomic():
                page.refresh_from_db()  # its number of children
                if not page.get_descendants().filter(alias_of=None).exclude(pk__in=ids).exists():
                    page.specific.delete()
        except Exception:
            logger.exception("%s stays as a draft, though its source has been deleted.", page)
