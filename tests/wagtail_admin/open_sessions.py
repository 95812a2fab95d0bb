"""Rows of access for tests of the list of open sessions and of the panel of a page, and what these show."""

import datetime as dt
import re

from django.utils import timezone

from tests.wagtail_admin.access import open_session
from tests.wagtail_admin.page_screens import text_of
from video_pages.analytics import watch_reports
from video_pages.models import VideoAccessSession, VideoView

ADDRESS = "/admin/open-sessions/"
END = "/admin/bulk/video_pages/videoaccesssession/end_access/"


def give(page, key, *, minutes=60, since=0, **facts):
    """Give the browser `key` access to the guard of `page`; `since` is its age in minutes."""
    now = timezone.now()
    row = open_session(page, key, now + dt.timedelta(minutes=minutes))
    VideoAccessSession.objects.filter(pk=row.pk).update(created_at=now - dt.timedelta(minutes=since), **facts)
    return VideoAccessSession.objects.get(pk=row.pk)


def seen(video, session, bits):
    """Count a view of `video` under `session`, in which `bits` were played."""
    VideoView.objects.create(
        video=video, access_ref=f"session:{session.pk}", watched=watch_reports.to_hex(bits), started_at=timezone.now()
    )


def rows_of(response):
    return [text_of(row) for row in re.findall(r"<tr.*?</tr>", response.content.decode(), re.S)]


def shown(client, **parameters):
    """The ids of the sessions in the list, in its order."""
    return [row.pk for row in client.get(ADDRESS, parameters).context["object_list"]]
