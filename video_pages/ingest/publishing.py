"""Publish pages when their video is ready: an editor requests it once, and the page is published later.

The mark `publish_when_ready` is a kept column. Any publication or unpublication of the page clears it, because that is
the later wish. A file that was refused or failed leaves the mark and the draft: the next source that becomes ready, or
the same one processed again, publishes the page.

The latest revision is published, in the name of its author. If the author may not publish (any more), the mark is
cleared and the page stays a draft, so that it does not bypass approval. A page locked for the author waits until the
lock is released. A page without an owner whose revision has no author comes from an operator's command, and is
published. A page with an owner whose revision has no author is not: the account was deleted, and its permissions can't
be checked any more.
"""

import logging

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q

from video_pages.core import clock
from video_pages.core.actions import LoggedAction
from video_pages.core.log_actions import LogAction
from video_pages.core.repeated_errors import RepeatedErrors
from video_pages.core.rights import PageRight
from video_pages.library.models import VideoFile
from video_pages.pages.models import VideoPage
from video_pages.transcoding.models import ProcessingJob, Stage, State

logger = logging.getLogger(__name__)
_errors = RepeatedErrors()


class PublishingPermissionError(PermissionDenied):
    """The user may not publish the page, or not edit it."""


class PublishWhenReadyAction(LoggedAction):
    """Requests that a draft is published when its video is ready to play."""

    action_name = "publish_when_ready"
    permission_policy_action = "publish"
    permission_error_class = PublishingPermissionError
    log_action = LogAction.PUBLISH_WHEN_READY

    def act(self) -> None:
        VideoPage.objects.filter(pk=self.instance.pk).update(publish_when_ready=True)

    def execute(self, skip_permission_checks: bool = False) -> None:
        super().execute(skip_permission_checks=skip_permission_checks)
        self.instance.publish_when_ready = True


class KeepAsDraftAction(LoggedAction):
    """Withdraws the request for publication; `execute` returns False if there was none."""

    action_name = "keep_as_draft"
    permission_policy_action = PageRight.EDIT
    permission_error_class = PublishingPermissionError
    log_action = LogAction.KEEP_AS_DRAFT

    def act(self) -> bool:
        return _clear_mark(self.instance.pk)

    def execute(self, skip_permission_checks: bool = False) -> bool:
        cleared = super().execute(skip_permission_checks=skip_permission_checks)
        self.instance.publish_when_ready = False
        return cleared


def publish_when_ready(page: VideoPage, *, user: User | None = None) -> None:
    """Request publication of the draft `page` without a check of permissions; see PublishWhenReadyAction."""
    PublishWhenReadyAction(page, user=user).execute(skip_permission_checks=True)


def keep_as_draft(page: VideoPage, *, user: User | None = None) -> bool:
    """Withdraw the request for publication without a check of permissions; see KeepAsDraftAction."""
    return KeepAsDraftAction(page, user=user).execute(skip_permission_checks=True)


def cancel_publication(page: VideoPage) -> None:
    """Clear the mark without a log entry, after the page was published or unpublished."""
    _clear_mark(page.pk)


def publish_ready(*, video_file: VideoFile | None = None) -> int:
    """Publish the marked pages whose video is ready, or plays and gets its further sizes; return how many.

    `video_file` limits this to its pages. Called when a job has made its video playable, at the end of each job, and by
    the periodic task for pages whose worker was killed in between. Of several concurrent callers, one publishes.
    """
    gets_sizes = ProcessingJob.objects.unfinished().filter(
        stage=Stage.LADDER,
        source_version=F("video_file__source_version"),
        video_file__package_version=F("video_file__source_version"),
    )
    is_ready = Q(video_file__job__state=State.READY) | Q(video_file__job__in=gets_sizes)
    waiting = VideoPage.objects.filter(is_ready, publish_when_ready=True, alias_of=None)
    if video_file is not None:
        waiting = waiting.filter(video_file=video_file)
    return sum(_publish(page_id) for page_id in waiting.order_by("pk").values_list("pk", flat=True))


def _publish(page_id: int) -> bool:
    """Publish one page; True if it was published. Errors are logged, so that they do not stop other pages."""
    try:
        with transaction.atomic():
            page = VideoPage.objects.select_for_update(of=("self",)).filter(pk=page_id, publish_when_ready=True).first()
            is_published = page is not None and _publish_marked(page)
    except Exception as error:
        if _errors.is_new(page_id, error):
            logger.exception("Page %s could not be published though its film is ready; it is tried again.", page_id)
        return False
    _errors.is_over(page_id)
    return is_published


def _publish_marked(page: VideoPage) -> bool:
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
    # A draft with another video waits for that one. Wagtail writes drafts of unpublished pages into the row, too.
    if _is_locked_for(page, user) or revision.as_object().video_file_id != page.video_file_id:
        return False
    if not _clear_mark(page.pk):
        return False
    revision.publish(user=user)
    return True


def _is_locked_for(page: VideoPage, user: User | None) -> bool:
    lock = page.get_lock()
    return lock is not None and (user is None or lock.for_user(user))


def _clear_mark(page_id: int) -> bool:
    """Clear the mark by one conditional UPDATE; True for the one caller that found it set."""
    return bool(VideoPage.objects.filter(pk=page_id, publish_when_ready=True).update(publish_when_ready=False))
