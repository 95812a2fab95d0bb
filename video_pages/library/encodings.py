"""Decode text of unknown encoding, as in subtitle files: with a byte order mark, in UTF-16, or in a code page."""

import codecs
import re

from charset_normalizer import from_bytes

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CODE_PAGES = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("cp874", "koi8_r", "cp932", "euc_jp", "gb18030", "big5", "cp949"),
]
"""The encodings that subtitles are found in; among all that exist, a guess would often be an exotic one."""
DEFAULT_CODE_PAGE = "cp1252"
LANGUAGES_OF_CODE_PAGE = {
    "cp1252": "en de fr es it pt nl da sv nb nn no fi is ca eu gl ga gd cy af id ms",
    "cp1250": "cs sk pl hu sl hr bs ro sq",
    "cp1251": "ru uk be bg mk",
    "koi8_r": "ru",
    "cp1253": "el",
    "cp1254": "tr az",
    "cp1255": "he yi",
    "cp1256": "ar fa ur",
    "cp1257": "et lv lt",
    "cp1258": "vi",
    "cp874": "th",
    "cp932": "ja",
    "euc_jp": "ja",
    "gb18030": "zh",
    "big5": "zh yue",
    "cp949": "ko",
}
"""Code pages and the languages that use them: a short text alone does not tell cp1252 from cp1250."""
SAMPLE_BYTES = 16 * 1024
"""The part of a text that is examined: a guess takes a second for a few hundred KB, and more text does not help."""
MAX_CONTROLS, MAX_CONTROL_SHARE = 8, 0.01
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Characters of Unicode's category Cc, but tab and line ends."""
MIN_ZERO_SHARE = 0.1  # of the bytes of UTF-16 without a mark, in any script that has spaces and line ends


class NotText(ValueError):
    """These bytes are no text in any known encoding."""


def read_text(data: bytes, *, language: str = "") -> str:
    """Return the text of the bytes `data`, in `language` (a BCP 47 tag) if that is known.

    Raises NotText for anything with zero bytes or many control characters.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _checked(_decoded(data, encoding))
    if b"\0" in data:
        return _checked(_decoded(data, _utf16_of(data)))
    try:
        return _checked(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _checked(_mixed(data, language))


def is_guessed(data: bytes) -> bool:
    """Return whether `read_text` has to guess the encoding of the text `data`."""
    is_marked = any(data.startswith(mark) for mark, _encoding in BYTE_ORDER_MARKS)
    return not is_marked and b"\0" not in data and not _is_utf8(data)


def _mixed(data: bytes, language: str) -> str:
    """Return the text of `data`, which is not UTF-8 as a whole, but may be in most of its lines.

    Such files are put together from several sources. A line that is not ASCII is seldom UTF-8 by accident.
    """
    lines = data.split(b"\n")
    not_ascii = [line for line in lines if not line.isascii()]
    not_utf8 = [line for line in not_ascii if not _is_utf8(line)]
    encoding = _guess(b"\n".join(not_utf8), language)
    if len(not_utf8) > len(not_ascii) / 2:
        return _decoded(data, encoding, errors="replace")
    return "\n".join(_decoded(line, "utf-8" if _is_utf8(line) else encoding, errors="replace") for line in lines)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decoded(data: bytes, encoding: str, errors: str = "strict") -> str:
    try:
        return data.decode(encoding, errors)
    except UnicodeDecodeError as error:
        raise NotText(encoding) from error


def _utf16_of(data: bytes) -> str:
    """Return the byte order of UTF-16 without a mark: the zeros of digits and spaces are all on one side."""
    begin = data[:4096]
    zeros = [begin[side::2].count(0) for side in (0, 1)]
    if sum(zeros) < len(begin) * MIN_ZERO_SHARE:
        raise NotText("zero bytes")
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def _guess(data: bytes, language: str) -> str:
    """Return the code page of `data`, guessed from the lines that are not ASCII."""
    bare = language.partition("-")[0]
    candidates = [page for page, languages in LANGUAGES_OF_CODE_PAGE.items() if bare in languages.split()]
    if len(candidates) == 1:
        return candidates[0]
    not_ascii = []
    size = 0
    for line in data.splitlines():
        if not line.isascii():
            not_ascii.append(line)
            size += len(line)
        if size > SAMPLE_BYTES:
            break
    sample = b"\n".join(not_ascii)[:SAMPLE_BYTES]
    found = from_bytes(sample, cp_isolation=candidates or CODE_PAGES, preemptive_behaviour=False).best()
    return found.encoding if found else DEFAULT_CODE_PAGE


def _checked(text: str) -> str:
    controls = sum(1 for _match in CONTROL.finditer(text))
    if "\0" in text or controls > max(MAX_CONTROLS, len(text) * MAX_CONTROL_SHARE):
        raise NotText("control characters")
    return text
