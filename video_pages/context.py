"""What templates are given: a locked page gets words made for it, never the page's files."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from video_pages.access.forms import UnlockForm
from video_pages.access.grant import MARGIN
from video_pages.access.guard import SECTION
from video_pages.access.models import AccessSettings
from video_pages.chapters import chapters_of
from video_pages.library import paths
from video_pages.transcoding.models import State


def breadcrumbs(page, request):
    """Return [(title, address)] of the pages above `page`, from the site's root down; one query."""
    above = page.get_ancestors().filter(depth__gt=1).only("title", "url_path", "path", "depth", "locale_id")
    return [(ancestor.title, url) for ancestor in above if (url := ancestor.get_url(request))]


def player_context(video, *, verdict, section, is_preview=False):
    """Return what the player page of the source page `video` shows to a browser that may have it."""
    file = video.video_file
    job = getattr(file, "job", None) if file else None
    plays = bool(file) and file.is_playable
    if job and job.state == State.REFUSED and not file.package:
        plays = False  # a source that no processing can use is not handed to browsers either
    return {
        "video": video,
        "file": file,
        "section": section,
        "verdict": verdict,
        "processing": job if job and job.state != State.READY else None,
        "stream": _addresses(video, file, is_preview) if plays else None,
        "chapters": chapters_of(video),
        "status_url": "" if is_preview else reverse("stream", args=(video.uuid, "status")),
    }


def _addresses(video, file, is_preview):
    """Return where the player finds the film and what goes with it; an editor's preview plays the file alone."""
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

    def at(name):
        return reverse("stream", args=(video.uuid, name))

    tracks = file.text_tracks.all()
    return addresses | {
        "source_url": at("source"),
        "poster_url": at("poster") if file.has_poster else "",
        "hls_url": at("hls/master.m3u8") if file.package else "",
        "storyboard_url": at(f"{file.package}/{paths.STORYBOARD_MAP}") if file.has_storyboard else "",
        "chapters_url": at("chapters.vtt"),
        "tracks": [{"url": at(f"tracks/{track.pk}.vtt"), "track": track} for track in tracks],
    }


def locked_context(page, *, guard, lasts, refusal=None, section=None, settings=None):
    """Return what a locked page shows: `page` is the source video or section, `guard` what opens it or None."""
    file = getattr(page, "video_file", None)
    neutral = settings is not None and settings.locked_cards == AccessSettings.LockedCards.NEUTRAL
    return {
        "form": UnlockForm(),
        "error": refusal.message if refusal else "",
        "error_code": str(refusal.code) if refusal else "",
        "retry_after": refusal.retry_after if refusal else None,
        "can_unlock": guard is not None,
        "lasts": lasts_in_words(guard, lasts, file),
        "still": file.still if file and not neutral else "",
        "duration": file.duration if file else 0,
        "section": section,
        "description": page.description if getattr(page, "show_description", False) else "",
    }


def lasts_in_words(guard, lasts, file):
    """Say for how long the password opens what `guard` guards; "" if nothing does."""
    if guard is None:
        return ""
    minutes = round(lasts(guard).total_seconds() / 60)
    to_the_end = round(((file.duration if file else 0) + MARGIN.total_seconds()) / 60)
    if file and file.duration and guard.kind != SECTION and minutes == to_the_end:
        return _("Opens it in this browser until the film is over.")
    if guard.kind == SECTION:
        opening = _("Opens everything in “%(title)s” in this browser") % {"title": guard.title}
    else:
        opening = _("Opens it in this browser")
    return _("%(opening)s for %(length)s.") % {"opening": opening, "length": length_in_words(minutes)}


def length_in_words(minutes):
    """Return a length of time as people say it: "1 hour", "90 minutes", "2 days"."""
    if minutes % (24 * 60) == 0:
        days = minutes // (24 * 60)
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if minutes % 60 == 0:
        hours = minutes // 60
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
