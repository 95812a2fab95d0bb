"""Words of titles that differ from a typed word by one letter: another one, one more, one less, or two exchanged.

Each word is stored under keys: its first seven letters, and these without one of them. Two words that differ by one
letter have a key in common (the deletions of Garbe's SymSpell), in every script and without a list of its letters. The
lookup is a range of a plain index, the same on both databases and without an extension; trigrams would find candidates
as well, but few of a short word's survive a wrong letter. Candidates are compared exactly.
"""

import unicodedata
from collections.abc import Iterable, Sequence

from django.db.models import Q

from video_pages.search.models import SpellingKey
from video_pages.search.words import Query

SHORTEST = 4
"""Letters of the shortest word that is corrected: shorter ones have too many neighbours."""
KEY_LETTERS = 7
MAX_CANDIDATES = 2_000
MAX_CORRECTIONS = 6
LAST = "\U0010ffff"


def has_spelling(word: str) -> bool:
    """Return whether mistyped forms of `word` are forgiven: it is long enough and consists of letters alone."""
    return len(word) >= SHORTEST and all(unicodedata.category(letter)[0] in "LM" for letter in word)


def keys(word: str) -> set[str]:
    """Return the keys of `word`: its first letters, whole and without one of them."""
    start = word[:KEY_LETTERS]
    return {start, *(start[:index] + start[index + 1 :] for index in range(len(start)))}


def remember(words: Iterable[str]) -> None:
    """Store the keys of those of `words` that have none yet."""
    wanted = {word for word in words if has_spelling(word)}
    if not wanted:
        return
    known = SpellingKey.objects.filter(word__in=wanted, key__in={word[:KEY_LETTERS] for word in wanted})
    missing = wanted.difference(known.values_list("word", flat=True))
    rows = [SpellingKey(key=key, word=word) for word in sorted(missing) for key in sorted(keys(word))]
    SpellingKey.objects.bulk_create(rows, ignore_conflicts=True, batch_size=400)


def forgiving(query: Query) -> Query:
    """Return `query` with the words that a typing error may have changed beside each word; queries for each word."""
    return Query(tuple((word, *corrections(word)) for word in query.words))


def corrections(word: str) -> list[str]:
    """Return up to MAX_CORRECTIONS words of titles that `word`, or a word that it begins, may stand for; one query."""
    if not has_spelling(word):
        return []
    near = Q()
    for key in sorted(keys(word)):
        # A short word may be the beginning of a longer one, whose keys are longer than its own.
        near |= Q(key=key) if len(word) >= KEY_LETTERS else Q(key__gte=key, key__lt=key + LAST)
    found = SpellingKey.objects.filter(near).values_list("word", flat=True).distinct()[:MAX_CANDIDATES]
    fitting = {each for each in found if not each.startswith(word) and is_near(word, each)}
    return sorted(fitting, key=lambda each: (abs(len(each) - len(word)), each))[:MAX_CORRECTIONS]


def is_near(typed: str, word: str) -> bool:
    """Return whether `typed` differs by one error at most from `word` or from a beginning of it."""
    lengths = range(max(len(typed) - 1, SHORTEST - 1), min(len(typed) + 1, len(word)) + 1)
    return any(_differs_by_one(typed, word[:length]) for length in lengths)


def _differs_by_one(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether one letter inserted, removed or changed, or two neighbours exchanged, makes `one` of `other`."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    one, other = one[start:], other[start:]
    if len(one) == len(other):
        exchanged = len(one) > 1 and one[0] == other[1] and one[1] == other[0] and one[2:] == other[2:]
        return exchanged or one[1:] == other[1:]
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[1:] == shorter
