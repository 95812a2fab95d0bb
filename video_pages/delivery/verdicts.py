"""Verdicts in memory: each is decided again at least once a second, and is not used when that has not happened.

A player asks for a segment every few seconds, for as long as the film lasts. The verdict on its browser is the same
each time, so a process keeps it, and a thread decides all verdicts in use again, with three queries for all of them and
with the same rule (`access.decide.judge`). A verdict is used for at most MOST_AGE seconds after the moment before those
queries began. So whatever ends access ends it within this time in every process: a service, an expiry, a page that was
moved or unpublished, SQL by hand, a lost database. No code has to announce it. No verdict outlives `valid_until`.

Verdicts that need a user's rights are never kept: those of editors, and those of pages with Wagtail's own restrictions.
All frames have one verdict on a video that is open to everyone, that of a browser without a cookie: anybody can invent
the key of a frame, and each would fill a place in memory.

All ages are measured with the monotonic clock, so a clock that is set back extends nothing.
"""

import datetime as dt
import hashlib
import logging
import secrets
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from video_pages.access import receivers
from video_pages.access.access_rows import AccessRow
from video_pages.access.browser import FRAME_MARK, digest
from video_pages.access.decide import Reason, Verdict, judge
from video_pages.access.receivers import Receiver
from video_pages.core import clock
from video_pages.delivery import facts as reading
from video_pages.delivery.facts import Again, FileFacts, VideoFacts
from video_pages.delivery.session_facts import SessionFacts, session_of

MOST_AGE = 2.0
"""Seconds after which a verdict that was not decided again is not used."""
MOST_VERDICTS = 10_000
"""Verdicts that a process keeps, about 1 KB each; beyond them, those that were not used for the longest time go."""
UNUSED_SECONDS = 30.0
"""A verdict that no request has used for so long is dropped. A player with a full buffer pauses this long."""
KEPT_WHEN_FULL = 0.9

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class KnownVerdict:
    """An allowing verdict in memory, and what is needed to decide it again.

    `credential` is the value of the session cookie, which is the key of the table of sessions; or FRAME_MARK and the
    key of a frame or the token of a `receiver`, which have no session; or "". `confirmed` and `usable_until` are
    seconds of the monotonic clock: the moment before the queries that decided it, and its end.
    """

    credential: str = field(repr=False)
    session: SessionFacts | None = field(repr=False)
    video: uuid.UUID
    facts: VideoFacts = field(repr=False)
    verdict: Verdict = field(repr=False)
    confirmed: float
    usable_until: float
    used: float
    receiver: Receiver | None = None

    @property
    def file(self) -> FileFacts | None:
        """The names of the files of the video, as old as the verdict."""
        return self.facts.file

    @property
    def age(self) -> float:
        """Seconds since the queries that decided it began; another cache may use it for MOST_AGE less these."""
        return time.monotonic() - self.confirmed


