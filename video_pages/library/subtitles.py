"""Parse subtitle files, WebVTT and SRT in any encoding, into cues of plain text without markup.

The WebVTT for viewers is written from these cues. So no tag, style, link or position of a file reaches a browser, and
markup in a cue is text that somebody typed.

Files may be hostile: parsing takes linear time. Texts are not normalised to a Unicode form, which takes quadratic time
for a run of combining marks, and no pattern searches twice from the same position.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from webvtt.models import Caption

from video_pages.library.encodings import NotText, is_guessed, read_text
from video_pages.library.subtitle_times import ARROW, InvalidTime, Times, is_time_line, read_times
from video_pages.library.text_models import MAX_CUES

ACCEPT = ".vtt,.srt,text/vtt,application/x-subrip"  # of the inputs for such a file; scripts have the same endings
MAX_BYTES = 5 * 1024 * 1024
"""The subtitles of a three-hour video are 200 KB; with every word marked for karaoke, 2 MB."""
MAX_LINE_CHARACTERS = 20_000  # of the file, with markup
MAX_CUE_CHARACTERS = 2_000  # of the shown text: forty lines

BRACES = re.compile(r"\{[\\][^{}]*\}")  # {\an8}: SubStation Alpha's markup in SRT
WEBVTT = re.compile(r"WEBVTT(?:[ \t\n]|\Z)")  # the first line of the format, which the caption editor reads
# One blank only: two parts that both match blanks could divide a run of them in many ways.
VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]([^<>]*)>")
LONG_NUMBER = re.compile(r"&#(?=[0-9]{8}|[xX][0-9a-fA-F]{7})")  # of no character: Python refuses to parse it
NO_TAG = re.compile(r"<(?=[\s=-]|3(?![0-9:])|$)")  # "1 < 2", "<3": in no player the start of a tag
SILENT = re.compile(r"<(script|style)\b[^<>]*>[^<>]*</\1\b[^<>]*>", re.IGNORECASE)  # removed with their content
LINE_JOINT = "\x1f"  # replaces line ends while tags are removed: a tag may have several lines

MESSAGES = {
    "too_large": _("This file is too large for subtitles: at most %(megabytes)d MB are taken."),
    "not_text": _("This file is no text. Choose a WebVTT or SRT file."),
    "no_cues": _("This file has no subtitles in it. Choose a WebVTT or SRT file."),
    "bad_time": _("Line %(line)d: the time can't be read. It should look like 00:01:02.500 --> 00:01:04.000."),
    "ends_before_start": _("Line %(line)d: the end comes before the beginning."),
    "too_many_cues": _("Line %(line)d: there are more than %(most)d subtitles in this file."),
    "cue_too_long": _("Line %(line)d: a subtitle has more than %(most)d characters."),
}


class UnreadableSubtitles(Exception):
    """A file that can't be parsed. `line` counts from 1, and is None if the fault has no line."""

    def __init__(self, code: str, line: int | None = None, **params: Any) -> None:
        self.code, self.line = code, line
        self.params: dict[str, Any] = {"line": line, **params}
        super().__init__(code)

    @property
    def message(self) -> str:
        """The sentence for an editor."""
        return str(MESSAGES[self.code] % self.params)

    def __str__(self) -> str:
        return self.message

    def as_validation_error(self) -> ValidationError:
        """Return the same message for a form."""
        return ValidationError(MESSAGES[self.code], code=self.code, params=self.params)


