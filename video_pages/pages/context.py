"""Template context of the locked page, the player page and the section. A locked page gets no address of a file."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.models import Page

from video_pages.access.access_length import AccessLength
from video_pages.access.attempt import UnlockRefusal, reason_of_lock
from video_pages.access.decide import Verdict, unlocked_until
from video_pages.access.forms import UnlockForm
from video_pages.access.guard import SECTION, VIDEO, AccessState, Guard, access_states, page_model
from video_pages.access.listed import Viewer, listing_of, viewer_of
from video_pages.access.models import AccessSettings, Listed
from video_pages.access.visitor import visitor_of
from video_pages.core import clock
from video_pages.core.humanize import format_period, local_time
from video_pages.library import paths
from video_pages.library.models import VideoFile
from video_pages.pages.cards import all_locked, cards_for, section_cards_for
from video_pages.pages.chapters import chapters_of
from video_pages.pages.querysets import Order
from video_pages.transcoding import jobs
from video_pages.transcoding.models import State

if TYPE_CHECKING:
    from video_pages.pages.models import VideoIndexPage, VideoPage

CARDS_PER_PAGE = 24


def visible_ancestors(page: Page, viewer: Viewer) -> list[Page]:
    """Return the ancestors of `page` whose titles `viewer` may see, from the site's root down; one query.

    These are the pages that a list may show, and the sections that this browser has unlocked, however they are listed.
    A visitor of `page` has passed Wagtail's own restrictions on its ancestors already.
    """
    sections = page_model(SECTION).objects.ancestor_of(page)
    unlocked = Q(path__in=viewer.unlocked, live=True) & ~Q(expire_at__lte=viewer.now)
    listed = sections.listed_to(dataclasses.replace(viewer, private=())).order_by().values("pk")
    other = Q(videoindexpage=None, live=True)
    above = Page.objects.ancestor_of(page).filter(depth__gt=1).filter(other | Q(pk__in=listed) | unlocked)
    return list(above.select_related("videoindexpage").order_by("path"))


def breadcrumbs(above: Iterable[Page], request: HttpRequest) -> list[tuple[str, str]]:
    """Return [(title, address)] of the ancestors `above`, as `visible_ancestors` returns them."""
    return [(page.title, url) for page in above if (url := page.get_url(request))]


def section_of(page: Page, above: Sequence[Page]) -> "VideoIndexPage | None":
    """Return the section that contains `page` if it is among the ancestors `above`, else None."""
    nearest = above[-1] if above else None
    return nearest.videoindexpage if nearest is not None and page.is_child_of(nearest) else None


def neighbours(
    page: "VideoPage", section: "VideoIndexPage | None", viewer: Viewer
) -> "tuple[VideoPage | None, VideoPage | None]":
    """Return the videos before and after `page` in the order of `section`, each None at an end; two queries.

    Only videos that the section's own list shows to `viewer` count. Without a section, both are None.
    """
    if section is None:
        return None, None
    videos = type(page).objects.child_of(section)
    listed = videos.listed_to(viewer, below=section).order_by().values("pk")
    ids = videos.filter(Q(pk__in=listed) | Q(pk=page.pk)).ids_in_order(section.order)
    place = ids.index(page.pk)
    around = [ids[other] if 0 <= other < len(ids) else None for other in (place - 1, place + 1)]
    found = type(page).objects.in_bulk([pk for pk in around if pk])
    previous, following = (found.get(pk) for pk in around)
    return previous, following


def is_listed(page: "VideoPage | VideoIndexPage", viewer: Viewer) -> bool:
    """Return whether lists show `page` to everyone, search engines included; `viewer` is the Viewer of this request."""
    return type(page).objects.filter(pk=page.pk).listed_to(viewer.as_anyone()).exists()


def section_context(
    section: "VideoIndexPage",
    request: HttpRequest,
    *,
    state: AccessState | None = None,
    refusal: UnlockRefusal | None = None,
) -> dict[str, Any]:
    """Return the template context of the page of `section` for this browser.

    `state` is the AccessState of its source if it was read already. `refusal` is the reason why an attempt at its
    password failed, if there was one.
    """
    viewer = viewer_of(request)
    source, above = section.source, visible_ancestors(section, viewer)
    # An alias made with its subtree has children of its own. One made alone shows the children of its source, whose
    # own address this page does not reveal.
    has_own = bool(section.numchild) or not section.alias_of_id
    parent, here = (section, section) if has_own else (source, None)
    videos, sections = page_model(VIDEO).objects, page_model(SECTION).objects
    ids = videos.child_of(parent).listed_to(viewer, below=here).ids_in_order(section.order)
    page_of_videos = Paginator(ids, CARDS_PER_PAGE).get_page(request.GET.get("p"))
    shown = videos.with_files().in_bulk(list(page_of_videos))
    below = videos.listed_to(viewer, below=here)
    sections = sections.child_of(parent).listed_to(viewer, below=here).order_by("path")
    state = state or access_states([source], visitor_of(request).browser.keys)[source.pk]
    opens_until = unlocked_until(state, viewer.now)
    cards = cards_for([shown[pk] for pk in page_of_videos if pk in shown], request=request, here=here)
    context = {
        "breadcrumbs": breadcrumbs(above, request),
        "cards": cards,
        "opens_no_film": opens_until is not None and all_locked(cards),
        "sections": section_cards_for(sections.with_video_count(below).with_cover(below), request=request),
        "page_obj": page_of_videos,
        "newest_first": section.order == Order.NEWEST,
        "noindex": state.guard is not None or not is_listed(section, viewer),
        "unlocked_until": opens_until,
        "locked_section": None,
    }
    if not cards and not context["sections"]:
        context["lists_unlocked_only"] = listing_of(section).listed == Listed.UNLOCKED
    if state.guard is not None and opens_until is None:
        if refusal is None:
            is_expired = state.has_expired(viewer.now)
            refusal = reason_of_lock(visitor_of(request), state.guard, is_expired=is_expired, now=viewer.now)
        context["locked_section"] = locked_context(source, request, guard=state.guard, refusal=refusal, named=above)
    return context


def player_context(
    video: "VideoPage", *, verdict: Verdict, section: "VideoIndexPage | None", is_preview: bool = False
) -> dict[str, Any]:
    """Return the template context of the player page of the source page `video`, for a browser that has access.

    `section` is the section that the page may name, or None.
    """
    file = video.video_file
    job = jobs.job_of(file)
    plays = file is not None and file.is_playable
    if file and job and job.state == State.REFUSED and not file.package:
        plays = False  # a source that processing refused is not sent to browsers either
    return {
        "video": video,
        "file": file,
        "section": section,
        "verdict": verdict,
        "processing": job if job and job.state != State.READY else None,
        "stream": _addresses(video, file, is_preview) if file and plays else None,
        "chapters": chapters_of(video),
        "status_url": "" if is_preview else reverse("stream", args=(video.uuid, "status")),
    }


def _addresses(video: "VideoPage", file: VideoFile, is_preview: bool) -> dict[str, Any]:
    """Return the addresses of the video and of its poster, tracks and chapters; a preview has the file's only."""
    addresses = {
        "source_url": file.url,
        "source_type": file.playable_type,
        "poster_url": "",
        "hls_url": "",
        "storyboard_url": "",
        "chapters_url": "",
        "tracks": [],
        "needs_full_hls": file.has_alternate_audio,
    }
    if is_preview:
        return addresses

    def at(name: str) -> str:
        return reverse("stream", args=(video.uuid, name))

    tracks = file.text_tracks.filter(is_hidden=False)
    return addresses | {
        "source_url": at("source"),
        "poster_url": at("poster") if file.has_poster else "",
        "hls_url": at("hls/master.m3u8") if file.package else "",
        "storyboard_url": at(f"{file.package}/{paths.STORYBOARD_MAP}") if file.has_storyboard else "",
        "chapters_url": at("chapters.vtt"),
        "tracks": [{"url": at(f"tracks/{track.pk}.vtt"), "track": track} for track in tracks],
    }


