"""A translation that was unpublished by itself stays off, whatever its source does, until an editor publishes it."""

from typing import Any

from wagtail.signals import page_published

from video_pages.core.actions import LoggedAction
from video_pages.core.log_actions import LogAction
from video_pages.core.rights import PageRight
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
    """Publishes a translation that an editor has unpublished; that of a draft goes live with it."""

    action_name = "publish_translation"
    permission_policy_action = PageRight.EDIT
    permission_error_class = TranslationPermissionError
    log_action = LogAction.TRANSLATION_PUBLISHED

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
            # As Wagtail does for the aliases of a page that is published.
            page_published.send(sender=type(page), instance=current, revision=None, alias=True)
        return True