class Verdicts:
    """The verdicts that a process keeps. Safe for threads; `find` takes no lock and makes no query."""

    def __init__(self, most: int = MOST_VERDICTS, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._monotonic = monotonic
        self.reset()

    def __len__(self) -> int:
        return len(self._known)

    def reset(self) -> None:
        """Drop all verdicts, also in a child process after a fork, where another thread may have held the lock."""
        self._lock = threading.Lock()
        self._salt = secrets.token_bytes(16)
        self._known: dict[bytes, KnownVerdict] = {}

    def find(self, credential: str, video: str, *, most_age: float = MOST_AGE) -> KnownVerdict | None:
        """Return the usable verdict on `video` (a uuid as text) for the browser with `credential`, or None.

        The verdict is at most `most_age` seconds old.
        """
        known = self._known.get(self._key(credential, video))
        if known is None:
            return None
        now = self._monotonic()
        if now >= known.usable_until or now - known.confirmed >= most_age:
            return None
        known.used = now
        return known

    def decide(self, credential: str, video: str, *, most_age: float = MOST_AGE) -> KnownVerdict | None:
        """Decide on `video` for the browser with `credential` now, and keep and return an allowing verdict.

        A frame gets the verdict for everyone if the video is open to everyone, and that is at most `most_age` old.
        None if the verdict does not allow, or if it can't be decided from these facts: the caller then asks
        `access.decide.decide`. Raises DatabaseError. Two queries, one without a session and without an access row.
        """
        began, now, video_uuid = self._monotonic(), clock.now(), uuid.UUID(video)
        receiver = receivers.read_token(credential.removeprefix(FRAME_MARK), video_uuid, now)
        is_of_frame = credential.startswith(FRAME_MARK) and receiver is None
        for_everyone = self.find("", video, most_age=most_age) if is_of_frame else None
        if for_everyone is not None and for_everyone.verdict.reason == Reason.OPEN:
            return for_everyone
        session = session_of(credential) if _names_session(credential) else None
        found = None
        if session is not None or not _names_session(credential):
            if receiver is not None:
                receiver, browser_key = receivers.followed(receiver)
            else:
                browser_key = _browser_key(credential, session)
            found = reading.facts_of(video_uuid, browser_key)
        known = None
        if found is not None:
            facts, rows = found
            verdict = _judged(facts, rows, receiver, now)
            if verdict.allowed:
                if is_of_frame and verdict.reason == Reason.OPEN:
                    credential = ""
                until = _usable_until(began, now, verdict, session)
                known = KnownVerdict(credential, session, video_uuid, facts, verdict, began, until, began, receiver)
        key = self._key(credential, video)
        with self._lock:
            if known is None:
                self._known.pop(key, None)
            else:
                self._known[key] = known
                if len(self._known) > self._most:
                    self._make_room()
        return known

    def confirm(self) -> int:
        """Decide all verdicts in use again and drop the others; return the number of verdicts that are kept.

        Raises DatabaseError; then nothing is confirmed, and all verdicts end by their age.
        """
        began, now = self._monotonic(), clock.now()
        with self._lock:
            unused = [key for key, known in self._known.items() if began - known.used >= UNUSED_SECONDS]
            for key in unused:
                del self._known[key]
            in_use = list(self._known.items())
        if in_use:
            present = _read_again([known for _key, known in in_use])
            ended = [(key, known) for key, known in in_use if not _confirm(known, present, began, now)]
            with self._lock:
                for key, known in ended:
                    if self._known.get(key) is known:
                        del self._known[key]
        return len(self._known)

    def _key(self, credential: str, video: str) -> bytes:
        """Return a digest, so that the comparison of a sent cookie with those in memory tells nothing of them."""
        return hashlib.blake2b(f"{credential}:{video}".encode(), digest_size=20, key=self._salt).digest()

    def _make_room(self) -> None:
        """Drop the verdicts that were not used for the longest time. The caller holds the lock."""
        by_use = sorted(self._known.items(), key=lambda item: item[1].used)
        for key, _known in by_use[: len(by_use) - int(self._most * KEPT_WHEN_FULL)]:
            del self._known[key]


def _names_session(credential: str) -> bool:
    return bool(credential) and not credential.startswith(FRAME_MARK)


def _browser_key(credential: str, session: SessionFacts | None) -> str:
    """Return the digest that the access rows of the browser have, or ""."""
    if credential.startswith(FRAME_MARK):
        return digest(credential.removeprefix(FRAME_MARK))
    return session.browser_key if session else ""


def _judged(facts: VideoFacts, rows: tuple[AccessRow, ...], receiver: Receiver | None, now: dt.datetime) -> Verdict:
    """Return the Verdict on the video of `facts` for a browser with `rows`, or for the receiver of one of them."""
    if receiver is None:
        return judge(facts.for_rows(rows), now)
    own = tuple(row for row in rows if row.id == receiver.row_id)
    return receivers.until_end(judge(facts.for_rows(own), now), receiver)


def _read_again(in_use: list[KnownVerdict]) -> Again:
    sessions = {known.credential: known.session for known in in_use if known.session}
    paths = {known.video: known.facts.path for known in in_use}
    rows = {known.verdict.access_id for known in in_use if known.verdict.access_id is not None}
    return reading.again(sessions, paths, rows)


def _confirm(known: KnownVerdict, present: Again, began: float, now: dt.datetime) -> bool:
    """Decide `known` again from what is `present`; return False if its access has ended, or has to be read anew."""
    session = present.sessions.get(known.credential)
    facts = present.videos.get(known.video)
    if facts is None or (_names_session(known.credential) and session is None):
        return False
    access_id = known.verdict.access_id
    row = present.rows.get(access_id) if access_id is not None else None
    if known.receiver is not None:  # bound to the row and not to the key, which each unlock of the browser renews
        browser_key = row.browser_key if row else ""
    else:
        browser_key = _browser_key(known.credential, session)
    verdict = _judged(facts, reading.rows_for(facts, row, browser_key), known.receiver, now)
    if not verdict.allowed:
        return False
    known.session, known.facts, known.verdict = session, facts, verdict
    known.confirmed, known.usable_until = began, _usable_until(began, now, verdict, session)
    return True


def _usable_until(began: float, now: dt.datetime, verdict: Verdict, session: SessionFacts | None) -> float:
    """Return the end of a verdict that was decided at `now`, when the monotonic clock was at `began`."""
    ends = [end for end in (verdict.valid_until, session.ends if session else None) if end is not None]
    return began + min([MOST_AGE, *((end - now).total_seconds() for end in ends)])
