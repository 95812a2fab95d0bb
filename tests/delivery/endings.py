"""The ways in which access to a video ends: services, changes of pages, and SQL by hand.

Each is a function of the video page; it runs in another process than the server that is asked.
"""

import datetime as dt

from django.contrib.sessions.models import Session
from django.db.models import F
from django.utils import timezone
from wagtail.models import PageViewRestriction

from video_pages.access import passwords
from video_pages.access.browser import Browser
from video_pages.access.revoke import end_access, end_all_access, end_browser
from video_pages.access.set_window import set_window
from video_pages.models import VideoAccessSession, VideoIndexPage, VideoPage


def log_out(video):
    keys = VideoAccessSession.objects.filter(video=video).values_list("session_key", flat=True)
    end_browser(Browser(tuple(keys)))
    Session.objects.all().delete()


ENDS = {
    "access ended": end_access,
    "all access ended": end_all_access,
    "new password": lambda video: passwords.set_password(video, "another password"),
    "password removed": passwords.remove_password,
    "unpublished": lambda video: video.unpublish(),
    "deleted": lambda video: video.delete(),
    "logged out": log_out,
    "row deleted": lambda video: VideoAccessSession.objects.all().delete(),
    "row expired": lambda video: VideoAccessSession.objects.update(expires_at=timezone.now()),
    "row of another browser": lambda video: VideoAccessSession.objects.update(session_key="0" * 64),
    "row from the future": lambda video: VideoAccessSession.objects.update(
        created_at=F("created_at") + dt.timedelta(1)
    ),
    "draft by hand": lambda video: VideoPage.objects.update(live=False),
    "page expired": lambda video: VideoPage.objects.update(expire_at=timezone.now()),
    "date of the password": lambda video: VideoPage.objects.update(access_until=timezone.now()),
    "closing of the video": lambda video: VideoPage.objects.update(closes_at=timezone.now()),
    "closing of a section": lambda video: VideoIndexPage.objects.update(closes_at=timezone.now()),
    "opening put off": lambda video: set_window(video, opens_at=timezone.now() + dt.timedelta(1), closes_at=None),
    "restricted": lambda video: PageViewRestriction.objects.create(page=video, restriction_type="login"),
    "section restricted": lambda video: PageViewRestriction.objects.create(
        page=video.get_parent(), restriction_type="login"
    ),
    "session deleted": lambda video: Session.objects.all().delete(),
    "session expired": lambda video: Session.objects.update(expire_date=timezone.now()),
    "session emptied": lambda video: Session.objects.update(session_data=""),
    "another uuid": lambda video: VideoPage.objects.update(uuid="5d6c1a9e-93d0-4c51-b0c0-2f5a8f1c7a11"),
}