def locked_context(
    page: "VideoPage | VideoIndexPage",
    request: HttpRequest,
    *,
    guard: Guard | None,
    refusal: UnlockRefusal | None = None,
    section: "VideoIndexPage | None" = None,
    named: Iterable[Page] = (),
) -> dict[str, Any]:
    """Return the template context of the locked source page `page`, a video or a section.

    `guard` is the Guard that opens it, or None. `named` are the ancestors that the page may name, `section` is the one
    among them that contains it, or None.
    """
    file, now = getattr(page, "video_file", None), clock.now()
    is_over = guard is not None and guard.is_over(now)
    settings = page.access_settings(request)
    length = AccessLength(settings.access_minutes, page.duration_seconds)
    neutral = settings.locked_cards == AccessSettings.LockedCards.NEUTRAL
    return {
        "form": UnlockForm(),
        "error": refusal.message if refusal else "",
        "error_code": str(refusal.code) if refusal else "",
        "tries_left": refusal.tries_left if refusal else None,
        "limited_until": refusal.limited_until if refusal else None,
        "wait_seconds": refusal.wait_seconds(now) if refusal else None,
        "can_unlock": guard is not None and not is_over,
        "over_since": guard.access_until if guard and is_over else None,
        "access_length": access_length_message(guard, length, named=[page, *named], now=now),
        "still": file.still if file and not neutral else "",
        "duration": file.duration if file else 0,
        "section": section,
        "description": page.description if getattr(page, "show_description", False) else "",
    }


def access_length_message(guard: Guard | None, length: AccessLength, *, named: Iterable[Page], now: dt.datetime) -> str:
    """Return a sentence (HTML) that says how long the password of `guard` gives access; "" without a guard.

    The title of a section appears only if the section is among the pages `named`.
    """
    if guard is None:
        return ""
    until = guard.access_until
    has_date = until is not None and now + length.for_guard(guard) >= until
    minutes = _minutes(length.for_guard(guard))
    ends_with_video = bool(length.video_seconds) and minutes == _minutes(length.to_end_of_video)
    if not has_date and guard.kind != SECTION and ends_with_video:
        return _("Opens it in this browser until the film is over.")
    if guard.kind == SECTION and guard.page_id not in [page.pk for page in named]:
        opening = _("Opens all films of its section that have no password of their own, in this browser")
    elif guard.kind == SECTION:
        opening = _("Opens all films in “%(title)s” that have no password of their own, in this browser")
        opening %= {"title": guard.title}
    else:
        opening = _("Opens it in this browser")
    if until is not None and has_date:
        return format_html(_("{opening} until {moment}."), opening=opening, moment=local_time(until))
    return _("%(opening)s for %(length)s.") % {"opening": opening, "length": format_period(minutes)}


def _minutes(length: dt.timedelta) -> int:
    return round(length.total_seconds() / 60)
