"""Handlers of the signals of other apps and of our packages; connected in apps.py."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import pre_delete, pre_save
from django.http import HttpRequest
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, post_page_move

from video_pages.access import shared_passwords
from video_pages.access.browser import browser_keys
from video_pages.access.revoke import end_access_of_drafts, end_browser
from video_pages.analytics import rollup
from video_pages.ingest import publishing
from video_pages.library.models import VideoFile
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.sections import relocation
from video_pages.transcoding.models import State
from video_pages.transcoding.signals import processing_finished


def end_browser_access(
    sender: type[AbstractBaseUser] | None, request: HttpRequest | None, user: AbstractBaseUser | None, **kwargs: Any
) -> None:
    """End the browser's access at log-out; Django sends this before it flushes the session."""
    if request is not None:
        end_browser(browser_keys(request))


def publish_waiting_pages(sender: Any, video_file: VideoFile, state: str, **kwargs: Any) -> None:
    """Publish the pages that wait for a video that is ready now."""
    if state == State.READY:
        publishing.publish_ready(video_file=video_file)


def cancel_publication(sender: type[VideoPage], instance: VideoPage, **kwargs: Any) -> None:
    """Cancel the pending publication of a page that was published or unpublished by hand."""
    publishing.cancel_publication(instance)


def recount_viewers_after_move(
    sender: type[Page], instance: Page, parent_page_before: Page, parent_page_after: Page, **kwargs: Any
) -> None:
    """Mark the days whose views are kept as due to be summed again, after a page has moved between sections."""
    if parent_page_before.pk != parent_page_after.pk:
        rollup.mark_days_due_after_move(instance)


def relocate_files(
    sender: type[Page], instance: Page, parent_page_before: Page, parent_page_after: Page, **kwargs: Any
) -> None:
    """Move the file of a moved video to the collection of its new section."""
    relocation.relocate_after_move(instance, parent_page_before, parent_page_after)


def recount_viewers_before_deletion(sender: type[VideoPage], instance: VideoPage, **kwargs: Any) -> None:
    """Mark the days of a video's views as due to be summed again, before the video and its views are deleted."""
    rollup.mark_days_due(instance.video_views.all())


def connect() -> None:
    """Connect every handler; safe to call twice."""
    for model in (VideoPage, VideoIndexPage):
        pre_save.connect(end_access_of_drafts, sender=model, dispatch_uid=f"end_access_of_drafts:{model.__name__}")
    for model in shared_passwords.MODELS:
        pre_save.connect(
            shared_passwords.refuse_shared_password,
            sender=model,
            dispatch_uid=f"refuse_shared_password:{model.__name__}",
        )
    user_logged_out.connect(end_browser_access, dispatch_uid="end_browser_access")
    processing_finished.connect(publish_waiting_pages, dispatch_uid="publish_waiting_pages")
    post_page_move.connect(recount_viewers_after_move, dispatch_uid="recount_viewers_after_move")
    post_page_move.connect(relocate_files, dispatch_uid="relocate_files")
    pre_delete.connect(
        recount_viewers_before_deletion, sender=VideoPage, dispatch_uid="recount_viewers_before_deletion"
    )
    for signal, name in ((page_published, "published"), (page_unpublished, "unpublished")):
        signal.connect(cancel_publication, sender=VideoPage, dispatch_uid=f"cancel_publication:{name}")
