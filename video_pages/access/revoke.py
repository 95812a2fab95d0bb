"""Ending access: rows go in the caller's transaction, and the next request for anything asks again and fails."""

from django.db import transaction
from wagtail.log_actions import log

from video_pages.access.models import VideoAccessSession
from video_pages.core import clock

LOG_ACTION = "video_pages.access_changed"
LOG_ENDED = "video_pages.access_ended"

PURGE_BATCH = 1000  # rows a statement, so that a writer never waits long on SQLite


def end_access(page):
    """Delete every access row that `page`, a source VideoPage or VideoIndexPage, has given; return how many."""
    deleted, _by_model = VideoAccessSession.objects.filter(**{f"{page.guard_kind}_id": page.pk}).delete()
    return deleted


def end_access_at(page, until):
    """Let every access row that `page`, a source page, has given end at `until` (aware) at the latest."""
    rows = VideoAccessSession.objects.filter(**{f"{page.guard_kind}_id": page.pk})
    rows.filter(expires_at__gt=until).update(expires_at=until)


def end_access_of_drafts(sender, instance, **kwargs):
    """Signal handler before a save: a page that goes from live to draft ends all access, in the same transaction.

    Covers every way to unpublish: the editor's, a workflow's, a bulk action's, the schedule's. Saving what is a draft
    already ends nothing: a section in draft still guards, and what it guards goes on.
    """
    if instance.live or kwargs.get("raw") or not instance.pk:
        return
    if sender.objects.filter(pk=instance.pk, live=True).exists():
        end_access(instance)


def end_all_access(page, *, user=None):
    """End all access that the password of `page` has given; an alias's source is asked. Return how many rows went."""
    source = page.source
    with transaction.atomic():
        ended = end_access(source)
        log(instance=source, action=LOG_ACTION, user=user)
    return ended


def end_sessions(sessions, *, user=None):
    """End the access that the rows of the queryset `sessions` give; return how many went.

    Logged once at each page that had given some of it.
    """
    with transaction.atomic():
        rows = list(sessions.select_related("video", "section"))
        deleted, _by_model = VideoAccessSession.objects.filter(pk__in=[row.pk for row in rows]).delete()
        pages = {row.guard_key: row.video or row.section for row in rows}
        for page in pages.values():
            log(instance=page, action=LOG_ENDED, user=user)
    return deleted


def end_browser(browser):
    """Delete every access row of one Browser, as at log-out; return how many."""
    deleted, _by_model = VideoAccessSession.objects.filter(session_key__in=browser.keys).delete()
    return deleted


def purge_expired(*, now=None, batch_size=PURGE_BATCH):
    """Delete the rows whose time is over at `now`, `batch_size` at a time; return how many."""
    now = now or clock.now()
    purged = 0
    while True:
        batch = list(VideoAccessSession.objects.expired(now).order_by("pk").values_list("pk", flat=True)[:batch_size])
        if not batch:
            return purged
        # Ask again: a section's row may have been extended since it was listed.
        deleted, _by_model = VideoAccessSession.objects.expired(now).filter(pk__in=batch).delete()
        purged += deleted
        if not deleted:
            return purged
