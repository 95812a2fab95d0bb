"""The actions that the history of a page records, beside Wagtail's own. No entry holds a password."""

import enum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class LogAction(enum.StrEnum):
    """The name of an action in the log. `label` names it in filters, `message` in the history of a page.

    The rows of the log hold the names, so a name never changes.
    """

    label: "StrPromise"
    message: "StrPromise"

    def __new__(cls, name: str, label: "StrPromise", message: "StrPromise") -> "LogAction":
        action = str.__new__(cls, name)
        action._value_ = name
        action.label, action.message = label, message
        return action

    ACCESS_CHANGED = "video_pages.access_changed", _("Change access"), _("Access changed")
    ACCESS_ENDED = "video_pages.access_ended", _("End access"), _("Access ended")
    PROCESS_AGAIN = "video_pages.process_again", _("Process again"), _("Film handed in to be processed again")
    STOP_PROCESSING = "video_pages.stop_processing", _("Stop processing"), _("Processing stopped")
    PUBLISH_WHEN_READY = (
        "video_pages.publish_when_ready",
        _("Publish when ready"),
        _("To be published when it is ready to play"),
    )
    KEEP_AS_DRAFT = (
        "video_pages.publish_when_ready_withdrawn",
        _("Keep as draft"),
        _("No longer published by itself"),
    )
    NEW_VERSION = "video_pages.new_version", _("Upload a new version"), _("New version of the film uploaded")
    CAPTIONS_CHANGED = "video_pages.captions_changed", _("Change captions"), _("Captions changed")
    POSTER_CHANGED = "video_pages.poster_changed", _("Change the poster"), _("Poster changed")
    EDITORS_CHOSEN = "video_pages.own_editors", _("Choose editors"), _("Editors of this section chosen")
    TAGS_CHANGED = "video_pages.change_tags", _("Change tags"), _("Tags changed")
    END_SET = "video_pages.change_end", _("Set the end"), _("End of being live set")


def register(registry: Any) -> None:
    """Register every LogAction with Wagtail; the hook `register_log_actions`."""
    for action in LogAction:
        registry.register_action(action.value, action.label, action.message)
