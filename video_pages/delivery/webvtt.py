"""WebVTT, written from rows (https://www.w3.org/TR/webvtt1/). Nothing in a cue's text is markup here."""

from video_pages.library.timestamps import timestamp

HEADER = "WEBVTT\n"


def cues(rows):
    """Return the WebVTT of `rows`, which have `start_ms`, `end_ms` (milliseconds) and `text` (plain)."""
    return _write((row.start_ms, row.end_ms, row.text) for row in rows)


def chapters(found):
    """Return the WebVTT of the Chapters `found`; times in seconds."""
    return _write(
        (round(chapter.start_seconds * 1000), round(chapter.end_seconds * 1000), chapter.title) for chapter in found
    )


def plain(text):
    """Return `text` so that WebVTT shows it as it is: no tags, no escapes, and no blank line that would end it."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    lines = (line.strip() for line in escaped.replace("\0", "").splitlines())
    return "\n".join(line for line in lines if line)


def _write(timed_texts):
    blocks = [HEADER]
    for start, end, text in timed_texts:
        if shown := plain(text):
            blocks.append(f"{timestamp(start)} --> {timestamp(end)}\n{shown}\n")
    return "\n".join(blocks)
