"""The length of access after a right password, as arithmetic. A change of these rules is a change of this module.

A page's own minutes, or else those of its site, but always to the end of the video and MARGIN: visitors who unlock a
film can watch it to its end. A password with a date opens until the date. The access row of a section does not know the
video yet, so `delivery.counting` extends it when a video begins.
"""

import dataclasses
import datetime as dt

from video_pages.access.guard import SECTION, Guard
from video_pages.access.lengths import MAX_ACCESS_MINUTES

MARGIN = dt.timedelta(minutes=15)  # after the end of the video
SECTION_LIMIT = dt.timedelta(hours=12)  # from the creation of a section's row


@dataclasses.dataclass(frozen=True)
class AccessLength:
    """The length of access that a password typed at one page gives.

    `site_minutes` is the setting of the site, `video_seconds` the duration of the page's video; a section has 0.
    """

    site_minutes: int
    video_seconds: float = 0

    @property
    def to_end_of_video(self) -> dt.timedelta:
        """The time until MARGIN after the end of a video that begins now."""
        return _to_end(self.video_seconds)

    def for_guard(self, guard: Guard) -> dt.timedelta:
        """Return how long a new access row of `guard` lasts.

        With a date it is at least the maximum, since `grant` limits the row to the date.
        """
        usual_minutes = MAX_ACCESS_MINUTES if guard.access_until else self.site_minutes
        length = dt.timedelta(minutes=guard.access_minutes or usual_minutes)
        if guard.kind == SECTION or not self.video_seconds:
            return length
        return max(length, self.to_end_of_video)


def end_of_video(seconds: float, now: dt.datetime) -> dt.datetime:
    """Return until when (aware) a video of `seconds` that begins at `now` may be watched: MARGIN after its end."""
    return now + _to_end(seconds)


def extended_end(created_at: dt.datetime, video_seconds: float, now: dt.datetime) -> dt.datetime:
    """Return the end (aware) that a section's row needs for a video of `video_seconds` that begins at `now`.

    It is at most SECTION_LIMIT after the row's `created_at`.
    """
    return min(end_of_video(video_seconds, now), created_at + SECTION_LIMIT)


def _to_end(seconds: float) -> dt.timedelta:
    return dt.timedelta(seconds=seconds) + MARGIN
