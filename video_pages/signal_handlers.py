"""What follows from signals of other apps and of the rooms; connected in apps.py."""

from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import pre_delete, pre_save
from wagtail.signals import page_published, page_unpublished, post_page_move

from video_pages.access import shared_passwords
from video_pages.access.browser import browser_keys
from video_pages.access.revoke import end_access_of_drafts, end_browser
from video_pages.analytics import rollup
from video_pages.ingest import publishing
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.sections import relocation
from video_pages.transcoding.models import State
from video_pages.transcoding.signals import processing_finished


def end_access_of_the_browser(sender, request, user, **kwargs):
    """Log-out ends the browser's access; Django sends this before it flushes the session."""
    if request is not None:
        end_browser(browser_keys(request))


def publish_waiting_pages(sender, video_file, state, **kwargs):
    """A film that is ready publishes the pages that wait for it."""
    if state == State.READY:
        publishing.publish_ready(video_file=video_file)


def forget_to_publish(sender, instance, **kwargs):
    """What was published or unpublished by hand does not go live by itself afterwards."""
    publishing.cancel_publication(instance)


def count_people_again(sender, instance, parent_page_before, parent_page_after, **kwargs):
    """A page that leaves its section takes its viewers along, of the days that can be counted again."""
    if parent_page_before.pk != parent_page_after.pk:
        rollup.mark_days_due_after_move(instance)


def take_files_along(sender, instance, parent_page_before, parent_page_after, **kwargs):
    """A video that goes to another section takes its file out of the hands of the editors of the first."""
    relocation.follow_move(instance, parent_page_before, parent_page_after)


def count_people_without(sender, instance, **kwargs):
    """A video that goes takes its viewers along, while its views still say of which days."""
    rollup.mark_days_due(instance.video_views.all())


def connect():
    """Connect every handler; safe to call twice."""
    for model in (VideoPage, VideoIndexPage):
        pre_save.connect(end_access_of_drafts, sender=model, dispatch_uid=f"end_access_of_drafts:{model.__name__}")
    for model in shared_passwords.MODELS:
        pre_save.connect(
            shared_passwords.refuse_shared_password,
            sender=model,
            dispatch_uid=f"refuse_shared_password:{model.__name__}",
        )
    user_logged_out.connect(end_access_of_the_browser, dispatch_uid="end_access_of_the_browser")
    processing_finished.connect(publish_waiting_pages, dispatch_uid="publish_waiting_pages")
    post_page_move.connect(count_people_again, dispatch_uid="count_people_again")
    post_page_move.connect(take_files_along, dispatch_uid="take_files_along")
    pre_delete.connect(count_people_without, sender=VideoPage, dispatch_uid="count_people_without")
    for signal, name in ((page_published, "published"), (page_unpublished, "unpublished")):
        signal.connect(forget_to_publish, sender=VideoPage, dispatch_uid=f"forget_to_publish:{name}")
