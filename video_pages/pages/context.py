"""Template context of the locked page, the player page and the section. A locked page gets no address of a file."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from wagtail.models import Page

from video_pages.access.access_length import AccessLength
from video_pages.access.browser import FRAME_MARK
from video_pages.access.decide import Reason, Verdict, unlocked_until
from video_pages.access.effective_access import AccessMode, effective_access_of
from video_pages.access.forms import UnlockForm
from video_pages.access.guard import VIDEO, AccessState, Guard, page_model
from video_pages.access.invitations.endings import INVITATION_CODES, reason_of_locked_page
from video_pages.access.invitations.labels import label_over_picture
from video_pages.access.invitations.playing import is_full
from video_pages.access.listed import viewer_of
from video_pages.access.listings import listing_of
from video_pages.access.models import Listed
from video_pages.access.refusals import ErrorCode, UnlockRefusal
from video_pages.access.shown_ends import shown_end, shown_end_of_rows
from video_pages.access.site_settings import AccessSettings
from video_pages.access.visitor import visitor_of
from video_pages.access.window import Window
from video_pages.core import clock
from video_pages.core.humanize import seconds_until
from video_pages.library import paths
from video_pages.library.models import VideoFile
from video_pages.pages.cards import all_locked, cards_for, section_cards_for
from video_pages.pages.chapters import chapters_of
from video_pages.pages.invited.requests import ask_url
from video_pages.pages.length_message import access_length_message
from video_pages.pages.list_pages import NUMBER, address_of_number, list_page
from video_pages.pages.list_queries import sections_in, videos_of
from video_pages.pages.navigation import breadcrumbs, is_listed, visible_ancestors
from video_pages.pages.programme import MOST_VIDEOS, programme_of
from video_pages.pages.protocols import Section, Video
from video_pages.pages.querysets import Order
from video_pages.transcoding import jobs
from video_pages.transcoding.models import State

CARDS_PER_PAGE = 24
HAD_ACCESS = (ErrorCode.EXPIRED, ErrorCode.ENDED, ErrorCode.CHANGED, *INVITATION_CODES)


def content_of(section: Section) -> tuple[Section, Section | None]:
    """Return (the page whose children the page of `section` shows, the section whose list that is).

    An alias made with its subtree has children of its own. One made alone shows the children of its source, whose own
    address this page does not reveal: the second is None.
    """
    has_own = bool(section.numchild) or not section.alias_of_id
    return (section, section) if has_own else (section.source, None)


def address_of_earlier(section: Section, request: HttpRequest) -> str | None:
    """Return the present address ("?…") for one of earlier versions, which counts pages; None for any other."""
    if NUMBER not in request.GET:
        return None
    parent, here = content_of(section)
    videos = page_model(VIDEO).objects.in_lists(viewer_of(request), section=parent, below=here)
    return address_of_number(videos, section.order, request.GET, CARDS_PER_PAGE)


def section_context(
    section: Section,
    request: HttpRequest,
    *,
    state: AccessState | None = None,
    is_shut: bool = False,
    refusal: UnlockRefusal | None = None,
) -> dict[str, Any]:
    """Return the template context of the page of `section` for this browser.

    `state` is the AccessState of its source if it was read already; `is_shut` says that its window keeps this visitor
    out now. `refusal` is the reason why an attempt at its password failed, if there was one.
    """
    viewer = viewer_of(request)
    source, above = section.source, visible_ancestors(section, viewer)
    parent, here = content_of(section)
    size = MOST_VIDEOS if parent.is_programme else CARDS_PER_PAGE
    videos = videos_of(parent, here, viewer, section.order, size=size)
    page_of_videos = list_page(videos, section.order, request.GET, size)
    state = state or visitor_of(request).access_states([source])[source.pk]
    opens_until = unlocked_until(state, viewer.now)
    cards = cards_for(page_of_videos.videos, request=request, here=here)
    context = {
        "breadcrumbs": breadcrumbs(above, request),
        "cards": cards,
        "opens_no_film": opens_until is not None and all_locked(cards),
        "sections": section_cards_for(sections_in(parent, here, viewer), request=request),
        "list_page": page_of_videos,
        "newest_first": section.order == Order.NEWEST,
        "noindex": state.guard is not None or not is_listed(section, viewer),
        "unlocked_until": shown_end_of_rows(state, viewer.now) if opens_until else None,
        "locked_section": None,
    }
    if parent.is_programme and cards and not page_of_videos.has_others:
        shown = page_of_videos.videos
        context["programme"] = programme_of(parent, shown, cards, window=state.window, now=viewer.now)
    if not cards and not context["sections"]:
        context["lists_unlocked_only"] = listing_of(section).listed == Listed.UNLOCKED
    if is_shut or (state.guard is not None and opens_until is None):
        context["noindex"] = True
        if refusal is None and not is_shut:
            is_expired = state.has_expired(viewer.now)
            refusal = reason_of_locked_page(
                source, visitor_of(request), state.guard, is_expired=is_expired, now=viewer.now
            )
        is_bound = is_shut or (state.window is not None and state.window.is_open(viewer.now))
        context["locked_section"] = locked_context(
            source,
            request,
            guard=state.guard,
            window=state.window if is_bound else None,
            refusal=refusal,
            named=above,
        )
    return context


def player_context(
    video: Video, *, verdict: Verdict, section: Section | None, is_preview: bool = False, frame_key: str = ""
) -> dict[str, Any]:
    """Return the template context of the player page of the source page `video`, for a browser that has access.

    `section` is the section that the page may name, or None. `frame_key` is the key of a frame of another site, which
    all addresses of files then contain.
    """
    prefix = f"{FRAME_MARK}{frame_key}/" if frame_key else ""
    file, now, window = video.video_file, clock.now(), verdict.window or Window()
    job = jobs.job_of(file)
    plays = file is not None and file.is_playable and not jobs.is_refused(file)
    return {
        "video": video,
        "file": file,
        "section": section,
        "verdict": verdict,
        "processing": job if job and job.state != State.READY else None,
        "stream": _addresses(video, file, is_preview, prefix) if file and plays else None,
        "chapters": chapters_of(video),
        "is_full": is_full(verdict, now),
        "label": label_over_picture(verdict.invited.id if verdict.invited else None),
        "closes_in": _seconds_to_end(verdict),
        "ends_at": shown_end(verdict, video.expire_at),
        "hours_to_begin": verdict.invited.hours_to_begin if verdict.invited else None,
        "visitors_from": window.opens_at if window.is_not_yet_open(now) else None,
        "is_closed": window.is_closed(now),
        "status_url": "" if is_preview else reverse("stream", args=(video.uuid, f"{prefix}status")),
        "stream_prefix": prefix,
    }


def _seconds_to_end(verdict: Verdict) -> int | None:
    """Return the seconds until the window of the page or the access of `verdict` ends, as known now, or None."""
    if verdict.reason == Reason.EDITOR:
        return None
    closes_at = verdict.window.closes_at if verdict.window else None
    ends = [end for end in (closes_at, verdict.valid_until) if end is not None]
    return seconds_until(min(ends)) if ends else None


def _addresses(video: Video, file: VideoFile, is_preview: bool, prefix: str) -> dict[str, Any]:
    """Return the addresses of the video and of its poster, tracks and chapters; a preview has the file's only.

    `prefix` stands before each name.
    """
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
        return reverse("stream", args=(video.uuid, f"{prefix}{name}"))

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
    page: Video | Section,
    request: HttpRequest,
    *,
    guard: Guard | None,
    window: Window | None = None,
    refusal: UnlockRefusal | None = None,
    section: Section | None = None,
    named: Iterable[Page] = (),
) -> dict[str, Any]:
    """Return the template context of the locked source page `page`, a video or a section.

    `guard` is the Guard that opens it, or None; `window` is its Window, None if it does not bind this visitor. `named`
    are the ancestors that the page may name, `section` is the one among them that contains it, or None.
    """
    file, now = getattr(page, "video_file", None), clock.now()
    window = window or Window()
    is_over = guard is not None and guard.is_over(now)
    settings = page.access_settings(request)
    length = AccessLength(settings.access_minutes, page.duration_seconds)
    neutral = settings.locked_cards == AccessSettings.LockedCards.NEUTRAL
    return {
        "form": UnlockForm(),
        "error": refusal.message if refusal else "",
        "error_code": str(refusal.code) if refusal else "",
        "error_heading": refusal.heading if refusal else "",
        "tries_left": refusal.tries_left if refusal else None,
        "limited_until": refusal.limited_until if refusal else None,
        "wait_seconds": refusal.wait_seconds(now) if refusal else None,
        "is_shut": not window.is_open(now),
        "opens_at": window.opens_at if window.is_not_yet_open(now) else None,
        "closes_at": window.closed_since(now) if window.is_closed(now) else window.closes_at,
        "is_answer": request.method == "POST",
        "can_unlock": guard is not None and not is_over,
        "is_invited": guard is None and effective_access_of(page).mode == AccessMode.INVITED,
        "over_since": guard.access_until if guard and is_over else None,
        "access_length": access_length_message(guard, length, window=window, named=[page, *named], now=now),
        "still": file.still if file and not neutral else "",
        "duration": file.duration if file else 0,
        "section": section,
        "ask_url": ask_url(page, settings, getattr(refusal, "invitation", None)),
        "came_by_link": getattr(refusal, "is_by_link", False),
        "had_access": refusal is not None and refusal.code in HAD_ACCESS,
        "description": getattr(page, "description", "") if getattr(page, "show_description", False) else "",
    }
