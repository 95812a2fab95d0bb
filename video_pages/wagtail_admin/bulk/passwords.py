"""Passwords of many videos: one for all, one for each, and the end of all access.

A generated password is in one answer only, the one to the POST that set it; nothing of it stays on the server.
"""

from django.utils.functional import classproperty
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_variables

from video_pages.access import passwords
from video_pages.access.effective_access import AccessMode, effective_access, may_change_access
from video_pages.access.revoke import end_all_access
from video_pages.wagtail_admin.access.dialog import address_of
from video_pages.wagtail_admin.access.forms import PasswordForm
from video_pages.wagtail_admin.bulk.base import VideoBulkAction
from video_pages.wagtail_admin.spreadsheets import csv_line

PASSWORDS_AT_ONCE = 3  # each is hashed, which takes a third of a second on purpose


class AccessBulkAction(VideoBulkAction):
    """For those who may change what opens a video; an alias has nothing of its own to change."""

    def prepare(self, videos):
        self.openings = effective_access(videos) if videos else {}

    def reason_against(self, video):
        if video.alias_of_id:
            return _("It is an alias: choose the video that it follows.")
        if not may_change_access(video, self.request.user):
            return _("You may not change what opens it.")
        return ""

    def notes(self, videos):
        """Say what opens these videos until now, where their own password is not all there is to it."""
        ways = [self.openings[video.pk].how for video in videos]
        by_section, is_open = ways.count(AccessMode.SECTION), ways.count(AccessMode.OPEN)
        notes = []
        if by_section:
            notes.append(
                ngettext(
                    "%(count)d of them is opened by the password of its section now. From then on only its own opens "
                    "it: whoever knows the section's password no longer gets in with it.",
                    "%(count)d of them are opened by the password of their section now. From then on only their own "
                    "opens them: whoever knows the section's password no longer gets in with it.",
                    by_section,
                )
                % {"count": by_section}
            )
        if is_open:
            notes.append(
                ngettext(
                    "%(count)d of them is open to everyone and stays so: its password is asked when the mark is taken "
                    "away.",
                    "%(count)d of them are open to everyone and stay so: their password is asked when the mark is "
                    "taken away.",
                    is_open,
                )
                % {"count": is_open}
            )
        return notes


class SetOnePassword(AccessBulkAction):
    """The same password for all."""

    display_name = gettext_lazy("Set one password")
    action_type = "set_one_password"
    aria_label = gettext_lazy("Set one password for the selected videos")
    action_priority = 60
    form_class = PasswordForm
    batch_size = PASSWORDS_AT_ONCE

    def question(self, count):
        return ngettext(
            "%(count)d video gets this password. Whoever has it open has to type the new one.",
            "%(count)d videos get this password, the same for all. Whoever has one open has to type the new one.",
            count,
        ) % {"count": count}

    def yes(self):
        return _("Set this password")

    @sensitive_variables()
    def act_on(self, video, fields):
        passwords.set_password(video, fields["password"], user=self.request.user)


class GiveEachItsOwn(AccessBulkAction):
    """A generated password for each, given out once as a list."""

    display_name = gettext_lazy("Give each its own password")
    action_type = "give_own_passwords"
    aria_label = gettext_lazy("Give each of the selected videos a password of its own")
    action_priority = 61
    batch_size = PASSWORDS_AT_ONCE

    @classproperty
    def list_header(cls):
        return csv_line(_("Title"), _("Address"), _("Password"))

    def question(self, count):
        return ngettext(
            "%(count)d video gets a new password. Whoever has it open has to type the new one.",
            "%(count)d videos get a new password each. Whoever has one open has to type the new one.",
            count,
        ) % {"count": count}

    def yes(self):
        return _("Generate and set them")

    def notes(self, videos):
        once = _(
            "The passwords are shown this once, as a list to download: title, address, password. Nobody can look them "
            "up later."
        )
        return [once, *super().notes(videos)]

    @sensitive_variables()
    def act_on(self, video, fields):
        password = passwords.generate_password()
        passwords.set_password(video, password, user=self.request.user)
        return csv_line(video.title, address_of(video, self.request), password)


class EndAllAccess(AccessBulkAction):
    """Passwords stay; who has a video open must type its password again."""

    display_name = gettext_lazy("End all access")
    action_type = "end_all_access"
    aria_label = gettext_lazy("End all access to the selected videos")
    action_priority = 62

    def reason_against(self, video):
        reason = super().reason_against(video)
        if reason:
            return reason
        opening = self.openings[video.pk]
        if opening.how == AccessMode.SECTION:
            return _("The password of the section “%(title)s” opens it: end access there.") % {
                "title": opening.guard.title
            }
        return "" if opening.guard else _("No password opens it, so nobody has access.")

    def question(self, count):
        return ngettext(
            "Whoever has this video open must type its password again. The password stays.",
            "Whoever has one of these %(count)d videos open must type its password again. The passwords stay.",
            count,
        ) % {"count": count}

    def notes(self, videos):
        return []

    def act_on(self, video, fields):
        end_all_access(video, user=self.request.user)
