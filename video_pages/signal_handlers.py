"""Handlers of the signals of other apps and of our packages; connected in apps.py."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet
from django.db.models.signals import post_delete, post_migrate, post_save, pre_delete, pre_save
from django.http import HttpRequest
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import copy_for_translation_done, page_published, page_unpublished, post_page_move

from video_pages.access import fingerprints, shared_passwords
from video_pages.access.browser import browser_keys, keep_usual_end
from video_pages.access.revoke import end_access_of_drafts, end_browser
from video_pages.access.site_settings import AccessSettings
from video_pages.analytics import rollup, site_days
from video_pages.core.signals import pages_updated
from video_pages.ingest import publishing
from video_pages.library.models import VideoFile
from video_pages.pages import followers, list_entries, translating, translation_publishing
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.pages.protected import ProtectedPage
from video_pages.search import sync, upkeep
from video_pages.sections import relocation
from video_pages.transcoding.models import State
from video_pages.transcoding.signals import became_playable, processing_finished


def end_browser_access(
    sender: type[AbstractBaseUser] | None, request: HttpRequest | None, user: AbstractBaseUser | None, **kwargs: Any
) -> None:
    """End the browser's access at log-out; Django sends this before it flushes the session."""
    if request is not None:
        end_browser(browser_keys(request))


def mark_deleted_source(sender: type[VideoFile], instance: VideoFile, **kwargs: Any) -> None:
    """Mark the source of a deleted video file for removal, in its transaction.

    wagtailmedia does so after the commit; a process that is killed between would leave a file that nothing names.
    """
    if instance.file.name:
        instance.file.storage.delete(instance.file.name)


def publish_waiting_pages(sender: Any, video_file: VideoFile, state: str, **kwargs: Any) -> None:
    """Publish the pages that wait for a video that is ready now."""
    if state == State.READY:
        publishing.publish_ready(video_file=video_file)


def publish_playable_pages(sender: Any, video_file: VideoFile, **kwargs: Any) -> None:
    """Publish the pages that wait for a video that plays now; its further sizes follow."""
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


def lock_statistics_before_deletion(
    sender: type[VideoPage] | type[VideoIndexPage], instance: VideoPage | VideoIndexPage, origin: Any, **kwargs: Any
) -> None:
    """Lock the statistics of all pages that are about to be deleted, before anything of the first is changed.

    `origin` is the queryset of the pages; Wagtail and its tree delete a page, and those below it, by one.
    """
    is_query = isinstance(origin, QuerySet) and issubclass(origin.model, Page)
    if not is_query:
        rollup.lock_before_deletion(Page.objects.filter(pk=instance.pk))
    elif not hasattr(origin, "statistics_are_locked"):
        origin.statistics_are_locked = True
        rollup.lock_before_deletion(origin)


def forget_site_days_before_deletion(
    sender: type[VideoPage] | type[VideoIndexPage], instance: VideoPage | VideoIndexPage, **kwargs: Any
) -> None:
    """Let the sums of the site be added up again without a page whose statistics are about to be deleted with it."""
    site_days.delete_days_of(instance.daily_statistics.all())


def recount_viewers_before_deletion(sender: type[VideoPage], instance: VideoPage, **kwargs: Any) -> None:
    """Mark the days of a video's views as due to be summed again, before the video and its views are deleted."""
    rollup.mark_days_due(instance.video_views.all())


def index_saved_page(
    sender: type[Page], instance: Page, update_fields: Iterable[str] | None = None, **kwargs: Any
) -> None:
    """Keep the search equal to a page that was saved."""
    sync.page_saved(instance, update_fields=update_fields)


def index_moved_page(
    sender: type[Page], instance: Page, parent_page_before: Page, parent_page_after: Page, **kwargs: Any
) -> None:
    """Keep the search equal to a page that has moved, and to the pages below it."""
    if parent_page_before.pk == parent_page_after.pk:
        sync.page_saved(instance)  # arranged: it is as private as before
    else:
        sync.page_moved(instance)


def index_updated_pages(sender: type[Page], page_ids: Sequence[int], **kwargs: Any) -> None:
    """Keep the search equal to pages that a service has updated."""
    sync.pages_changed(page_ids)


def index_restricted_page(sender: type[PageViewRestriction], instance: PageViewRestriction, **kwargs: Any) -> None:
    """Keep the search equal to Wagtail's own restriction of a page, and of the pages below it."""
    sync.restriction_changed(instance.page_id)


