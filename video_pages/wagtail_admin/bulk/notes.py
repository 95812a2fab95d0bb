"""Sentences of the confirmation of a bulk action about one, all or some of the videos."""


def note_on(count: int, chosen: int, *, one: str, every: str, some: str) -> str:
    """Return what is said if `count` of `chosen` videos are so: `one` of a single one, `every` of all of several.

    `some` names the count with "%(count)d".
    """
    if chosen == 1:
        return one
    return every if count == chosen else some % {"count": count}
