"""The ways in which access to a video ends: services, changes of pages, and SQL by hand.

Each is a function of the video page; it runs in another process than the server that is asked, and leaves other videos
in other sections alone.
"""

import datetime as dt

from django.contrib.sessions.models import Session
from django.db.models import F
from django.utils import timezone
from wagtail.models import PageViewRestriction

from video_pages.access import browser as browsers
from video_pages.access import passwords
from video_pages.access.revoke import end_access, end_all_access, end_browser
from video_pages.access.set_window import set_window
from video_pages.models import VideoAccessSession, VideoIndexPage, VideoPage


def rows_of(video):
    """Return the access rows of `video`."""
    return VideoAccessSession.objects.filter(video=video)


def sessions_of(video):
    """Return the sessions of the browsers that have unlocked `video`."""
    keys = set(rows_of(video).values_list("session_key", flat=True))
    found = [each.pk for each in Session.objects.all() if keys & set(browser_of_session(each).keys)]
    return Session.objects.filter(pk__in=found)


def browser_of_session(session):
    return browsers.browser_of(session.get_decoded().get(browsers.SESSION_NAME))


def page_of(video):
    """Return the row of `video` as a queryset."""
    return VideoPage.objects.filter(pk=video.pk)


def log_out(video):
    sessions = sessions_of(video)
    end_browser(browsers.Browser(tuple(rows_of(video).values_list("session_key", flat=True))))
    sessions.delete()


ENDS = {
    "access ended": end_access,
    "all access ended": end_all_access,
    "new password": lambda video: passwords.set_password(video, "another password"),
    "password removed": passwords.remove_password,
    "unpublished": lambda video: video.unpublish(),
    "deleted": lambda video: video.delete(),
    "logged out": log_out,
    "row deleted": lambda video: rows_of(video).delete(),
    "row expired": lambda video: rows_of(video).update(expires_at=timezone.now()),
    "row of another browser": lambda video: rows_of(video).update(session_key="0" * 64),
    "row from the future": lambda video: rows_of(video).update(created_at=F("created_at") + dt.timedelta(1)),
    "draft by hand": lambda video: page_of(video).update(live=False),
    "page expired": lambda video: page_of(video).update(expire_at=timezone.now()),
    "date of the password": lambda video: page_of(video).update(access_until=timezone.now()),
    "closing of the video": lambda video: page_of(video).update(closes_at=timezone.now()),
    "closing of a section": lambda video: VideoIndexPage.objects.ancestor_of(video).update(closes_at=timezone.now()),
    "opening put off": lambda video: set_window(video, opens_at=timezone.now() + dt.timedelta(1), closes_at=None),
    "restricted": lambda video: PageViewRestriction.objects.create(page=video, restriction_type="login"),
    "section restricted": lambda video: PageViewRestriction.objects.create(
        page=video.get_parent(), restriction_type="login"
    ),
    "session deleted": lambda video: sessions_of(video).delete(),
    "session expired": lambda video: sessions_of(video).update(expire_date=timezone.now()),
    "session emptied": lambda video: sessions_of(video).update(session_data=""),
    "another uuid": lambda video: page_of(video).update(uuid="5d6c1a9e-93d0-4c51-b0c0-2f5a8f1c7a11"),
}
