"""Subtitle files, WebVTT and SRT in whatever encoding, read into plain cues. Of markup nothing is left.

What a viewer gets is written anew from these cues. So no tag, style, link or position of a file reaches a browser, and
what looks like one in a cue is text that somebody typed.

Files are hostile: the work grows with their size and no faster. Texts are not brought into a Unicode normal form, which
takes quadratic time for a run of combining marks, and nothing here searches twice from the same place.
"""

import html
import re
import unicodedata
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from webvtt.models import Caption

from video_pages.library.encodings import NotText, is_guessed, read_text
from video_pages.library.subtitle_times import ARROW, InvalidTime, is_time_line, read_times
from video_pages.library.text_models import MAX_CUES

MAX_BYTES = 5 * 1024 * 1024
"""The words of a three-hour film are 200 KB; with every word marked for karaoke, 2 MB."""
MAX_LINE_CHARACTERS = 20_000  # of the file, markup included
MAX_CUE_CHARACTERS = 2_000  # of what is read on the screen: forty lines

BRACES = re.compile(r"\{[\\][^{}]*\}")  # {\an8}: what SRT took over from SubStation Alpha
# One blank and no more: two parts that both take blanks would share a run of them in every way there is.
VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]([^<>]*)>")
LONG_NUMBER = re.compile(r"&#(?=[0-9]{8}|[xX][0-9a-fA-F]{7})")  # no character has one: Python refuses to read it
NO_TAG = re.compile(r"<(?=[\s=-]|3(?![0-9:])|$)")  # "1 < 2", "<3": in no player the beginning of a tag
SILENT = re.compile(r"<(script|style)\b[^<>]*>[^<>]*</\1\b[^<>]*>", re.IGNORECASE)  # what stands in it is not read
LINE_JOINT = "\x1f"  # stands for the end of a line while tags are taken out: one may go over several lines

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
    """A file that can't be taken. `line` counts from 1, and is None where no line is to blame."""

    def __init__(self, code, line=None, **params):
        self.code, self.line = code, line
        self.params = {"line": line, **params}
        super().__init__(code)

    @property
    def message(self):
        """The sentence that an editor reads."""
        return str(MESSAGES[self.code] % self.params)

    def __str__(self):
        return self.message

    def as_validation_error(self):
        """The same, for a form."""
        return ValidationError(MESSAGES[self.code], code=self.code, params=self.params)


@dataclass(frozen=True)
class ParsedCue:
    """Plain text, shown from `start_ms` until `end_ms` (milliseconds)."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True)
class SubtitleFile:
    """The ParsedCues of a file, in the order of their beginnings, and what was repaired.

    `repaired_lines` are the numbers of the lines whose times were; `is_guessed`: which letters the bytes stand for.
    """

    cues: list
    repaired_lines: tuple = ()
    is_guessed: bool = False


def parse(data, *, language=""):
    """Return the ParsedCues of a subtitle file: see `read`."""
    return read(data, language=language).cues


def read(data, *, language=""):
    """Return the SubtitleFile of a WebVTT or SRT file, `data` as bytes.

    `language` is a BCP 47 tag, where known: it tells one code page of old from another. Cues
    without text, and those that last no time, are left out. Raises UnreadableSubtitles.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableSubtitles("too_large", megabytes=MAX_BYTES // 1024 // 1024)
    try:
        text = read_text(data, language=language)
    except NotText as error:
        raise UnreadableSubtitles("not_text") from error
    cues, repaired = [], []
    for line, times, raw in _timed(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")):
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
    return SubtitleFile(sorted(cues, key=lambda cue: cue.start_ms), tuple(repaired), is_guessed(data))


def plain_text(raw):
    """Return what a viewer reads of the cue `raw`.

    Without markup, entities decoded once, and the speaker in front of what a voice says: "Bob: Hello".
    """
    joined = raw.replace("\n", LINE_JOINT)
    joined = SILENT.sub("", BRACES.sub("", joined))
    joined = VOICE.sub(_speaker, NO_TAG.sub("&lt;", joined))
    written = LONG_NUMBER.sub("&amp;#", Caption(text=[joined]).text)
    text = html.unescape(written).replace(LINE_JOINT, "\n")
    lines = ("".join(filter(_is_shown, line)).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _speaker(found):
    return f"{found[1].strip()}: " if found[1].strip() else ""


def _is_shown(character):
    return unicodedata.category(character) not in {"Cc", "Cs", "Co", "Cn"}


def _timed(lines):
    """Yield (number of its time line, its Times, raw text) of each cue among `lines`.

    A line of words with an arrow in it is text. Once a cue has begun, so is everything that has none.
    """
    is_webvtt = lines[0].startswith("WEBVTT")
    current, texts, is_numbered = None, [], False
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


def _text_of(texts, number, *, is_webvtt, is_numbered):
    """Return the text of a cue from the lines between its time line and the next, which is at line `number`.

    In WebVTT a blank line ends it: comments, styles and the next cue's name come after. In SRT an empty line may
    stand in a cue, and in a file that is numbered (`is_numbered`) the number of the next one comes last.
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


def _times(line, number):
    try:
        times = read_times(line)
    except InvalidTime as error:
        raise UnreadableSubtitles("bad_time", number) from error
    if times.end_ms < times.start_ms:
        raise UnreadableSubtitles("ends_before_start", number)
    return times
