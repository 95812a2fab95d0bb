"""Captions, and a description as plain text, that come with a film in files of their own."""

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from video_pages.core.typography import join_sentences
from video_pages.library import subtitles, text_services
from video_pages.library.languages import known_languages, language_name
from video_pages.library.models import VideoFile
from video_pages.library.text_models import TextTrack
from video_pages.uploads.names import clean_filename

MOST_CAPTIONS = 50
MOST_CHARACTERS = 20_000
WRONG_LANGUAGE = _("Choose the language of the captions “%(name)s”.")
TOO_MANY = _("At most %(most)d files of captions can come with a film.")
TOO_LONG = _("The description is longer than %(most)d characters.")
FAULT = _("The captions “%(name)s”: %(reason)s")


LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028]")
NEVER_KEPT = frozenset("\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""The byte order mark, and what sets the direction of the text behind it, which an editor does not see."""


@dataclasses.dataclass(frozen=True)
class Captions:
    """The parsed captions of a film, and their language (a BCP 47 tag)."""

    found: subtitles.SubtitleFile
    language: str


def read_captions(files: Sequence[Any], languages: Sequence[str]) -> list[Captions]:
    """Return the Captions in `files`, uploaded files; `languages` are their language tags, in the same order.

    Raises ValidationError, with one message for each file that can't be used.
    """
    if len(files) > MOST_CAPTIONS:
        raise ValidationError(TOO_MANY, code="too_many_captions", params={"most": MOST_CAPTIONS})
    known, read, errors = known_languages(), [], []
    for number, upload in enumerate(files):
        language = languages[number] if number < len(languages) else ""
        name = clean_filename(upload.name or "")
        refusal = getattr(upload, "refusal", None)
        try:
            if refusal is not None:
                raise ValidationError(refusal.message, code=refusal.code)
            if language not in known:
                errors.append(ValidationError(WRONG_LANGUAGE, code="language", params={"name": name}))
                continue
            read.append(Captions(_read(upload, language), language))
        except ValidationError as error:
            params = {"name": name, "reason": join_sentences(error.messages)}
            errors.append(ValidationError(FAULT, code="captions", params=params))
    if errors:
        raise ValidationError(errors)
    return read


def _read(upload: Any, language: str) -> subtitles.SubtitleFile:
    try:
        return subtitles.read(upload.read(subtitles.MAX_BYTES + 1), language=language)
    except subtitles.UnreadableSubtitles as error:
        raise error.as_validation_error() from error


def add_captions(video_file: VideoFile, captions: Iterable[Captions]) -> None:
    """Add a text track for each of `captions` to the saved `video_file`."""
    for each in captions:
        text_services.add_track(
            video_file,
            each.found,
            text_services.TrackProperties(TextTrack.Kind.SUBTITLES, each.language, language_name(each.language)),
        )


def description_html(text: str) -> str:
    """Return plain `text` as the HTML of a description: a blank line ends a paragraph; "" without visible text.

    Spaces of every kind and joiners stay, as they separate and shape words. Control characters go, and those that
    reverse the text behind them.

    Raises ValidationError (code "too_long").
    """
    if len(text) > MOST_CHARACTERS:
        raise ValidationError(TOO_LONG, code="too_long", params={"most": MOST_CHARACTERS})
    lines = "".join(_kept(sign) for sign in LINE_END.sub("\n", text.replace("\u2029", "\n\n")))
    paragraphs = [each.strip() for each in re.split(r"\n\s*\n", lines) if any(map(_is_visible, each))]
    return "".join(f"<p>{escape(each).replace(chr(10), '<br/>')}</p>" for each in paragraphs)


def _kept(sign: str) -> str:
    if sign == "\t":
        return " "
    return "" if sign != "\n" and (unicodedata.category(sign) in ("Cc", "Cs") or sign in NEVER_KEPT) else sign


def _is_visible(sign: str) -> bool:
    return sign.isprintable() and not sign.isspace()
