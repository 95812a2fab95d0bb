"""Words: a text folded so that spellings of one word are equal, and split so that every database sees the same words.

Both databases index these words and nothing else, so what is found does not depend on their dictionaries. Case, accents
and width are removed (`Ł`, `ø`, `ß`, the Turkish `ı` become `l`, `o`, `ss`, `i`). Scripts that put no spaces between
words (Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese) are split into pairs of neighbouring characters, so that
each part of a title is found.
"""

import dataclasses
import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence

from video_pages.search.models import MAX_WORD

MAX_QUERY_WORDS = 12
MAX_QUERY_LENGTH = 100
"""Characters of a query. All words and characters after these limits are ignored."""
MAX_TEXT_LENGTH = 20_000
MAX_WORDS = 2_000
"""Limits on what is indexed of one field, so that no entry grows without bound."""

# Letters that Unicode does not decompose, as people type them without the letter on their keyboard.
LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t", "ŋ": "n", "ı": "i"}
)
# Marks above and below letters of Latin, Greek, Cyrillic, Hebrew and Arabic. Marks of other scripts are letters.
MARKS = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]")
UNSPACED = re.compile(
    "["
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17ff"  # Burmese, Khmer
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "\uac00-\ud7a3"  # Hangul
    "]+"
)


def fold(text: str) -> str:
    """Return `text` in the form in which texts are compared. Folding a folded text changes nothing."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", MARKS.sub("", plain).translate(LETTERS))


def words_of(text: str) -> list[str]:
    """Return the words of `text` in their order, MAX_WORDS at most, each of MAX_WORD characters at most."""
    return list(itertools.islice(_words(text[:MAX_TEXT_LENGTH], is_query=False), MAX_WORDS))


def _words(text: str, *, is_query: bool) -> Iterator[str]:
    for letters in _runs(fold(text)):
        end = 0
        for unspaced in UNSPACED.finditer(letters):
            if unspaced.start() > end:
                yield letters[end : unspaced.start()][:MAX_WORD]
            yield from _pairs(unspaced.group(), is_query=is_query)
            end = unspaced.end()
        if end < len(letters):
            yield letters[end:][:MAX_WORD]


def _pairs(run: str, *, is_query: bool) -> Iterator[str]:
    """Yield the pairs of neighbours in `run`, and in an index its last character, which begins no pair."""
    for pair in itertools.pairwise(run):
        yield "".join(pair)
    if not is_query or len(run) == 1:
        yield run[-1]


def _runs(text: str) -> Iterator[str]:
    """Yield the longest parts of `text` that consist of letters, digits and their marks."""
    for is_word, run in itertools.groupby(text, _is_letter):
        if is_word:
            yield "".join(run)


@functools.lru_cache(maxsize=4096)
def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"


@dataclasses.dataclass(frozen=True)
class Query:
    """The parts of a query: all of `groups`, and of each group one of its words or a word that begins with it."""

    groups: tuple[tuple[str, ...], ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The words as the visitor typed them, folded."""
        return tuple(group[0] for group in self.groups)

    def __bool__(self) -> bool:
        return bool(self.groups)


def query_of(typed: str) -> Query:
    """Return the Query for what a visitor typed; without a group if it contains no word."""
    words = dict.fromkeys(_words(typed[:MAX_QUERY_LENGTH], is_query=True))
    return Query(tuple((word,) for word in itertools.islice(words, MAX_QUERY_WORDS)))


def as_typed(text: str, word: str) -> str:
    """Return the word of `text` that is folded to `word`, as it is written there; `word` itself if none is."""
    for written in _runs(unicodedata.normalize("NFC", text)):
        if fold(written) == word:
            return written
    return word


def joined(words: Sequence[str]) -> str:
    """Return `words` as a column stores them."""
    return " ".join(words)
