"""Bulk actions on access: one password for all videos, one for each, end all access.

Only the response to the POST that sets a generated password contains it. The server stores its hash alone.
"""

from typing import Any

from django.forms import Media
from django.utils.functional import classproperty
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_variables

from video_pages.access.effective_access import AccessMode, effective_access, may_change_access
from video_pages.access.models import VideoAccessSession
from video_pages.access.passwords import SetPasswordAction, generate_password
from video_pages.access.revoke import EndAllAccessAction
from video_pages.pages.models import VideoPage
from video_pages.pages.panels.sheets import ACCESS_CSS
from video_pages.pages.visible_titles import with_visible_titles
from video_pages.wagtail_admin.access.forms import PasswordForm
from video_pages.wagtail_admin.access.message_to_send import address_of
from video_pages.wagtail_admin.bulk.base import VideoBulkAction
from video_pages.wagtail_admin.bulk.notes import note_on
from video_pages.wagtail_admin.spreadsheets import csv_line

PASSWORDS_PER_BATCH = 3  # each hash takes a third of a second


class AccessBulkAction(VideoBulkAction):
    """An action on the access of a video that the user may change. An alias has no access of its own."""

    sets_passwords = False

    def prepare(self, videos: list[VideoPage]) -> None:
        found = effective_access(videos) if videos else {}
        self.access = with_visible_titles(videos, found, self.request.user)

    def reason_against(self, video: VideoPage) -> str:
        if video.alias_of_id:
            return _("It is an alias: choose the video that it follows.")
        if not may_change_access(video, self.request.user):
            return _("You may not change what opens it.")
        return ""

    def notes(self, videos: list[VideoPage]) -> list[str]:
        """Describe the present access of those videos that are not opened by their own password alone."""
        ways = [self.access[video.pk].mode for video in videos]
        by_section, is_open = ways.count(AccessMode.SECTION), ways.count(AccessMode.OPEN)
        notes = []
        if by_section:
            notes.append(
                note_on(
                    by_section,
                    len(videos),
                    one=_(
                        "It is opened by the password of its section now. From then on only its own opens it: the"
                        " section's password no longer does."
                    ),
                    every=_(
                        "All of them are opened by the password of their section now. From then on only their own "
                        "opens them: the section's password no longer does."
                    ),
                    some=ngettext(
                        "%(count)d of them is opened by the password of its section now. From then on only its own "
                        "opens it: the section's password no longer does.",
                        "%(count)d of them are opened by the password of their section now. From then on only their "
                        "own opens them: the section's password no longer does.",
                        by_section,
                    ),
                )
            )
        if is_open:
            notes.append(
                note_on(
                    is_open,
                    len(videos),
                    one=_(
                        "It is open to everyone and stays so: its password is asked once it is no longer open to "
                        "everyone."
                    ),
                    every=_(
                        "All of them are open to everyone and stay so: their password is asked when the mark is "
                        "taken away."
                    ),
                    some=ngettext(
                        "%(count)d of them is open to everyone and stays so: its password is asked when the mark is "
                        "taken away.",
                        "%(count)d of them are open to everyone and stay so: their password is asked when the mark "
                        "is taken away.",
                        is_open,
                    ),
                )
            )
        return notes

    def notes_on_many(self) -> list[str]:
        notes = self.notes([])
        if self.sets_passwords:
            notes.append(
                _(
                    "What the password of its section opens now is from then on opened by its own only. What is open "
                    "to everyone stays so."
                )
            )
        return notes


class SetOnePassword(AccessBulkAction):
    """Sets the same password for all videos."""

    display_name = gettext_lazy("Set one password")
    action_type = "set_one_password"
    aria_label = gettext_lazy("Set one password for the selected videos")
    action_priority = 20
    form_class = PasswordForm
    batch_size = PASSWORDS_PER_BATCH
    sets_passwords = True

    def question(self, count: int) -> str:
        return ngettext(
            "%(count)d video gets this password. Visitors who typed the old one must type the new one; access by "
            "invitations goes on.",
            "%(count)d videos get this password, the same for all. Visitors who typed an old one must type the new "
            "one; access by invitations goes on.",
            count,
        ) % {"count": count}

    @property
    def media(self) -> Media:
        return super().media + Media(css={"all": [ACCESS_CSS]})

    def yes(self) -> str:
        return _("Set this password")

    @sensitive_variables()
    def act_on(self, video: VideoPage, fields: dict[str, Any]) -> None:
        SetPasswordAction(video, fields["password"], user=self.request.user).execute()


