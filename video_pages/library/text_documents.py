"""The WebVTT of a text track as an editor wrote it, with its markup.

Only the caption editor reads it. No visitor gets it, so its styles and tags reach no page.
"""

from video_pages.library.subtitle_times import ARROW, InvalidTime, is_time_line, read_times
from video_pages.library.text_models import TextTrack, TrackDocument


def read(track: TextTrack) -> str:
    """Return the document of `track`, or "" if it has none: then its cues are all that there is."""
    document = TrackDocument.objects.filter(track=track).first()
    return document.text if document else ""


def write(track: TextTrack, text: str) -> None:
    """Keep `text` as the document of `track`; "" removes it."""
    TrackDocument.objects.filter(track=track).delete()
    if text:
        TrackDocument.objects.create(track=track, text=text)


def cut(track: TextTrack, *, end_ms: int) -> None:
    """Remove the cues that start at or after `end_ms` (milliseconds) from the document of `track`, if it has one."""
    document = TrackDocument.objects.filter(track=track).first()
    if document is None:
        return
    kept = [block for block in document.text.split("\n\n") if not _starts_after(block, end_ms)]
    document.text = "\n\n".join(kept)
    document.save()


def _starts_after(block: str, end_ms: int) -> bool:
    line = next((line for line in block.split("\n") if ARROW in line and is_time_line(line)), None)
    if line is None:
        return False
    try:
        return read_times(line).start_ms >= end_ms
    except InvalidTime:
        return False
