"""Pages, files, people and browsers for tests, made as the site itself would make them.

Pages are put into the tree without Wagtail's validation and its log entry, which take most of the time. The indexes of
search and references are updated when a test reads them (`deferred_indexes`).
"""

import itertools

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import F
from django.test import Client
from django.utils import timezone
from modelcluster.models import ClusterableModel
from wagtail.models import Page, Site

from home.models import HomePage
from tests import clips, deferred_indexes
from video_pages.access import passwords
from video_pages.library import paths, text_services
from video_pages.library.storage import protected_storage
from video_pages.library.subtitles import ParsedCue, SubtitleFile
from video_pages.models import ProcessingJob, VideoFile, VideoIndexPage, VideoPage

PASSWORD = "open-sesame"
CUES = (ParsedCue(0, 900, "<Hello> & welcome"),)

_number = itertools.count(1)


def get_home():
    """Return the site's home page, made if a test began without one."""
    home = HomePage.objects.first()
    if home is None:
        home = Page.objects.get(depth=1).add_child(instance=HomePage(title="Home", slug="start"))
        site = Site.objects.filter(is_default_site=True).first() or Site(hostname="localhost", is_default_site=True)
        site.root_page = home
        site.save()
    return home


def _add_page(parent, page):
    """Put `page`, which has a title and a slug of its own, below `parent`."""
    with deferred_indexes.deferred(), transaction.atomic():
        siblings = Page.objects.filter(depth=parent.depth + 1, path__startswith=parent.path)
        paths = list(siblings.order_by("path").values_list("path", flat=True))
        page.depth = parent.depth + 1
        page.path = Page(path=paths[-1])._inc_path() if paths else Page._get_path(parent.path, page.depth, 1)
        page.draft_title = page.draft_title or page.title
        page.locale_id = page.locale_id or parent.locale_id
        page.set_url_path(parent)
        page._cached_parent_obj = parent
        Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + 1)
        parent.numchild = len(paths) + 1
        ClusterableModel.save(page)


def _set_password(page, password):
    with deferred_indexes.deferred():
        passwords.set_password(page, password)


def make_section(title=None, *, parent=None, password=None, live=True, **fields):
    """Return a section below `parent` (default: the home page), locked if `password` is given."""
    number = next(_number)
    section = VideoIndexPage(title=title or f"Section {number}", slug=f"section-{number}", live=live, **fields)
    _add_page(parent or get_home(), section)
    if password:
        _set_password(section, password)
    return section


def make_video_file(clip=None, *, title="A file", user=None, ready=True, playable=True, **facts):
    """Return a VideoFile holding the file at path `clip`, or 4 KB of counting bytes where no film is needed.

    `playable`: visitors are given the same bytes, if browsers play them. `ready`: its job is done.
    """
    known = {
        "container": "mp4",
        "video_codec": "h264",
        "audio_codec": "aac",
        "pixel_format": "yuv420p",
        "duration": 1.0,
        "width": 320,
        "height": 180,
        "uploaded_by_user": user,
        **facts,
    }
    content = File(open(clip, "rb")) if clip else ContentFile(bytes(range(256)) * 16)
    with content:
        video_file = VideoFile(title=title, original_filename="film.mp4", size_bytes=content.size, **known)
        video_file.file.save("film.mp4", content, save=False)
    with deferred_indexes.deferred():
        video_file.save()
    if ready and playable and video_file.plays_in_browsers:
        _give_progressive(video_file)
    if ready:
        ProcessingJob.objects.create(video_file=video_file, source_version=1, state="ready", finished_at=timezone.now())
    return video_file


def _give_progressive(video_file):
    """Give `video_file` its source's bytes as the MP4 that visitors get, as if they had been made of it."""
    name = f"{paths.directory(video_file.uuid, 1)}/{paths.REMUXED}"
    with video_file.file.open() as source:
        protected_storage().save(name, source)
    VideoFile.objects.filter(pk=video_file.pk).update(progressive_name=name)
    video_file.progressive_name = name


def make_video(title=None, *, section=None, password=PASSWORD, live=True, video_file=None, **fields):
    """Return a video page with a file, published unless told otherwise; `password=None` leaves it without one."""
    number = next(_number)
    page = VideoPage(
        title=title or f"Video {number}",
        slug=f"video-{number}",
        live=live,
        video_file=video_file or make_video_file(),
        first_published_at=timezone.now() if live else None,
        **fields,
    )
    _add_page(section or make_section(), page)
    if password:
        _set_password(page, password)
    return page


def make_real_video(title=None, **options):
    """Return a video page whose file is a real clip of one second."""
    return make_video(title, video_file=make_video_file(clips.mp4()), **options)


def make_track(page, cues=CUES, **fields):
    """Return a text track of the page's video, English subtitles unless told otherwise."""
    fields = {"kind": "subtitles", "language": "en", "label": "English", **fields}
    return add_text_track(page.video_file, cues, **fields)


def add_text_track(video_file, cues=(), *, origin="uploaded", repaired_lines=(), is_guessed=False, **properties):
    """Add a text track of the ParsedCues `cues`, with these repairs; `properties` are those of TrackProperties."""
    found = SubtitleFile(list(cues), repaired_lines, is_guessed)
    return text_services.add_track(video_file, found, text_services.TrackProperties(**properties), origin=origin)


def make_superuser(username="admin"):
    return get_user_model().objects.create_superuser(username, f"{username}@example.org", "secret-secret")


def make_user(username="visitor", *groups):
    """Return a user in the named groups, "Editors" or "Moderators" as Wagtail makes them."""
    user = get_user_model().objects.create_user(username, f"{username}@example.org", "secret-secret")
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def browser(user=None, **options):
    """Return a browser: a test client with cookies of its own, signed in as `user` if given."""
    client = Client(**options)
    if user:
        client.force_login(user)
    return client


def unlock(client, page, password=PASSWORD, **extra):
    """Post `password` at `page` as a visitor would and return the response."""
    return client.post(page.url, {"password": password}, **extra)
