"""Publish and unpublish many videos; and what these have in common with `move` and `delete`.

Wagtail's own actions of these names do everything in one request and one transaction; three hundred videos want to be
seen on their way. Wagtail's stay in the page explorer, see `wagtails`.
"""

from abc import abstractmethod

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from video_pages.access.effective_access import AccessMode, effective_access
from video_pages.pages.models import VideoPage
from video_pages.transcoding import jobs
from video_pages.transcoding.models import State
from video_pages.wagtail_admin.bulk.base import VideoBulkAction
from video_pages.wagtail_admin.bulk.content import ContentBulkAction


class OnVideos(VideoBulkAction):
    """Offered in the Videos listing only; elsewhere Wagtail's own action of this name is."""

    models = [VideoPage]

    @abstractmethod
    def may(self, video):
        """True if the editor may do this to `video`, locks aside."""

    def reason_against(self, video):
        if not self.may(video):
            return self.refusal
        lock = video.get_lock()
        return _("It is locked.") if lock is not None and lock.for_user(self.request.user) else ""


class PublishVideos(ContentBulkAction):
    """The latest draft of each goes live."""

    models = [VideoPage]
    display_name = gettext_lazy("Publish")
    action_type = "publish"
    aria_label = gettext_lazy("Publish the selected videos")
    action_priority = 40
    refusal = gettext_lazy("You may not publish it.")

    def may(self, video):
        return video.permissions_for_user(self.request.user).can_publish()

    def reason_against(self, video):
        if video.live and not video.has_unpublished_changes:
            return _("Its latest version is live already.")
        return super().reason_against(video)

    def question(self, count):
        return ngettext(
            "%(count)d video goes live as it is in its latest version.",
            "%(count)d videos go live as they are in their latest versions.",
            count,
        ) % {"count": count}

    def notes(self, videos):
        nobody = [opening.how for opening in effective_access(videos).values()].count(AccessMode.NOBODY)
        unready = sum(_state(video) != State.READY for video in videos)
        notes = []
        if nobody:
            notes.append(
                ngettext(
                    "%(count)d of them has no password, nor has a section above it: nobody can unlock it.",
                    "%(count)d of them have no password, nor has a section above them: nobody can unlock them.",
                    nobody,
                )
                % {"count": nobody}
            )
        if unready:
            notes.append(
                ngettext(
                    "%(count)d of them is not ready to play yet: its page says so to visitors.",
                    "%(count)d of them are not ready to play yet: their pages say so to visitors.",
                    unready,
                )
                % {"count": unready}
            )
        return notes

    def act_on(self, video, fields):
        user = self.request.user
        revision = video.get_latest_revision() or video.save_revision(user=user)
        revision.publish(user=user)


class UnpublishVideos(OnVideos):
    """Each becomes a draft, and nobody watches it any more."""

    display_name = gettext_lazy("Unpublish")
    action_type = "unpublish"
    aria_label = gettext_lazy("Unpublish the selected videos")
    action_priority = 50
    refusal = gettext_lazy("You may not unpublish it.")

    def may(self, video):
        return video.permissions_for_user(self.request.user).can_unpublish()

    def reason_against(self, video):
        return super().reason_against(video) if video.live else _("It is not live.")

    def question(self, count):
        return ngettext(
            "%(count)d video becomes a draft. Its page and its stream are gone for visitors at once.",
            "%(count)d videos become drafts. Their pages and their streams are gone for visitors at once.",
            count,
        ) % {"count": count}

    def notes(self, videos):
        return [_("Access given so far ends. Passwords stay: once published again, they open the videos as before.")]

    def act_on(self, video, fields):
        video.unpublish(user=self.request.user)


def _state(video):
    job = jobs.job_of(video.video_file)
    return job.state if job else None
