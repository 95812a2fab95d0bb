"""The actions that the history of a page records, beside Wagtail's own. No entry holds a password."""

import enum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogFormatter

from video_pages.core.typography import colon

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
    INVITED = "video_pages.invited", _("Invite"), _("Invitation made")
    INVITATION_CHANGED = "video_pages.invitation_changed", _("Change an invitation"), _("Invitation changed")
    INVITATION_ENDED = "video_pages.invitation_ended", _("End an invitation"), _("Invitation ended")
    INVITATION_RENEWED = "video_pages.invitation_renewed", _("Renew an invitation"), _("New link or password made")
    INVITATION_DELETED = "video_pages.invitation_deleted", _("Delete an invitation"), _("Invitation deleted")
    INVITATION_RULES = "video_pages.invitation_rules", _("Set rules for invitations"), _("Rules for invitations set")
    REQUEST_REFUSED = "video_pages.request_refused", _("Refuse a request"), _("Request for access refused")
    REQUEST_BLOCKED = "video_pages.request_blocked", _("Block requests"), _("Requests for access of an address blocked")
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
    TEXTS_CHANGED = (
        "video_pages.texts_changed",
        _("Change texts of a translation"),
        _("Texts of the translation changed"),
    )
    TRANSLATION_PUBLISHED = (
        "video_pages.translation_published",
        _("Publish a translation"),
        _("Translation published again"),
    )
    MADE_ALIKE = (
        "video_pages.made_alike",
        _("Make a section like another"),
        _("Made with a section like another"),
    )
    END_SET = "video_pages.change_end", _("Set the end"), _("End of being live set")


class _Formatter(LogFormatter):
    """Writes the message of an action, the label of the invitation that it was about, and if it needs a mail code."""

    def format_message(self, log_entry: Any) -> "StrPromise | str":
        label = log_entry.data.get("invitation")
        message = f"{self.message}{colon()}{label}" if label else self.message
        return _("%(message)s (by mail code)") % {"message": message} if log_entry.data.get("by_mail_code") else message


def register(registry: Any) -> None:
    """Register every LogAction with Wagtail; the hook `register_log_actions`."""
    for action in LogAction:
        texts = {"label": action.label, "message": action.message}
        registry.register_action(action.value)(type("_ActionFormatter", (_Formatter,), texts))
