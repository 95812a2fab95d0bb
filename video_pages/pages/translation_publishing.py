"""A translation that was unpublished by itself stays off, whatever its source does, until an editor publishes it."""

from collections.abc import Sequence
from typing import Any

from wagtail.models import Page
from wagtail.signals import page_published

from video_pages.core.actions import LoggedAction
from video_pages.core.log_actions import LogAction
from video_pages.core.rights import PageRight
from video_pages.core.signals import pages_updated
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.pages.translated import is_source_live
from video_pages.pages.translated_texts import TranslationPermissionError
from video_pages.pages.translating import may_translate


def withdraw(page: Any) -> None:
    """Keep `page`, a video or section that was unpublished just now, off if it is a translation.

    Not one that went with its source, or at its end: it comes back with the source.
    """
    if page.is_translation and not page.expired and is_source_live(page):
        type(page).objects.filter(pk=page.pk).update(is_withdrawn=True)
        page.is_withdrawn = True


class PublishTranslationAction(LoggedAction):
    """Publishes a translation that an editor has unpublished; that of a draft goes live with it.

    With a section come the unpublished translations below it whose originals are live: Wagtail unpublishes a section
    with its subpages too.
    """

    action_name = "publish_translation"
    permission_policy_action = PageRight.EDIT
    permission_error_class = TranslationPermissionError
    log_action = LogAction.TRANSLATION_PUBLISHED
    below: Sequence[Any] = ()
    """The translations in the section that were published with it."""

    def user_has_permission(self) -> bool:
        return may_translate(self.instance, self.user)

    def act(self) -> bool:
        page: Any = self.instance
        current = type(page).objects.select_for_update(no_key=True).get(pk=page.pk)
        if not current.is_withdrawn:
            return False
        type(page).objects.filter(pk=page.pk).update(is_withdrawn=False)
        current.is_withdrawn = page.is_withdrawn = False
        if is_source_live(current):
            current.live, current.has_unpublished_changes = True, False
            current.save(update_fields=["live", "has_unpublished_changes"], clean=False)
            page.live, page.has_unpublished_changes = True, False
            _tell_published(current)
        if isinstance(current, VideoIndexPage):
            self.below = _publish_below(current)
        return True

    def logged_instances(self) -> list[Any]:
        return [self.instance, *self.below]


def _publish_below(section: VideoIndexPage) -> list[Any]:
    """Publish the unpublished translations below the translated `section` whose originals are live below its own."""
    source = section.alias_of
    published: list[Any] = []
    for model in (VideoIndexPage, VideoPage):  # sections first, as a visitor comes to them
        found: Any = model.objects.descendant_of(section).filter(
            is_withdrawn=True, locale=section.locale_id, alias_of__live=True, alias_of__path__startswith=source.path
        )
        pages = list(found.order_by("path").select_for_update(no_key=True, of=("self",)))
        ids = [page.pk for page in pages]
        model.objects.filter(pk__in=ids).update(is_withdrawn=False)
        Page.objects.filter(pk__in=ids).update(live=True, has_unpublished_changes=False)
        pages_updated.send(sender=model, page_ids=ids)
        for page in pages:
            page.is_withdrawn, page.live, page.has_unpublished_changes = False, True, False
            _tell_published(page)
        published += pages
    return published


def _tell_published(page: Any) -> None:
    """Send the signal that Wagtail sends for the aliases of a page that is published."""
    page_published.send(sender=type(page), instance=page, revision=None, alias=True)
