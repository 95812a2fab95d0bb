"""The technical facts and the renditions of a video file, as rows of the tables that editors see."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from video_pages.core.typography import join_list
from video_pages.library.models import Rendition, VideoFile

TRANSFERS = {"pq": "HDR10", "hlg": "HLG"}
CHANNELS = {1: gettext_lazy("mono"), 2: gettext_lazy("stereo"), 6: "5.1", 8: "7.1"}


def live_renditions(video_file: VideoFile) -> QuerySet[Rendition]:
    """Return the renditions that visitors are served now, the largest first; one query."""
    if not video_file.package:
        return Rendition.objects.none()
    return video_file.renditions.filter(package=video_file.package)


def fact_rows(video_file: VideoFile) -> list[tuple[str, str]]:
    """Return [(name, text)] of the facts that the probe found in the source of `video_file`; [] before it ran."""
    facts = video_file.facts
    if not facts:
        return []
    rows = [(_("Picture"), _describe_video(video_file, facts))]
    rows += [(_("Sound"), _describe_audio(track)) for track in facts.get("audio_tracks", ())]
    if not facts.get("audio_tracks"):
        rows.append((_("Sound"), video_file.audio_codec or _("none")))
    subtitles = [_track_name(track) for track in facts.get("subtitle_tracks", ())]
    if subtitles:
        rows.append((_("Subtitles"), join_list(subtitles)))
    if chapters := len(facts.get("chapters", ())):
        count = ngettext("%(count)d in the file", "%(count)d in the file", chapters) % {"count": chapters}
        rows.append((_("Chapters"), count))
    rows.append((_("Container"), video_file.container))
    if facts.get("bit_rate"):
        rows.append((_("Bit rate"), format_bit_rate(facts["bit_rate"])))
    return rows


def format_bit_rate(bits_per_second: int | None) -> str:
    """Return a bit rate as text: 5 200 000 is "5.2 Mbit/s" (in German "5,2"), 96 000 is "96 kbit/s"; "" for none."""
    if not bits_per_second:
        return ""
    if bits_per_second < 1_000_000:
        return _("%(rate)d kbit/s") % {"rate": round(bits_per_second / 1000)}
    rate = Decimal(bits_per_second) / 1_000_000
    return _("%(rate)s Mbit/s") % {"rate": number_format(round(rate, 1), 1)}


def _describe_video(video_file: VideoFile, facts: Mapping[str, Any]) -> str:
    """Return size, codec and frame rate of the video stream as text."""
    width, height = facts.get("width") or video_file.width, facts.get("height") or video_file.height
    parts = [f"{width}×{height}" if width else "", video_file.video_codec]
    if video_file.frame_rate:
        rate = number_format(Decimal(f"{video_file.frame_rate:.5g}"))
        parts.append(_("%(rate)s frames a second") % {"rate": rate})
    parts.append(TRANSFERS.get(facts.get("transfer") or "", ""))
    if facts.get("is_interlaced"):
        parts.append(_("interlaced"))
    if facts.get("rotation"):
        parts.append(_("turned by %(degrees)d°") % {"degrees": facts["rotation"]})
    if facts.get("is_mirrored"):
        parts.append(_("mirrored"))
    return join_list(part for part in parts if part)


def _describe_audio(track: Mapping[str, Any]) -> str:
    """Return name, codec and channels of an audio track as text."""
    channels = track.get("channels") or 0
    parts = [_track_name(track, fallback=""), track.get("codec", ""), str(CHANNELS.get(channels) or channels or "")]
    if not track.get("is_readable", True):
        parts.append(_("can't be read, left out"))
    elif track.get("is_silent"):
        parts.append(_("silent"))
    return join_list(part for part in parts if part)


def _track_name(track: Mapping[str, Any], *, fallback: str | None = None) -> str:
    """Return title and language of a track as its file states them, else its codec or `fallback`."""
    named = " ".join(word for word in (track.get("title"), track.get("language")) if word)
    return named or (track.get("codec", "") if fallback is None else fallback)
