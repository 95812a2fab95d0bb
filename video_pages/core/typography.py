"""Join sentences, labels and lists as the language of the screen writes them, and name the language of titles.

Japanese has no blank after a full stop, a colon and a comma: these signs have room of their own.
"""

import re
from collections.abc import Iterable

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext

_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_ROOM_AFTER = re.compile(r"(?<=[。！？：、])((?:</?[a-z][^<>]*>)*)\s+")


def close_up(text: str) -> str:
    """Return `text`, plain or HTML, without the blanks that follow a full-width stop, colon or comma."""
    return _ROOM_AFTER.sub(r"\1", text)


def join_sentences(sentences: Iterable[object]) -> str:
    """Return whole sentences as one text."""
    return close_up(" ".join(map(str, sentences)))


def join_list(items: Iterable[object]) -> str:
    """Return "Ann, Ben"."""
    return comma().join(map(str, items))


def comma() -> str:
    """Return what stands between two items of a list."""
    return pgettext("between the items of a list", ", ")


def colon() -> str:
    """Return what stands between a label and its value."""
    return pgettext("between a label and its value", ": ")


def language_of(title: object) -> str:
    """Return the language of `title` if its letters show that it is another one than that of the screen, else "".

    Letters of Japanese syllables are "ja". Chinese characters alone are, too, on a site with pages in Japanese and none
    in Chinese; on any other one they are "und-Hani": some language that is written with them. On a Japanese screen,
    Latin letters alone are "und-Latn". Each has its own rules for the ends of lines or sizes of titles.
    """
    text, is_japanese = str(title or ""), (get_language() or "").startswith("ja")
    if _KANA.search(text):
        return "" if is_japanese else "ja"
    if _HAN.search(text) and not is_japanese:
        codes = {code.partition("-")[0] for code in (settings.LANGUAGE_CODE, *settings.PAGE_LANGUAGES)}
        return "ja" if "ja" in codes and "zh" not in codes else "und-Hani"
    return "und-Latn" if is_japanese and _LATIN.search(text) and not _HAN.search(text) else ""


def content_language(*, of_original: bool = False) -> str:
    """Return the language of the pages that a screen shows if it is another one than that of the screen, else "".

    A screen in a language of pages shows pages in it, any other one those in the site's own; no query. With
    `of_original` it is that of texts which nobody has translated: the site's own.
    """
    shown = (settings.LANGUAGE_CODE, *(() if of_original else settings.PAGE_LANGUAGES))
    return "" if (get_language() or settings.LANGUAGE_CODE) in shown else settings.LANGUAGE_CODE


def lang_attribute(language: str) -> SafeString:
    """Return the attribute `lang` with a blank before it, "" for no `language`."""
    return format_html(' lang="{}"', language) if language else SafeString("")


def written_in(title: object, language: str = "") -> str:
    """Return the language of `title` if it is another one than that of the screen, else "".

    `language` is that of its page if it is known and not that of the screen. Japanese letters tell more.
    """
    is_japanese = bool(_KANA.search(str(title or "")) or _HAN.search(str(title or "")))
    return language_of(title) if is_japanese else language or language_of(title)


def title_lang(title: object, language: str = "") -> SafeString:
    """Return the attribute `lang` for `written_in` of `title`, with a blank before it, "" if it needs none."""
    return lang_attribute(written_in(title, language))


def page_title_lang(title: object) -> SafeString:
    """Return the attribute `lang` for `title`, which an editor has given to a page; "" without a title."""
    return title_lang(title, content_language() if title else "")


def original_title_lang(title: object) -> SafeString:
    """Return the attribute `lang` for `title`, that of a page which is no translation; "" without a title."""
    return title_lang(title, content_language(of_original=True) if title else "")


def content_lang() -> SafeString:
    """Return the attribute `lang` for other words of an editor than titles, with a blank before it."""
    return lang_attribute(content_language())