class GiveEachItsOwn(AccessBulkAction):
    """Sets a generated password for each video and shows the passwords once, as a list."""

    display_name = gettext_lazy("Give each its own password")
    action_type = "give_own_passwords"
    aria_label = gettext_lazy("Give each of the selected videos a password of its own")
    action_priority = 25
    batch_size = PASSWORDS_PER_BATCH
    sets_passwords = True

    @classproperty
    def list_header(cls) -> str:
        return csv_line(_("Title"), _("Address"), _("Password"))

    def question(self, count: int) -> str:
        return ngettext(
            "%(count)d video gets a new password. Visitors who typed the old one must type the new one; access by "
            "invitations goes on.",
            "%(count)d videos get a new password each. Visitors who typed an old one must type the new one; access by "
            "invitations goes on.",
            count,
        ) % {"count": count}

    def yes(self) -> str:
        return _("Generate and set them")

    def notes(self, videos: list[VideoPage]) -> list[str]:
        once = _(
            "The passwords are shown this once, as a list to download: title, address, password. Nobody can look them "
            "up later."
        )
        return [once, *super().notes(videos)]

    @sensitive_variables()
    def act_on(self, video: VideoPage, fields: dict[str, Any]) -> str:
        password = generate_password()
        SetPasswordAction(video, password, user=self.request.user).execute()
        return csv_line(video.title, address_of(video, self.request), password)


class EndAllAccess(AccessBulkAction):
    """Ends the access that the password of each video and its own invitations have given; these stay.

    Access by a section, its password or its invitations, is ended at the section.
    """

    display_name = gettext_lazy("End all access")
    action_type = "end_all_access"
    button_classes = "no"
    aria_label = gettext_lazy("End all access to the selected videos")
    action_priority = 75

    def prepare(self, videos: list[VideoPage]) -> None:
        super().prepare(videos)
        # Not only those that `sessions_open` counts: a row that opens nothing yet is ended, too.
        rows = VideoAccessSession.objects.active().order_by()
        reach = {page_id for access in self.access.values() for page_id in access.reach}
        self.with_rows = set(rows.filter(video__in=[video.pk for video in videos]).values_list("video", flat=True))
        by_sections = rows.filter(section__in=reach, granted_by__isnull=False)
        self.inviting_sections = set(by_sections.values_list("section", flat=True).distinct())

    def reason_against(self, video: VideoPage) -> str:
        reason = super().reason_against(video)
        access = self.access[video.pk]
        if reason or video.pk in self.with_rows or access.guards_itself:
            return reason
        if access.mode == AccessMode.OPEN:
            return _("It is open to everyone, and nobody has access by a password or an invitation of its own.")
        if access.guard is not None and not access.guard.title:
            return _("The password of another section opens it: end access there.")
        if access.guard is not None:
            return _("The password of the section “%(title)s” opens it: end access there.") % {
                "title": access.guard.title
            }
        if not self.inviting_sections.isdisjoint(access.reach):
            return _("Invitations to a section above opened it: end access there.")
        return _("Nobody has access.")

    def remark_on(self, video: VideoPage) -> str:
        access = self.access[video.pk]
        if access.mode == AccessMode.SECTION and access.guard is not None and not access.guard.title:
            return _("Its own access is ended. The password of another section gives access, too: end that there.")
        if access.mode == AccessMode.SECTION and access.guard is not None:
            return _(
                "The access by its own invitations is ended. The section “%(title)s” gives access, too: end that there."
            ) % {"title": access.guard.title}
        if not self.inviting_sections.isdisjoint(access.reach):
            return _("Its own access is ended. Invitations to a section above give access, too: end that there.")
        return ""

    def question(self, count: int) -> str:
        return ngettext(
            "Visitors who have this video open must type its password again. The password stays.",
            "Visitors who have one of these %(count)d videos open must type its password again. The passwords stay.",
            count,
        ) % {"count": count}

    def notes(self, videos: list[VideoPage]) -> list[str]:
        return [
            _(
                "Access by invitations to a video ends, too. The invitations stay: whoever has one can open the video "
                "again, until you end the invitation."
            )
        ]

    def act_on(self, video: VideoPage, fields: dict[str, Any]) -> None:
        EndAllAccessAction(video, user=self.request.user).execute()
