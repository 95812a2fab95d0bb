"""The end of an access as visitors read it. It differs from the end of the access row in one case.

The row of an invitation that has no end lasts for some days, and the link or the password renews it. Such a row has no
end to show, unless the page itself is open until a moment.
"""

import datetime as dt

from video_pages.access.decide import Verdict, opening_row, unlocked_until
from video_pages.access.guard import AccessState


def shown_end(verdict: Verdict, expire_at: dt.datetime | None = None) -> dt.datetime | None:
    """Return until when an allowing `verdict` lasts as far as known now (aware), or None if it has no end to show.

    `expire_at` is that of the video.
    """
    if verdict.invited is None or verdict.invited.has_end:
        return verdict.valid_until
    closes_at = verdict.window.closes_at if verdict.window else None
    return min((end for end in (closes_at, expire_at) if end is not None), default=None)


def shown_end_of_rows(state: AccessState, now: dt.datetime) -> dt.datetime | None:
    """Return until when the rows of `state`, which open its page at `now`, do so; None if that has no end to show."""
    row = opening_row(state, now)
    if row is None or row.invited is None or row.invited.has_end:
        return unlocked_until(state, now)
    return state.window.closes_at if state.window else None
