"""Turns of one piece of work at a time, fair between clients: each client waits in a line of its own.

The lines get turns one after the other, so a client with hundreds of requests delays that of another by one turn.
When all places are taken, a request of a client that has few takes the place of the last of the client that has most.
"""

import contextlib
import threading
import time
from collections import deque
from collections.abc import Iterator


class NoPlace(Exception):
    """The request gets no turn: all places are taken, or a request of another client has taken its place."""


class _Waiting:
    """One request that waits: `called` is set when it has the turn, or has lost its place."""

    def __init__(self) -> None:
        self.called = threading.Event()
        self.is_refused = False


class FairTurns:
    """At most one thread has the turn; at most `places` wait for it."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._lock = threading.Lock()
        self._is_taken = False
        self._returning: deque[_Waiting] = deque()
        # In the order in which the clients have their next turn; no line is empty.
        self._lines: dict[str, deque[_Waiting]] = {}
        self._waiting = 0
        self._resting: dict[str, int] = {}

    @property
    def is_taken(self) -> bool:
        """True while a thread has the turn."""
        return self._is_taken

    @contextlib.contextmanager
    def turn(self, client: str) -> Iterator[None]:
        """Wait for the turn of `client`, then run the block. Raises NoPlace."""
        self._enter(client)
        try:
            yield
        finally:
            self._leave()

    @contextlib.contextmanager
    def left(self) -> Iterator[None]:
        """Give the caller's turn away during the block, then wait until it is back. It comes back before all lines."""
        self._leave()
        try:
            yield
        finally:
            with self._lock:
                waiting = None if self._take() else _Waiting()
                if waiting:
                    self._returning.append(waiting)
            if waiting:
                waiting.called.wait()

    def rest(self, client: str, seconds: float) -> None:
        """Sleep for `seconds`; until the end `client` gets no turn. The caller has left its turn."""
        with self._lock:
            self._resting[client] = self._resting.get(client, 0) + 1
        try:
            time.sleep(seconds)
        finally:
            with self._lock:
                self._resting[client] -= 1
                if not self._resting[client]:
                    del self._resting[client]
                if not self._is_taken:
                    self._call_next()

    def _enter(self, client: str) -> None:
        with self._lock:
            if client not in self._lines and client not in self._resting and self._take():
                return
            if self._waiting >= self._places:
                self._make_room(client)
            waiting = _Waiting()
            self._lines.setdefault(client, deque()).append(waiting)
            self._waiting += 1
        waiting.called.wait()
        if waiting.is_refused:
            raise NoPlace

    def _leave(self) -> None:
        with self._lock:
            self._is_taken = False
            self._call_next()

    def _take(self) -> bool:
        """Take the turn if nobody has it; return whether this was so."""
        if self._is_taken:
            return False
        self._is_taken = True
        return True

    def _call_next(self) -> None:
        """Give the turn to a request that returns, or to the first of the next client that does not rest."""
        if self._returning:
            self._is_taken = True
            self._returning.popleft().called.set()
            return
        client = next((client for client in self._lines if client not in self._resting), None)
        if client is None:
            return
        self._is_taken = True
        line = self._lines.pop(client)
        self._waiting -= 1
        line.popleft().called.set()
        if line:
            self._lines[client] = line  # behind all others

    def _make_room(self, client: str) -> None:
        """Refuse the last request of the client with most places. Raises NoPlace if `client` would have as many."""
        line = max(self._lines.values(), key=len, default=deque[_Waiting]())
        if len(line) <= len(self._lines.get(client, ())) + 1:
            raise NoPlace
        refused = line.pop()
        self._waiting -= 1
        refused.is_refused = True
        refused.called.set()
