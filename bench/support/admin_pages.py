"""The lists of the admin that `bench/catalogue.py` asks for, printed as JSON by a script for `manage.py shell`.

It adds what `make_catalogue` leaves out: a signed-in superuser, a view of each tenth video and an open session of each.
"""

SCRIPT = """
import datetime as dt, json
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.utils import timezone
from video_pages.core import planner
from video_pages.models import VideoAccessSession, VideoIndexPage, VideoPage, VideoView
user = get_user_model().objects.create_superuser("bench", "bench@example.org", "secret-secret")
client = Client()
client.force_login(user)
now = timezone.now()
ids = list(VideoPage.objects.order_by("pk").values_list("pk", flat=True))
VideoView.objects.bulk_create(
    (VideoView(video_id=pk, access_ref=str(view), started_at=now - dt.timedelta(minutes=pk % 40_000))
     for pk in ids[::10] for view in range(pk % 3)),
    batch_size=5000,
)
end = now + dt.timedelta(days=30)
VideoAccessSession.objects.bulk_create(
    (VideoAccessSession(video_id=pk, session_key=f"{pk:064}", created_at=now, expires_at=end) for pk in ids),
    batch_size=5000,
)
planner.update_statistics()
if connection.vendor == "postgresql":
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
archive = VideoIndexPage.objects.get(slug="archive")
pages = len(ids) // 50
session = client.cookies[settings.SESSION_COOKIE_NAME].value
print(json.dumps({"cookie": f"{settings.SESSION_COOKIE_NAME}={session}", "pages": {
    "dashboard": "/admin/",
    "videos": "/admin/videos/",
    "videos, a page in the middle": f"/admin/videos/?p={pages // 2}",
    "videos, the last page": f"/admin/videos/?p={pages}",
    "videos, shortest first": "/admin/videos/?ordering=video_file__duration",
    "videos, by title": "/admin/videos/?ordering=title",
    "videos, by section": "/admin/videos/?ordering=path",
    "videos, by processing": "/admin/videos/?ordering=video_file__job__state",
    "videos, by uploader": "/admin/videos/?ordering=video_file__uploaded_by_user__username",
    "videos, most recent views first": "/admin/videos/?ordering=-recent_views",
    "videos, most views first": "/admin/videos/?ordering=-views",
    "videos, drafts": "/admin/videos/?live=False",
    "videos, opened by nobody": "/admin/videos/?opened_by=nobody",
    "videos, listed after unlocking": "/admin/videos/?listed=unlocked",
    "videos, ready": "/admin/videos/?state=ready",
    "videos, ten minutes to an hour": "/admin/videos/?length=medium",
    "videos, two recent views and more": "/admin/videos/?recent_views_min=2",
    "videos, of one section": f"/admin/videos/?section={archive.pk}",
    "videos, search for “harbour”": "/admin/videos/?q=harbour",
    "all videos: confirm an action": "/admin/bulk/video_pages/videopage/unpublish/?id=all",
    "statistics by video": "/admin/reports/videos/",
    "statistics by video, by title": "/admin/reports/videos/?ordering=title",
    "statistics by video, the last page": f"/admin/reports/videos/?p={pages}",
    "open sessions": "/admin/open-sessions/",
    "open sessions, the last page": f"/admin/open-sessions/?p={pages}",
    "page explorer, the largest section": f"/admin/pages/{archive.pk}/",
    "page chooser, the largest section": f"/admin/choose-page/{archive.pk}/",
    "media library": "/admin/media/",
    "video chooser": "/admin/media/chooser/video/",
}}))
"""
