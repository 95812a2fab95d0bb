"""Words in the page history for what is done to access; never a value."""

from django.utils.translation import gettext_lazy as _

from video_pages.access.passwords import LOG_ACTION


def register(actions):
    actions.register_action(LOG_ACTION, _("Change access"), _("Access changed"))
