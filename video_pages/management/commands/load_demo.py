"""Make the demo content: three short videos with a known password, for a trial on one machine."""

import ipaddress
import time
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from wagtail.models import Site

from video_pages.access import passwords
from video_pages.library import services
from video_pages.library.models import VideoFile
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.sections.demo import (
    INDEX_INTRO,
    INDEX_SLUG,
    INDEX_TITLE,
    VIDEOS,
    DemoVideo,
)
from video_pages.transcoding import demo, jobs
from video_pages.transcoding.models import State
from video_pages.transcoding.workspace import workspace

PASSWORD = "open-sesame"  # noqa: S105  known to everyone: the demo is for loopback addresses


class Command(BaseCommand):
    help = f"Make the demo: three short videos, each opened with “{PASSWORD}”. Existing pages stay as they are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--bind", default="127.0.0.1", help="The address the site is served on (default %(default)s)."
        )
        parser.add_argument("--force", action="store_true", help="Make the demo even if others can reach the site.")

    def handle(self, *args: Any, bind: str, force: bool, **options: Any) -> None:
        if not force and not is_loopback(bind):
            raise CommandError(
                f"The demo's password is known to everyone, and {bind} can be reached by others. "
                "Serve the site on 127.0.0.1, or add --force."
            )
        index = self.find_or_make_index()
        for number, video in enumerate(VIDEOS, start=1):
            page = VideoPage.objects.child_of(index).filter(slug=video.slug).first()
            if page is None:
                self.write(f"Demo {number} of {len(VIDEOS)}: drawing “{video.title}” …")
                started = time.monotonic()
                page = make_video(video, index)
                self.write(f"  done in {time.monotonic() - started:.0f} s.")
            self.process(page)

    def find_or_make_index(self) -> VideoIndexPage:
        """Return the section of the demo. Raises CommandError if there is no site."""
        site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
        if site is None:
            raise CommandError("There is no site yet. Run `manage.py migrate` first.")
        index = VideoIndexPage.objects.child_of(site.root_page).filter(slug=INDEX_SLUG).first()
        if index is None:
            index = VideoIndexPage(title=INDEX_TITLE, slug=INDEX_SLUG, intro=INDEX_INTRO, show_in_menus=True)
            site.root_page.add_child(instance=index)
            index.save_revision().publish()
        return index

    def process(self, page: VideoPage) -> None:
        """Process the video now, so that the demo is complete without a worker."""
        job = jobs.job_of(page.video_file)
        if job is None or job.is_finished:
            return
        state = jobs.run(job.pk)
        if state not in (State.READY, None):
            self.stderr.write(f"  “{page.title}” could not be processed yet; the worker tries again.")

    def write(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def is_loopback(address: str) -> bool:
    """True if only this machine can reach a server bound to `address`, a host name or an IP address."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def make_video(video: DemoVideo, index: VideoIndexPage) -> VideoPage:
    """Draw one demo video and publish it below `index`, locked; return its page."""
    with workspace() as space:
        path = demo.draw(video.clip, space)
        with path.open("rb") as stream, transaction.atomic():
            upload = File(stream, name=f"{video.slug}.mp4")
            video_file = services.describe_upload(VideoFile(title=video.title, file=upload), upload)
            video_file.save()
            page = VideoPage(
                title=video.title,
                slug=video.slug,
                description=video.description,
                video_file=video_file,
                live=False,
            )
            index.add_child(instance=page)
            passwords.set_password(page, PASSWORD)
            page.save_revision().publish()
            jobs.submit(video_file)
    return page
