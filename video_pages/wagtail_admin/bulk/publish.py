"""Bulk actions that publish and unpublish videos, and the base class that they share with `move` and `delete`.

Wagtail's own actions of these names work in one request and one transaction, which is too long for hundreds of videos
and shows no progress. Wagtail's actions stay in the page explorer (`explorer.py`).
"""

from abc import abstractmethod
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from video_pages.access.effective_access import AccessMode, effective_access
from video_pages.core import clock
from video_pages.core.humanize import format_moment
from video_pages.pages.models import VideoPage
from video_pages.pages.permissions import may_publish, may_unpublish
from video_pages.transcoding import jobs
from video_pages.transcoding.models import State
from video_pages.wagtail_admin.bulk.base import VideoBulkAction
from video_pages.wagtail_admin.bulk.content import ContentBulkAction
from video_pages.wagtail_admin.bulk.notes import note_on


class OnVideos(VideoBulkAction):
    """An action of the Videos listing; other lists have Wagtail's own action of the same name."""

    models = [VideoPage]
    refusal: str | Promise

    @abstractmethod
    def may(self, video: VideoPage) -> bool:
        """True if the user may do this to `video`, apart from locks."""

    def reason_against(self, video: VideoPage) -> str:
        if not self.may(video):
            return str(self.refusal)
        lock = video.get_lock()
        return _("It is locked.") if lock is not None and lock.for_user(self.request.user) else ""


class PublishVideos(ContentBulkAction):
    """Publishes the latest draft of each video."""

    models = [VideoPage]
    display_name = gettext_lazy("Publish")
    action_type = "publish"
    aria_label = gettext_lazy("Publish the selected videos")
    action_priority = 10
    refusal = gettext_lazy("You may not publish it.")

    def may(self, video: VideoPage) -> bool:
        return may_publish(video, self.request.user)

    def reason_against(self, video: VideoPage) -> str:
        if video.live and not video.has_unpublished_changes:
            return _("Its latest version is live already.")
        return super().reason_against(video)

    def question(self, count: int) -> str:
        return ngettext(
            "%(count)d video goes live as it is in its latest version.",
            "%(count)d videos go live as they are in their latest versions.",
            count,
        ) % {"count": count}

    def notes(self, videos: list[VideoPage]) -> list[str]:
        nobody = [access.mode for access in effective_access(videos).values()].count(AccessMode.NOBODY)
        unready = sum(_state(video) != State.READY for video in videos)
        notes = []
        if nobody:
            notes.append(
                note_on(
                    nobody,
                    len(videos),
                    one=_("It has no password, nor has a section above it: nobody can unlock it."),
                    every=_("None of them has a password, nor has a section above them: nobody can unlock them."),
                    some=ngettext(
                        "%(count)d of them has no password, nor has a section above it: nobody can unlock it.",
                        "%(count)d of them have no password, nor has a section above them: nobody can unlock them.",
                        nobody,
                    ),
                )
            )
        if unready:
            notes.append(
                note_on(
                    unready,
                    len(videos),
                    one=_("It is not ready to play yet: its page says so to visitors."),
                    every=_("None of them is ready to play yet: their pages say so to visitors."),
                    some=ngettext(
                        "%(count)d of them is not ready to play yet: its page says so to visitors.",
                        "%(count)d of them are not ready to play yet: their pages say so to visitors.",
                        unready,
                    ),
                )
            )
        return notes

    def notes_on_many(self) -> list[str]:
        return [_("What has no password, nor a section above it that has one, is opened by invitations alone.")]

    def act_on(self, video: VideoPage, fields: dict[str, Any]) -> None:
        user = self.request.user
        revision = video.get_latest_revision() or video.save_revision(user=user)
        revision.publish(user=user)

    def remark_on(self, video: VideoPage) -> str:
        """Return that visitors do not see the latest version, whose dates Wagtail keeps when it is published."""
        page = VideoPage.objects.get(pk=video.pk)
        scheduled = page.scheduled_revision
        if scheduled is not None:
            moment = format_moment(scheduled.approved_go_live_at)
            return _("Its latest version is scheduled: it goes live at %(moment)s.") % {"moment": moment}
        if page.expire_at is not None and page.expire_at <= clock.now():
            return _("Its end is over, so visitors do not see it. Set another end, or remove it.")
        return ""


class UnpublishVideos(OnVideos):
    """Unpublishes each video, which ends its streams."""

    display_name = gettext_lazy("Unpublish")
    action_type = "unpublish"
    button_classes = "no"
    aria_label = gettext_lazy("Unpublish the selected videos")
    action_priority = 80
    refusal = gettext_lazy("You may not unpublish it.")

    def may(self, video: VideoPage) -> bool:
        return may_unpublish(video, self.request.user)

    def reason_against(self, video: VideoPage) -> str:
        return super().reason_against(video) if video.live else _("It is not live.")

    def question(self, count: int) -> str:
        return ngettext(
            "%(count)d video becomes a draft. Its page and its stream are gone for visitors at once.",
            "%(count)d videos become drafts. Their pages and their streams are gone for visitors at once.",
            count,
        ) % {"count": count}

    def notes(self, videos: list[VideoPage]) -> list[str]:
        return [_("Access given so far ends. Passwords stay: once published again, they open the videos as before.")]

    def act_on(self, video: VideoPage, fields: dict[str, Any]) -> None:
        video.unpublish(user=self.request.user)


def _state(video: VideoPage) -> str | None:
    job = jobs.job_of(video.video_file)
    return job.state if job else None