@dataclass(frozen=True)
class ParsedCue:
    """Plain text, shown from `start_ms` until `end_ms` (milliseconds)."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True)
class SubtitleFile:
    """The ParsedCues of a file, in the order of their start times, and the repairs.

    `repaired_lines` are the numbers of lines with repaired times; `is_guessed` if the encoding was guessed. `document`
    is the text of a WebVTT file that needed no repair, with its markup; "" for all others.
    """

    cues: list[ParsedCue]
    repaired_lines: tuple[int, ...] = ()
    is_guessed: bool = False
    document: str = ""


def read(data: bytes, *, language: str = "") -> SubtitleFile:
    """Return the SubtitleFile of a WebVTT or SRT file, `data` as bytes.

    `language` is a BCP 47 tag, if known: it helps to guess a code page. Cues without text or without duration are left
    out. Raises UnreadableSubtitles.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableSubtitles("too_large", megabytes=MAX_BYTES // 1024 // 1024)
    try:
        text = read_text(data, language=language)
    except NotText as error:
        raise UnreadableSubtitles("not_text") from error
    cues: list[ParsedCue] = []
    repaired: list[int] = []
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for line, times, raw in _timed(text.split("\n")):
        shown = plain_text(raw)
        if len(shown) > MAX_CUE_CHARACTERS:
            raise UnreadableSubtitles("cue_too_long", line, most=MAX_CUE_CHARACTERS)
        if times.is_repaired:
            repaired.append(line)
        if shown and times.end_ms > times.start_ms:
            cues.append(ParsedCue(times.start_ms, times.end_ms, shown))
        if len(cues) > MAX_CUES:
            raise UnreadableSubtitles("too_many_cues", line, most=MAX_CUES)
    if not cues:
        raise UnreadableSubtitles("no_cues")
    document = text if WEBVTT.match(text) and not repaired else ""
    return SubtitleFile(sorted(cues, key=lambda cue: cue.start_ms), tuple(repaired), is_guessed(data), document)


def plain_text(raw: str) -> str:
    """Return the shown text of the cue `raw`.

    Markup is removed, entities are decoded once, and a voice's name precedes its text: "Bob: Hello".
    """
    joined = raw.replace("\n", LINE_JOINT)
    joined = SILENT.sub("", BRACES.sub("", joined))
    joined = VOICE.sub(_speaker, NO_TAG.sub("&lt;", joined))
    written = LONG_NUMBER.sub("&amp;#", Caption(text=[joined]).text)
    text = html.unescape(written).replace(LINE_JOINT, "\n")
    lines = ("".join(filter(_is_shown, line)).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _speaker(found: re.Match[str]) -> str:
    return f"{found[1].strip()}: " if found[1].strip() else ""


def _is_shown(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cs", "Co", "Cn"}


def _timed(lines: list[str]) -> Iterator[tuple[int, Times, str]]:
    """Yield (number of its time line, its Times, raw text) of each cue among `lines`.

    A line of words with an arrow is text. After the first time line, so is every line that is no time line.
    """
    is_webvtt = lines[0].startswith("WEBVTT")
    current: tuple[int, Times] | None = None
    texts: list[str] = []
    is_numbered = False
    for number, line in enumerate(lines, start=1):
        if len(line) > MAX_LINE_CHARACTERS:
            raise UnreadableSubtitles("cue_too_long", number, most=MAX_CUE_CHARACTERS)
        if ARROW not in line or not is_time_line(line):
            texts.append(line)
            continue
        if current:
            yield *current, _text_of(texts, number, is_webvtt=is_webvtt, is_numbered=is_numbered)
        else:
            is_numbered = bool(texts) and texts[-1].strip().isdecimal()
        current, texts = (number, _times(line, number)), []
    if current:
        yield *current, _text_of(texts, len(lines), is_webvtt=is_webvtt, is_numbered=False)


def _text_of(texts: list[str], number: int, *, is_webvtt: bool, is_numbered: bool) -> str:
    """Return the text of a cue from the lines between its time line and the next, which is at line `number`.

    In WebVTT an empty line ends it: comments, styles and the next cue's identifier follow. In SRT a cue may contain an
    empty line, and in a numbered file (`is_numbered`) the number of the next cue is the last line.
    """
    if is_webvtt:
        texts = texts[: texts.index("")] if "" in texts else texts
    else:
        while texts and not texts[-1].strip():
            texts.pop()
        if texts and is_numbered and texts[-1].strip().isdecimal():
            texts.pop()
    if sum(map(len, texts)) > MAX_LINE_CHARACTERS:
        raise UnreadableSubtitles("cue_too_long", number - 1, most=MAX_CUE_CHARACTERS)
    return "\n".join(texts)


def _times(line: str, number: int) -> Times:
    try:
        times = read_times(line)
    except InvalidTime as error:
        raise UnreadableSubtitles("bad_time", number) from error
    if times.end_ms < times.start_ms:
        raise UnreadableSubtitles("ends_before_start", number)
    return times
