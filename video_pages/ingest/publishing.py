"""Pages that go live by themselves: an editor asks once, and the page is published when its film is ready.

The mark is a kept column. It goes with any publishing or unpublishing of the page, by whomever: what somebody did
by hand meanwhile is the later wish. A file that was refused or failed leaves the mark and the draft; the next
source that becomes ready, or the same one processed again, publishes.

What is published is the latest revision, in the name of who wrote it. If that person may not publish (any
more), the mark is taken away and the page stays a draft: a draft must not go live past those who approve it. A
page locked for that person waits until the lock is gone. Where the page has no owner and its revision nobody who
wrote it, both come from the operator's commands, and are published. A revision alone without a person is not: its
writer's account was deleted, and what that person might do can't be asked any more.
"""

import logging

from django.db import transaction
from wagtail.log_actions import log

from video_pages.core import clock
from video_pages.pages.models import VideoPage
from video_pages.transcoding.models import State

LOG_ASKED = "video_pages.publish_when_ready"
LOG_WITHDRAWN = "video_pages.publish_when_ready_withdrawn"

logger = logging.getLogger(__name__)


def publish_when_ready(page, *, user=None):
    """Have the draft `page` published when its film is ready to play."""
    with transaction.atomic():
        VideoPage.objects.filter(pk=page.pk).update(publish_when_ready=True)
        log(instance=page, action=LOG_ASKED, user=user)
    page.publish_when_ready = True


def keep_as_draft(page, *, user=None):
    """Take back `publish_when_ready`; return False if the page was not waiting for it."""
    with transaction.atomic():
        taken = _take_mark(page.pk)
        if taken:
            log(instance=page, action=LOG_WITHDRAWN, user=user)
    page.publish_when_ready = False
    return taken


def cancel_publication(page):
    """Take the mark away silently: the page was published or unpublished by hand."""
    _take_mark(page.pk)


def publish_ready(*, video_file=None):
    """Publish the pages that wait for their film and whose film is ready; return how many.

    `video_file` limits this to its pages. Called at the end of each job, and again by the periodic work for those
    whose worker was killed in between. Of several callers at once, one publishes.
    """
    waiting = VideoPage.objects.filter(publish_when_ready=True, alias_of=None, video_file__job__state=State.READY)
    if video_file is not None:
        waiting = waiting.filter(video_file=video_file)
    return sum(_publish(page_id) for page_id in waiting.order_by("pk").values_list("pk", flat=True))


def _publish(page_id):
    """Publish one page; True if it was. What goes wrong with one page must not keep others back: it is logged."""
    try:
        with transaction.atomic():
            page = VideoPage.objects.select_for_update(of=("self",)).filter(pk=page_id, publish_when_ready=True).first()
            return page is not None and _publish_marked(page)
    except Exception:
        logger.exception("Page %s could not be published though its film is ready; it is tried again.", page_id)
        return False


def _publish_marked(page):
    if page.live or (page.expire_at and page.expire_at <= clock.now()):
        cancel_publication(page)
        return False
    revision = page.get_latest_revision() or page.save_revision(clean=False)
    user = revision.user
    if user is None and page.owner_id is not None:
        logger.info("Page %s stays a draft: the account of who wrote its latest revision is gone.", page.pk)
        keep_as_draft(page)
        return False
    if user is not None and not page.permissions_for_user(user).can_publish():
        logger.info("Page %s stays a draft: %s may not publish it.", page.pk, user)
        keep_as_draft(page)
        return False
    # A draft with another film waits for that one. Wagtail writes drafts of unpublished pages into the row, too.
    if _is_locked_for(page, user) or revision.as_object().video_file_id != page.video_file_id:
        return False
    if not _take_mark(page.pk):
        return False
    revision.publish(user=user)
    return True


def _is_locked_for(page, user):
    lock = page.get_lock()
    return lock is not None and (user is None or lock.for_user(user))


def _take_mark(page_id):
    """Take the mark away by one conditional UPDATE; True for the one caller that found it."""
    return bool(VideoPage.objects.filter(pk=page_id, publish_when_ready=True).update(publish_when_ready=False))
