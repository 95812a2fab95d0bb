"""The thread that decides all verdicts in memory again, several times within the time for which one may be used.

It starts with the first verdict of a process (so after a fork each process has its own), and ends when no verdict is in
use, or with the process. While the database is away it confirms nothing, so verdicts end by their age. If another
exception ends it, the next verdict starts it again.
"""

import logging
import re

from django.db import Error

from video_pages.access.browser import FRAME_KEY, FRAME_MARK
from video_pages.core.connections import release_connections
from video_pages.core.rounds import Rounds
from video_pages.delivery.open_videos import OpenVideos
from video_pages.delivery.verdicts import KnownVerdict, Verdicts

PERIOD = 0.75
"""Seconds between two rounds. Queries included, a round has to begin at least once a second."""

# A session key as Django makes it (`SessionBase._get_new_session_key`), and a uuid as addresses spell it.
SESSION_KEY = re.compile(r"[0-9a-z]{32}")
CREDENTIAL = re.compile(rf"{SESSION_KEY.pattern}|{FRAME_MARK}{FRAME_KEY.pattern}")
VIDEO = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

logger = logging.getLogger(__name__)


class Confirmer(Rounds):
    """Keeps `verdicts` and `open_videos` confirmed while they are in use."""

    def __init__(self, verdicts: Verdicts, open_videos: OpenVideos) -> None:
        self._verdicts, self._open_videos = verdicts, open_videos
        self._is_failing = self._is_in_use = False
        super().__init__("verdicts", PERIOD)

    def reset(self) -> None:
        """Begin without verdicts and without a thread, as in a child process after a fork."""
        super().reset()
        self._verdicts.reset()
        self._open_videos.reset()

    def work(self) -> None:
        """Decide all verdicts in use again. While the database is away, nothing is confirmed."""
        try:
            self._is_in_use = bool(self._verdicts.confirm()) | self._open_videos.confirm()
            self._is_failing = False
        except Error:
            self._is_in_use = True
            if not self._is_failing:  # one line for each outage
                self._is_failing = True
                logger.warning("Verdicts in memory can't be decided again; each request asks.", exc_info=True)
        finally:
            release_connections()

    def is_idle(self) -> bool:
        """Return whether no verdict is in use."""
        return not self._is_in_use and not len(self._verdicts)


verdicts = Verdicts()
open_videos = OpenVideos()
confirmer = Confirmer(verdicts, open_videos)


def verdict_for(credential: str, video: str, *, most_age: float | None = None) -> KnownVerdict | None:
    """Return an allowing verdict on `video` for the browser with `credential`, from memory or decided now.

    `credential` is the value of the session cookie, or FRAME_MARK and the key of a frame, or "". A caller passes a
    cookie only if SESSION_KEY matches it, so that it is never taken for the key of a frame. `video` is a uuid in its
    canonical form. Both are untrusted text. Another cache in front may use the verdict for as many seconds as its `age`
    leaves of `verdicts.MOST_AGE`; `most_age` limits the age of a verdict from memory. None if the browser has no
    access, or if only the view can tell: for editors, aliases and Wagtail's own restrictions. Raises DatabaseError.
    """
    if not VIDEO.fullmatch(video) or (credential and not CREDENTIAL.fullmatch(credential)):
        return None
    age = {} if most_age is None else {"most_age": most_age}
    known = verdicts.find(credential, video, **age)
    if known is None:
        known = verdicts.decide(credential, video, **age)
        if known is not None:
            confirmer.ensure_running()
    return known
