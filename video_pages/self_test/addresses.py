"""The addresses that the self-test asks for, and the answer that a stranger should get to each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import NoReverseMatch, reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from video_pages.access.browser import Browser
from video_pages.access.decide import Reason, decide
from video_pages.access.downloads import download_rule
from video_pages.library import paths
from video_pages.library.text_models import TextTrack
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.self_test.facts import SiteFacts, address_of

GIVEN = frozenset([200, 206, 302])
"""Statuses of bytes: 302 is the signed address of a bucket."""
REFUSED = frozenset([403])
SHOWN = frozenset([200])
NOT_THERE = frozenset([404, 410])
CLOSED = frozenset([200, 403, 410])
"""A page before or after its time: it says so, and gives nothing."""
SIGN_IN = frozenset([302, 401, 403, 404])
LEAST_SECRET = 24
"""Characters of a description from which its text in an answer cannot be chance."""
UNKNOWN = "5d6c1a9e-93d0-4c51-b0c0-2f5a8f1c7a11"
# Lists of visitors that the site may have; one that it has not is left out.
LISTS = ("search", "search_suggestions", "sitemap")
FEEDS = ("/feed/", "/rss/", "/atom/", "/feed.xml", "/oembed/", "/oembed", "/api/v2/pages/", "/api/v2/media/", "/api/")
"""Addresses of feeds and APIs that other sites have: here they may be missing, and what they give is read as a list."""


@dataclass(frozen=True)
class Probe:
    """A question: GET `path` of the site `host` ("" for the base's own).

    `subject` is the title of the video or "", `what` names the address in a word or two. The answer must have one of
    `statuses`, hold none of the `secrets`, name no file of a video that is not open, and link to none of `unlisted`.
    A refusal of `is_stream` must be the answer to an unknown id.
    """

    subject: str
    what: str
    path: str
    statuses: frozenset[int]
    host: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    unlisted: frozenset[str] = field(default=frozenset(), repr=False)
    is_stream: bool = False
    needs_sign_in: bool = False


def control_probes(host: str) -> Iterator[Probe]:
    """Yield the questions that show whether the address is this site at all."""
    yield Probe("", _("unknown id"), f"/stream/{UNKNOWN}/source", REFUSED, host)
    yield Probe("", _("robots.txt"), "/robots.txt", SHOWN, host)


def site_probes(facts: SiteFacts, host: str) -> Iterator[Probe]:
    """Yield the questions about the lists of the whole site and about its admin."""
    yield Probe("", _("home page"), "/", SHOWN, host, unlisted=facts.unlisted)
    for name in LISTS:
        try:
            yield Probe("", name, reverse(name), SHOWN, host, unlisted=facts.unlisted)
        except NoReverseMatch:
            continue
    for path in FEEDS:
        yield Probe("", _("feed or API"), path, NOT_THERE | SHOWN | REFUSED | {301}, host, unlisted=facts.unlisted)
    admin = reverse("wagtailadmin_home")
    for path in (admin, f"{admin}api/main/pages/", f"{admin}pages/", f"{admin}reports/site-history/"):
        yield Probe("", _("admin"), path, SIGN_IN, host, needs_sign_in=True)
    yield Probe("", _("unknown link"), "/w/srw_0000000000000000000000000000000000", NOT_THERE, host)
    yield Probe("", _("gate of nginx"), "/stream-gate/", REFUSED, host, is_stream=True)


def section_probes(section: VideoIndexPage, facts: SiteFacts, roots: dict[str, str], host: str) -> Iterator[Probe]:
    """Yield the question about the list of one section."""
    path = address_of(section.path, section.url_path, roots)
    if not path:
        return
    is_current = section.live and (section.expire_at is None or section.expire_at > facts.now)
    statuses = SHOWN | {403, 410} if is_current else NOT_THERE
    if facts.is_private(section.path):
        statuses = SIGN_IN
    yield Probe(section.title, _("section"), path, frozenset(statuses), host, unlisted=facts.unlisted_alone)


def video_probes(video: VideoPage, facts: SiteFacts, roots: dict[str, str], host: str) -> Iterator[Probe]:
    """Yield the questions about one video page; those about its files for a source page only, not for an alias."""
    source = video.source
    verdict = decide(source, Browser(), AnonymousUser(), facts.now)
    # Both must say so: the mark as a row has it, and the rule that answers requests.
    is_open = str(source.uuid) in facts.open_uuids and verdict.allowed
    path = address_of(video.path, video.url_path, roots)
    if path:
        yield _page_probe(video, path, verdict.reason, is_open, facts, host)
        query = f"?{quote('q')}={quote(video.title[:80])}"
        for name in ("search", "search_suggestions"):
            yield Probe(video.title, name, reverse(name) + query, SHOWN, host, unlisted=facts.unlisted)
        is_unlisted = path in facts.unlisted
        query = f"?url={quote(video.full_url or '', safe='')}"
        yield Probe(video.title, "oembed", f"/oembed{query}", NOT_THERE if is_unlisted else NOT_THERE | SHOWN, host)
    if video.alias_of_id:
        return
    secrets = () if is_open else tuple(_secrets_of(source))
    yield Probe(video.title, _("frame"), f"/embed/{source.uuid}/", CLOSED | NOT_THERE, host, secrets)
    for name, is_certain in names_of(source):
        statuses = REFUSED
        if is_open:
            statuses = GIVEN if is_certain else GIVEN | NOT_THERE
        address = f"/stream/{source.uuid}/{name}"
        yield Probe(video.title, name, address, statuses, host, is_stream=not is_open)
    may_keep = is_open and download_rule(source).allows
    address = f"/stream/{source.uuid}/download"
    statuses = GIVEN | NOT_THERE if may_keep else REFUSED
    yield Probe(video.title, "download", address, statuses, host, is_stream=not may_keep)
    yield from _stored_probes(source, host)
    yield from _admin_probes(source, host)


def names_of(video: VideoPage) -> Iterator[tuple[str, bool]]:
    """Yield (name below /stream/<uuid>/, True if an open video certainly has it) of every file of `video`."""
    file = video.video_file
    is_playable = bool(file and file.is_playable)
    yield "source", bool(file and file.playable_name)
    yield "status", True
    yield "receiver", False
    yield "chapters.vtt", True
    yield "poster", False
    yield "hls/master.m3u8", bool(file and file.package)
    yield "nothing-of-this-name", False
    if file is None or not is_playable:
        return
    for track in TextTrack.objects.filter(video_file=file.pk).values_list("pk", flat=True):
        yield f"tracks/{track}.vtt", False
    if file.package:
        made = [paths.MASTER_PLAYLIST, paths.STORYBOARD_MAP, paths.storyboard_sheet(1), paths.frame_image(1)]
        made += [paths.PROGRESSIVE, paths.REMUXED]
        for rendition in file.renditions.filter(package=file.package).values_list("name", flat=True):
            made += [paths.playlist_of(rendition), paths.media_of(rendition)]
        for filename in dict.fromkeys(made):
            yield f"{file.package}/{filename}", False


def _page_probe(video: VideoPage, path: str, reason: Reason, is_open: bool, facts: SiteFacts, host: str) -> Probe:
    source = video.source
    statuses = SHOWN
    if reason == Reason.NOT_LIVE or not video.live:
        statuses = NOT_THERE
    elif reason == Reason.RESTRICTED or facts.is_private(video.path):
        statuses = SIGN_IN
    elif reason not in (Reason.LOCKED, Reason.NO_PASSWORD, Reason.OVER, Reason.EXPIRED, Reason.OPEN):
        statuses = CLOSED
    secrets = () if is_open else tuple(_secrets_of(source))
    return Probe(video.title, _("page"), path, statuses, host, secrets, facts.unlisted_alone - {path})


def _secrets_of(video: VideoPage) -> Iterator[str]:
    """Yield the texts that the page of a locked video must not have."""
    yield f"/stream/{video.uuid}"
    if video.video_file:
        yield str(video.video_file.file.name)
        yield paths.file_directory(video.video_file.uuid)
        if video.video_file.package:
            yield video.video_file.package
    description = " ".join(strip_tags(video.description).split())
    if not video.show_description and len(description) >= LEAST_SECRET:
        yield description[:LEAST_SECRET]


def _stored_probes(video: VideoPage, host: str) -> Iterator[Probe]:
    """Yield the addresses that the stored file would have if the library were public; and the public picture."""
    file = video.video_file
    names = [name for name in (file and file.file.name, file and file.playable_name, file and file.poster_name) if name]
    for name in names:
        for start in (settings.MEDIA_URL, f"{settings.MEDIA_URL}protected/", f"{settings.MEDIA_URL}../protected/"):
            path = urlsplit(start).path + quote(name)
            yield Probe(video.title, _("stored file"), path, NOT_THERE | REFUSED | {400}, host)
    if video.thumbnail:
        rendition = video.thumbnail.renditions.first()
        address = urlsplit((rendition or video.thumbnail).file.url)
        if not address.netloc:  # a CDN is not this site
            yield Probe(video.title, _("public picture"), address.path, SHOWN, host)


def _admin_probes(video: VideoPage, host: str) -> Iterator[Probe]:
    pages = ("wagtailadmin_pages:edit", "wagtailadmin_pages:view_draft", "wagtailadmin_pages:history")
    named = [(name, video.pk) for name in (*pages, "video_access", "video_statistics")]
    if video.video_file_id:
        named += [(name, video.video_file_id) for name in ("video_file_source", "wagtailmedia:edit")]
    for name, key in named:
        yield Probe(video.title, _("admin"), reverse(name, args=(key,)), SIGN_IN, host, needs_sign_in=True)
