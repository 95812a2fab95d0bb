"""The thread that decides all verdicts in memory again, several times within the time for which one may be used.

It starts with the first verdict of a process (so after a fork each process has its own), and ends when no verdict is in
use, or with the process. While the database is away it confirms nothing, so verdicts end by their age. If another
exception ends it, the next verdict starts it again.
"""

import atexit
import logging
import os
import re
import threading

from django.db import Error

from video_pages.access.browser import FRAME_KEY, FRAME_MARK
from video_pages.core.connections import release_connections
from video_pages.delivery.open_videos import OpenVideos
from video_pages.delivery.verdicts import KnownVerdict, Verdicts

PERIOD = 0.75
"""Seconds between two rounds. Queries included, a round has to begin at least once a second."""
STOP_SECONDS = 2.0

# What Django makes as the key of a session (`SessionBase._get_new_session_key`), and a uuid as addresses spell it.
SESSION_KEY = re.compile(r"[0-9a-z]{32}")
CREDENTIAL = re.compile(rf"{SESSION_KEY.pattern}|{FRAME_MARK}{FRAME_KEY.pattern}")
VIDEO = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

logger = logging.getLogger(__name__)


class Confirmer:
    """Keeps `verdicts` and `open_videos` confirmed while they are in use."""

    def __init__(self, verdicts: Verdicts, open_videos: OpenVideos) -> None:
        self._verdicts, self._open_videos = verdicts, open_videos
        self._is_failing = False
        self.forget()

    def forget(self) -> None:
        """Begin without a thread, as in a child process after a fork."""
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def is_running(self) -> bool:
        """Return whether the thread runs."""
        thread = self._thread
        return thread is not None and thread.is_alive()

    def ensure_running(self) -> None:
        """Start the thread if it does not run. Call this after a verdict was put into memory."""
        if self.is_running():
            return
        with self._lock:
            if not self.is_running() and not self._stopped.is_set():
                self._thread = threading.Thread(target=self._run, name="verdicts", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the thread, so that it does not run while the interpreter shuts down."""
        self._stopped.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self._stopped.wait(PERIOD):
            try:
                in_use = bool(self._verdicts.confirm()) | self._open_videos.confirm()
                self._is_failing = False
            except Error:
                in_use = True
                if not self._is_failing:  # one line for each outage
                    self._is_failing = True
                    logger.warning("Verdicts in memory can't be decided again; each request asks.", exc_info=True)
            finally:
                release_connections()
            with self._lock:
                if not in_use and not len(self._verdicts):
                    self._thread = None
                    return


verdicts = Verdicts()
open_videos = OpenVideos()
confirmer = Confirmer(verdicts, open_videos)


def forget_after_fork() -> None:
    """Begin a child process without the verdicts, the locks and the thread of its parent."""
    for each in (verdicts, open_videos, confirmer):
        each.forget()


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


atexit.register(confirmer.stop)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forget_after_fork)
