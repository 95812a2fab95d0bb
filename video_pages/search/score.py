"""The order of "best match": the same on every database, computed for a bounded number of candidates.

The whole title comes first, then titles that begin with the words, then the words side by side in the title. Within
these, a whole word counts more than the beginning of one, a word of the title more than one of the section's title, and
that more than one of the description. A shorter title comes before a longer one, and a newer page before an older one.

A score from frequencies (BM25) is of no use here: each hit contains all words, and titles contain them once.
"""

from collections.abc import Sequence

from video_pages.search.words import Query

WHOLE_TITLE, BEGINS_TITLE, SIDE_BY_SIDE = 4000, 2000, 1000
# (whole word, beginning of a word) in each column.
TITLE, SECTION, TEXT = (600, 400), (200, 130), (100, 60)
MISTYPED = 300
"""What a word loses that stands for a mistyped one."""
MAX_LENGTH_PENALTY = 40


def score(query: Query, title_words: str, section_words: str, text_words: str) -> int:
    """Return the score of an entry with these columns of words, higher for a better match."""
    title = title_words.split()
    columns = ((title, TITLE), (section_words.split(), SECTION), (text_words.split(), TEXT))
    total = sum(_of_group(group, columns) for group in query.groups)
    points = total // len(query.groups) - min(len(title), MAX_LENGTH_PENALTY)
    return max(0, points + _of_order(query.groups, title))


def _of_group(group: Sequence[str], columns: Sequence[tuple[Sequence[str], tuple[int, int]]]) -> int:
    typed, *meant = group
    return max(_of_word(typed, columns), *(_of_word(word, columns) - MISTYPED for word in meant), 0)


def _of_word(word: str, columns: Sequence[tuple[Sequence[str], tuple[int, int]]]) -> int:
    """Return the points of the best place of `word`; 0 if it is nowhere."""
    for words, (whole, beginning) in columns:
        if word in words:
            return whole
        if any(each.startswith(word) for each in words):
            return beginning
    return 0


def _of_order(groups: Sequence[Sequence[str]], title: Sequence[str]) -> int:
    """Return the points for words that stand in `title` in the order in which they were typed."""
    for start in range(len(title) - len(groups) + 1):
        part = title[start : start + len(groups)]
        # The last word may be unfinished, the others are whole.
        if all(each in group for each, group in zip(part[:-1], groups[:-1], strict=True)) and any(
            part[-1].startswith(word) for word in groups[-1]
        ):
            if start == 0:
                is_whole = len(part) == len(title) and part[-1] in groups[-1]
                return WHOLE_TITLE if is_whole else BEGINS_TITLE
            return SIDE_BY_SIDE
    return 0
