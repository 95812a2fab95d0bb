"""Words in the page history for what is done to access and to the processing of a film; never a value."""

from django.utils.translation import gettext_lazy as _

from video_pages.access.revoke import LOG_ACTION, LOG_ENDED
from video_pages.ingest.publishing import LOG_ASKED, LOG_WITHDRAWN
from video_pages.ingest.versions import LOG_NEW_VERSION
from video_pages.sections.editors import LOG_EDITORS
from video_pages.wagtail_admin.bulk.content import LOG_END, LOG_TAGS
from video_pages.wagtail_admin.video.processing import LOG_AGAIN, LOG_STOP
from video_pages.wagtail_admin.video.screens import CAPTIONS_CHANGED, POSTER_CHANGED


def register(actions):
    actions.register_action(LOG_ACTION, _("Change access"), _("Access changed"))
    actions.register_action(LOG_AGAIN, _("Process again"), _("Film handed in to be processed again"))
    actions.register_action(LOG_STOP, _("Stop processing"), _("Processing stopped"))
    actions.register_action(LOG_ASKED, _("Publish when ready"), _("To be published when it is ready to play"))
    actions.register_action(LOG_WITHDRAWN, _("Keep as draft"), _("No longer published by itself"))
    actions.register_action(LOG_NEW_VERSION, _("Upload a new version"), _("New version of the film uploaded"))
    actions.register_action(CAPTIONS_CHANGED, _("Change captions"), _("Captions changed"))
    actions.register_action(POSTER_CHANGED, _("Change the poster"), _("Poster changed"))
    actions.register_action(LOG_EDITORS, _("Choose editors"), _("Editors of this section chosen"))
    actions.register_action(LOG_ENDED, _("End access"), _("Access ended"))
    actions.register_action(LOG_TAGS, _("Change tags"), _("Tags changed"))
    actions.register_action(LOG_END, _("Set the end"), _("End of being live set"))
