"""What a video file is and what was made of it, as rows for the tables that editors see."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from video_pages.library.models import Rendition

TRANSFERS = {"pq": "HDR10", "hlg": "HLG"}
CHANNELS = {1: gettext_lazy("mono"), 2: gettext_lazy("stereo"), 6: "5.1", 8: "7.1"}


def live_renditions(video_file):
    """The renditions that visitors are given now, the largest first; one query."""
    if not video_file.package:
        return Rendition.objects.none()
    return video_file.renditions.filter(package=video_file.package)


def facts_of(video_file):
    """Return [(name, words)] of what the probe found in the source of `video_file`; [] before it looked."""
    facts = video_file.facts
    if not facts:
        return []
    rows = [(_("Picture"), _picture(video_file, facts))]
    rows += [(_("Sound"), _sound(track)) for track in facts.get("audio_tracks", ())]
    if not facts.get("audio_tracks"):
        rows.append((_("Sound"), video_file.audio_codec or _("none")))
    subtitles = [_track_name(track) for track in facts.get("subtitle_tracks", ())]
    if subtitles:
        rows.append((_("Subtitles"), ", ".join(subtitles)))
    if chapters := len(facts.get("chapters", ())):
        words = ngettext("%(count)d in the file", "%(count)d in the file", chapters) % {"count": chapters}
        rows.append((_("Chapters"), words))
    rows.append((_("Container"), video_file.container))
    if facts.get("bit_rate"):
        rows.append((_("Bit rate"), bit_rate_words(facts["bit_rate"])))
    return rows


def bit_rate_words(bits_per_second):
    """Return a bit rate as people write it: 5 200 000 is "5.2 Mbit/s", 96 000 is "96 kbit/s"; "" for none."""
    if not bits_per_second:
        return ""
    if bits_per_second < 1_000_000:
        return _("%(rate)d kbit/s") % {"rate": round(bits_per_second / 1000)}
    return _("%(rate).1f Mbit/s") % {"rate": bits_per_second / 1_000_000}


def _picture(video_file, facts):
    width, height = facts.get("width") or video_file.width, facts.get("height") or video_file.height
    words = [f"{width}×{height}" if width else "", video_file.video_codec]
    if video_file.frame_rate:
        words.append(_("%(rate)s frames a second") % {"rate": f"{video_file.frame_rate:.5g}"})
    words.append(TRANSFERS.get(facts.get("transfer"), ""))
    if facts.get("is_interlaced"):
        words.append(_("interlaced"))
    if facts.get("rotation"):
        words.append(_("turned by %(degrees)d°") % {"degrees": facts["rotation"]})
    if facts.get("is_mirrored"):
        words.append(_("mirrored"))
    return ", ".join(word for word in words if word)


def _sound(track):
    channels = track.get("channels")
    words = [_track_name(track, fallback=""), track.get("codec", ""), str(CHANNELS.get(channels, channels or ""))]
    if not track.get("is_readable", True):
        words.append(_("can't be read, left out"))
    elif track.get("is_silent"):
        words.append(_("silent"))
    return ", ".join(word for word in words if word)


def _track_name(track, *, fallback=None):
    """Return title and language of a track, as the file says them."""
    named = " ".join(word for word in (track.get("title"), track.get("language")) if word)
    return named or (track.get("codec", "") if fallback is None else fallback)
