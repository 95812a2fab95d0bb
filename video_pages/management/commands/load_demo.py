"""Make the demo content: short videos with a known password, for a trial on one machine."""

import ipaddress
import time
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import translation
from django.utils.translation import get_language_info
from wagtail.models import Site

from video_pages.access import passwords
from video_pages.library import services, text_services
from video_pages.library.models import VideoFile
from video_pages.library.subtitles import ParsedCue, SubtitleFile
from video_pages.library.text_models import TextTrack
from video_pages.pages.chapters import VideoChapter
from video_pages.pages.intervals import ProgrammeInterval
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.sections.demo import CAPTIONED_IN, SECTIONS, VIDEOS, DemoSection, DemoVideo
from video_pages.transcoding import demo, jobs
from video_pages.transcoding.models import State
from video_pages.transcoding.workspace import workspace

PASSWORD = "open-sesame"  # noqa: S105  known to everyone: the demo is for loopback addresses
LINE_CHARACTERS = 42  # the caption editor remarks on longer lines


class Command(BaseCommand):
    help = f"Make the demo: short videos, opened with “{PASSWORD}”. Existing pages stay as they are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--bind", default="127.0.0.1", help="The address the site is served on (default %(default)s)."
        )
        parser.add_argument(
            "--leave-to-worker",
            action="store_true",
            help="Process the first video only; the worker does the others, which can be opened meanwhile.",
        )
        parser.add_argument("--force", action="store_true", help="Make the demo even if others can reach the site.")

    def handle(self, *args: Any, bind: str, force: bool, leave_to_worker: bool, **options: Any) -> None:
        if not force and not is_loopback(bind):
            raise CommandError(
                f"The demo's password is known to everyone, and {bind} can be reached by others. "
                "Serve the site on 127.0.0.1, or add --force."
            )
        site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
        if site is None:
            raise CommandError("There is no site yet. Run `manage.py migrate` first.")
        with translation.override(settings.LANGUAGE_CODE):
            number = 0
            for section in SECTIONS:
                index = find_or_make_section(section, site)
                for video in section.videos:
                    number += 1
                    page = self.find_or_make_video(number, video, section, index)
                    if number == 1 or not leave_to_worker:
                        self.process(page)

    def find_or_make_video(
        self, number: int, video: DemoVideo, section: DemoSection, index: VideoIndexPage
    ) -> VideoPage:
        """Return the page of `video`, the one with this `number`, below the page `index` of `section`."""
        page = VideoPage.objects.child_of(index).filter(slug=video.slug).first()
        if page is None:
            self.write(f"Demo {number} of {len(VIDEOS)}: drawing “{video.title}” …")
            started = time.monotonic()
            page = make_video(video, section, index)
            self.write(f"  done in {time.monotonic() - started:.0f} s.")
        return page

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


def find_or_make_section(section: DemoSection, site: Site) -> VideoIndexPage:
    """Return the page of `section` on the default site."""
    index = VideoIndexPage.objects.child_of(site.root_page).filter(slug=section.slug).first()
    if index is not None:
        return index
    index = VideoIndexPage(
        title=str(section.title),
        slug=section.slug,
        intro=str(section.intro),
        show_in_menus=True,
        is_programme=section.is_programme,
    )
    if section.interval_after:
        index.intervals.add(ProgrammeInterval(after_film=section.interval_after, minutes=1))
    site.root_page.add_child(instance=index)
    if section.is_programme:
        passwords.set_password(index, PASSWORD)
    index.save_revision().publish()
    return index


def make_video(video: DemoVideo, section: DemoSection, index: VideoIndexPage) -> VideoPage:
    """Draw one demo video and publish it below `index`, the page of `section`; return its page."""
    with workspace() as space:
        path = demo.draw(video.clip, space)
        with path.open("rb") as stream, transaction.atomic():
            upload = File(stream, name=f"{video.slug}.mp4")
            video_file = services.describe_upload(VideoFile(title=str(video.title), file=upload), upload)
            video_file.save()
            page = VideoPage(
                title=str(video.title),
                slug=video.slug,
                description=str(video.description),
                video_file=video_file,
                live=False,
                show_facts=bool(video.facts),
                **{name: value if isinstance(value, int) else str(value) for name, value in video.facts.items()},
            )
            for second, title in video.chapters:
                page.chapters.add(VideoChapter(start_seconds=second, title=str(title)))
            index.add_child(instance=page)
            if video.is_open:
                passwords.set_open(page, True)
            elif not section.is_programme:
                passwords.set_password(page, PASSWORD)
            page.save_revision().publish()
            add_captions(video, video_file)
            jobs.submit(video_file)
    return page


def add_captions(video: DemoVideo, video_file: VideoFile) -> None:
    """Give `video_file` the captions of `video` in the language of the site and in one other."""
    site = settings.LANGUAGE_CODE
    for code in (site, next(other for other in CAPTIONED_IN if other != site)) if video.cues else ():
        with translation.override(code):
            texts = [(second, in_two_lines(str(text))) for second, text in video.cues]
        ends = [second for second, _text in texts[1:]] + [int(video.clip.seconds)]
        cues = [ParsedCue(second * 1000, end * 1000, text) for (second, text), end in zip(texts, ends, strict=True)]
        label = get_language_info(code)["name_local"]
        properties = text_services.TrackProperties(TextTrack.Kind.CAPTIONS, code, label)
        text_services.add_track(video_file, SubtitleFile(cues), properties)


def in_two_lines(text: str) -> str:
    """Return `text` with a line break at the blank nearest its middle, if it is longer than a line of captions."""
    blanks = [number for number, character in enumerate(text) if character == " "]
    if len(text) <= LINE_CHARACTERS or not blanks:
        return text
    middle = min(blanks, key=lambda number: abs(number - len(text) // 2))
    return f"{text[:middle]}\n{text[middle + 1 :]}"