def prepare_search(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Make the search index of a new database, or of one that was restored from a copy without it."""
    if using == DEFAULT_DB_ALIAS:
        upkeep.prepare()


def connect_search() -> None:
    """Connect the handlers by which the search follows the pages; safe to call twice."""
    for model in (Page, VideoPage, VideoIndexPage):
        post_save.connect(index_saved_page, sender=model, dispatch_uid=f"index_saved_page:{model.__name__}")
    post_page_move.connect(index_moved_page, dispatch_uid="index_moved_page")
    pages_updated.connect(index_updated_pages, dispatch_uid="index_updated_pages")
    for signal, name in ((post_save, "saved"), (post_delete, "deleted")):
        signal.connect(index_restricted_page, sender=PageViewRestriction, dispatch_uid=f"index_restricted_page:{name}")
    post_migrate.connect(prepare_search, sender=apps.get_app_config("video_pages"), dispatch_uid="prepare_search")


def refresh_list_entry(sender: type[Page], instance: Page, raw: bool = False, **kwargs: Any) -> None:
    """Write the place of a saved video in the lists. Rows that `loaddata` reads have no page yet.

    Wagtail unpublishes expired pages and aliases as plain pages.
    """
    if not raw:
        list_entries.refresh(VideoPage.objects.filter(pk=instance.pk))


def refresh_list_entries_after_move(
    sender: type[Page], instance: Page, parent_page_after: Page, is_only_one: bool = False, **kwargs: Any
) -> None:
    """Write the places of the videos below the page to which another was moved, or of that one if no other moved."""
    if is_only_one:
        list_entries.refresh(VideoPage.objects.filter(pk=instance.pk))
    else:
        list_entries.refresh_after_move(parent_page_after)


def refresh_list_entries(sender: type[Page], page_ids: Sequence[int], **kwargs: Any) -> None:
    """Write the places of videos that are listed elsewhere now."""
    if sender is VideoPage:
        list_entries.refresh(VideoPage.objects.filter(pk__in=page_ids))


def translate_published_page(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """Give a published video or section a translation where the section above it has one."""
    translating.translate_like_parent(instance)


def withdraw_translation(sender: type[Page], instance: Any, **kwargs: Any) -> None:
    """Keep a translation off that was unpublished by itself."""
    translation_publishing.withdraw(instance)


def share_restrictions(sender: Any, target_obj: Any, **kwargs: Any) -> None:
    """Delete Wagtail's own restrictions of a new translation: those of its source count, also after a change."""
    if isinstance(target_obj, ProtectedPage) and target_obj.alias_of_id:
        target_obj.view_restrictions.all().delete()


def move_translations(sender: type[Page], instance: Page, parent_page_before: Page, **kwargs: Any) -> None:
    """Move the translations of a video or section that has moved."""
    page = instance.specific
    if isinstance(page, ProtectedPage):
        translating.follow_move(page)


def close_followers(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """Close the aliases and translations of a video or section that is about to be deleted."""
    followers.close_followers(instance)


def connect_translations() -> None:
    """Connect the handlers by which translations follow their sources; safe to call twice."""
    for model in (VideoPage, VideoIndexPage):
        name = model.__name__
        page_published.connect(translate_published_page, sender=model, dispatch_uid=f"translate_published_page:{name}")
        page_unpublished.connect(withdraw_translation, sender=model, dispatch_uid=f"withdraw_translation:{name}")
        pre_delete.connect(close_followers, sender=model, dispatch_uid=f"close_followers:{name}")
    post_page_move.connect(move_translations, dispatch_uid="move_translations")
    copy_for_translation_done.connect(share_restrictions, dispatch_uid="share_restrictions")


def connect() -> None:
    """Connect every handler; safe to call twice."""
    connect_search()
    connect_translations()
    for kind in (Page, VideoPage, VideoIndexPage):
        pre_save.connect(end_access_of_drafts, sender=kind, dispatch_uid=f"end_access_of_drafts:{kind.__name__}")
    for model in shared_passwords.MODELS:
        pre_save.connect(
            shared_passwords.refuse_shared_password,
            sender=model,
            dispatch_uid=f"refuse_shared_password:{model.__name__}",
        )
    post_save.connect(fingerprints.forget_if_off, sender=AccessSettings, dispatch_uid="forget_fingerprints")
    post_delete.connect(mark_deleted_source, sender=VideoFile, dispatch_uid="mark_deleted_source")
    user_logged_out.connect(end_browser_access, dispatch_uid="end_browser_access")
    user_logged_in.connect(keep_usual_end, dispatch_uid="keep_usual_end")
    processing_finished.connect(publish_waiting_pages, dispatch_uid="publish_waiting_pages")
    became_playable.connect(publish_playable_pages, dispatch_uid="publish_playable_pages")
    post_page_move.connect(recount_viewers_after_move, dispatch_uid="recount_viewers_after_move")
    post_page_move.connect(relocate_files, dispatch_uid="relocate_files")
    for model in (VideoPage, VideoIndexPage):
        name = f"lock_statistics:{model.__name__}"
        pre_delete.connect(lock_statistics_before_deletion, sender=model, dispatch_uid=name)
        name = f"forget_site_days:{model.__name__}"
        pre_delete.connect(forget_site_days_before_deletion, sender=model, dispatch_uid=name)
    pre_delete.connect(
        recount_viewers_before_deletion, sender=VideoPage, dispatch_uid="recount_viewers_before_deletion"
    )
    for kind in (Page, VideoPage):
        post_save.connect(refresh_list_entry, sender=kind, dispatch_uid=f"refresh_list_entry:{kind.__name__}")
    post_page_move.connect(refresh_list_entries_after_move, dispatch_uid="refresh_list_entries_after_move")
    pages_updated.connect(refresh_list_entries, dispatch_uid="refresh_list_entries")
    for signal, name in ((page_published, "published"), (page_unpublished, "unpublished")):
        signal.connect(cancel_publication, sender=VideoPage, dispatch_uid=f"cancel_publication:{name}")
