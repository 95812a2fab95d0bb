"""What follows from other apps' signals; connected in apps.py."""

from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import pre_save

from video_pages.access.browser import browser_keys
from video_pages.access.revoke import end_access_of_drafts, end_browser
from video_pages.models import VideoIndexPage, VideoPage


def end_access_of_the_browser(sender, request, user, **kwargs):
    """Log-out ends the browser's access; Django sends this before it flushes the session."""
    if request is not None:
        end_browser(browser_keys(request))


def connect():
    """Connect every handler; safe to call twice."""
    for model in (VideoPage, VideoIndexPage):
        pre_save.connect(
            end_access_of_drafts, sender=model, dispatch_uid=f"end_access_of_drafts:{model.__name__}"
        )
    user_logged_out.connect(end_access_of_the_browser, dispatch_uid="end_access_of_the_browser")
