"""States of films and sections that one screen shows: each function changes the rows of the fixed site for it."""

import datetime as dt

from tests.browser.visual.answers import NOW
from video_pages.access.invitations import create_invitation
from video_pages.access.set_window import set_window
from video_pages.models import VideoFile, VideoPage


def nothing_to_play_yet(site):
    VideoFile.objects.filter(pk=site.waiting.video_file_id).update(package="")


def without_a_film(site):
    VideoPage.objects.filter(pk=site.waiting.pk).update(video_file=None)


def section_is_closed(site):
    set_window(site.club, opens_at=None, closes_at=NOW - dt.timedelta(days=12))


def opens_by_invitation(site):
    """Leave a film without a password, with the link of an invitation."""
    create_invitation(site.unset, kind="link", label="Jury", user=site.user)
