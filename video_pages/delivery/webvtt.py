"""WebVTT, written from rows (https://www.w3.org/TR/webvtt1/). The text of a cue is plain and contains no markup."""

from collections.abc import Iterable

from video_pages.library.subtitles import ParsedCue
from video_pages.library.text_models import Cue
from video_pages.library.timestamps import timestamp
from video_pages.pages.chapters import Chapter

HEADER = "WEBVTT\n"


def cues(rows: Iterable[Cue | ParsedCue]) -> str:
    """Return the WebVTT of `rows`."""
    return _write((row.start_ms, row.end_ms, row.text) for row in rows)


def chapters(rows: Iterable[Chapter]) -> str:
    """Return the WebVTT of the chapters `rows`."""
    return _write(
        (round(chapter.start_seconds * 1000), round(chapter.end_seconds * 1000), chapter.title) for chapter in rows
    )


def plain(text: str) -> str:
    """Return `text` escaped for WebVTT, without blank lines, which would end the cue."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    lines = (line.strip() for line in escaped.splitlines())
    return "\n".join(line for line in lines if line)


def _write(timed_texts: Iterable[tuple[int, int, str]]) -> str:
    blocks = [HEADER]
    for start, end, text in timed_texts:
        if shown := plain(text):
            blocks.append(f"{timestamp(start)} --> {timestamp(end)}\n{shown}\n")
    return "\n".join(blocks)
