"""Many players in one process and one thread: each asks for a segment every four seconds, as hls.js does, and reports.

A player keeps its connection, as a browser does, and opens one more only for a request that meets none that is idle. It
begins with the two playlists and the header of the film, then asks for a segment as a range whenever one is due, one
after the other, and posts what it has played every 15 seconds. The kernel discards the bytes of bodies (MSG_TRUNC).
"""

import collections
import heapq
import json
import random
import re
import select
import socket
import time
from dataclasses import dataclass, field

from bench.support.chromium import USUAL_HEADERS

SEGMENT_SECONDS, REPORT_SECONDS = 4.0, 15.0
HEADER_BYTES = 1000
MOST_HEAD = 4096
SCRAP = bytearray(4 * 1024 * 1024)
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
START, SEGMENT, REPORT = "start", "segment", "report"
STATUSES = {START: {b"200", b"206"}, SEGMENT: {b"206"}, REPORT: {b"204"}}


@dataclass
class Counts:
    """The answers of a time; `waits` has the seconds from due to complete of each segment."""

    waits: list[float] = field(default_factory=list)
    late: int = 0
    errors: collections.Counter[str] = field(default_factory=collections.Counter)
    reports: int = 0
    opened: int = 0


@dataclass(slots=True)
class Request:
    kind: str
    due: float
    data: bytes


class Player:
    """One viewer: its idle connections, and the requests of its film, of which one is under way at a time."""

    __slots__ = ("cookie", "idle", "is_asking", "number", "position", "started", "waiting")

    def __init__(self, number: int, cookie: str, started: float) -> None:
        self.number, self.cookie, self.started = number, cookie, started
        self.idle: list[Connection] = []
        self.waiting: collections.deque[Request] = collections.deque()
        self.is_asking, self.position = False, 0


class Connection:
    """A connection of `player`: the request under way, and the bytes of the body that are still to come."""

    __slots__ = ("asked", "closes", "is_kept", "left", "player", "socket")

    def __init__(self, player: Player, port: int, asked: Request) -> None:
        self.asked: Request | None = asked
        self.player, self.left, self.is_kept, self.closes = player, -1, False, False
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.connect_ex(("127.0.0.1", port))


class Players:
    """The players of one film below the address `base`: its segments are `count` ranges, one each `stride` bytes."""

    def __init__(
        self, port: int, base: str, film: str, playlists: list[str], *, segment_bytes: int, stride: int, count: int
    ) -> None:
        self.segment_bytes, self._stride, self._count = segment_bytes, stride, count
        self._port, self._base, self._film, self._playlists = port, base, film, playlists
        self._usual = USUAL_HEADERS.format(port=port)
        self._poll = select.epoll()
        self._connections: dict[int, Connection] = {}
        self._timers: list[tuple[float, int, str]] = []
        self._chance = random.Random(4)  # noqa: S311
        self._head = bytearray(MOST_HEAD)
        self.players: list[Player] = []
        self.counts = Counts()

    def arrive(self, cookies: list[str], seconds: float) -> None:
        """Let a player for each of `cookies` begin within `seconds`, and play until all have begun."""
        now = time.monotonic()
        for cookie in cookies:
            player = Player(len(self.players), cookie, now + self._chance.random() * seconds)
            self.players.append(player)
            heapq.heappush(self._timers, (player.started, player.number, START))
        self.play(seconds)

    def counted(self, seconds: float) -> Counts:
        """Play for `seconds`; return the Counts of this time, with the segments that are overdue at its end."""
        self.counts = Counts()
        self.play(seconds)
        last = time.monotonic() - SEGMENT_SECONDS
        asked = [connection.asked for connection in self._connections.values() if connection.asked]
        waiting = [request for player in self.players for request in player.waiting]
        self.counts.late += sum(one.kind == SEGMENT and one.due < last for one in asked + waiting)
        return self.counts

    def play(self, seconds: float) -> None:
        """Do what is due for `seconds`."""
        until = time.monotonic() + seconds
        while (now := time.monotonic()) < until:
            while self._timers and self._timers[0][0] <= now:
                self._come_due(*heapq.heappop(self._timers))
            next_due = min(until, self._timers[0][0]) if self._timers else until
            for number, events in self._poll.poll(max(0.0, next_due - time.monotonic())):
                connection = self._connections.get(number)
                if connection and connection.asked and events & select.EPOLLOUT:
                    self._poll.modify(number, select.EPOLLIN)
                    self._write(connection, connection.asked)
                elif connection:
                    self._read(connection)

    def close(self) -> None:
        """Close all connections."""
        for connection in list(self._connections.values()):
            self._hang_up(connection)
        self._poll.close()

    def _come_due(self, due: float, number: int, kind: str) -> None:
        player = self.players[number]
        if kind == REPORT:
            heapq.heappush(self._timers, (due + REPORT_SECONDS, number, REPORT))
            self._ask(player, Request(REPORT, due, self._report(player, due)))
            return
        if kind == START:
            heapq.heappush(self._timers, (due + REPORT_SECONDS, number, REPORT))
            player.waiting.extend(Request(START, due, self._get(player, path)) for path in self._playlists)
            player.waiting.append(Request(START, due, self._get(player, self._film, (0, HEADER_BYTES))))
        heapq.heappush(self._timers, (due + SEGMENT_SECONDS, number, SEGMENT))
        first = HEADER_BYTES + (number * 7 + player.position) % self._count * self._stride
        player.position += 1
        player.waiting.append(Request(SEGMENT, due, self._get(player, self._film, (first, self.segment_bytes))))
        if not player.is_asking:
            self._ask_next(player)

    def _get(self, player: Player, path: str, part: tuple[int, int] | None = None) -> bytes:
        wanted = f"Range: bytes={part[0]}-{sum(part) - 1}\r\n" if part else ""
        return f"GET {path} HTTP/1.1\r\n{self._usual}{wanted}Cookie: {player.cookie}\r\n\r\n".encode()

    def _report(self, player: Player, now: float) -> bytes:
        played = now - player.started
        body = json.dumps({"ranges": [[round(played - REPORT_SECONDS, 3), round(played, 3)]], "referrer": ""})
        fields = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nCookie: {player.cookie}"
        origin = f"Origin: http://127.0.0.1:{self._port}\r\n"
        return f"POST {self._base}/watched HTTP/1.1\r\n{self._usual}{origin}{fields}\r\n\r\n{body}".encode()

    def _ask_next(self, player: Player) -> None:
        player.is_asking = bool(player.waiting)
        if player.waiting:
            self._ask(player, player.waiting.popleft())

    def _ask(self, player: Player, request: Request) -> None:
        """Send `request` on an idle connection of `player`, or on a new one."""
        if player.idle:
            connection = player.idle.pop()
            connection.asked, connection.left = request, -1
            self._write(connection, request)
            return
        connection = Connection(player, self._port, request)
        self._connections[connection.socket.fileno()] = connection
        self._poll.register(connection.socket.fileno(), select.EPOLLOUT)
        self.counts.opened += 1

    def _write(self, connection: Connection, asked: Request) -> None:
        try:
            connection.socket.send(asked.data)
        except OSError as problem:
            self._broken(connection, asked, type(problem).__name__)

    def _read(self, connection: Connection) -> None:
        asked = connection.asked
        try:
            if asked is None:  # nothing was asked for: the server closes the connection
                connection.player.idle.remove(connection)
                self._hang_up(connection)
                return
            if connection.left < 0:
                self._read_head(connection, asked, connection.socket.recv_into(self._head))
                if connection.left <= 0:
                    return
            count = connection.socket.recv_into(SCRAP, connection.left, socket.MSG_TRUNC)
        except BlockingIOError:
            return
        except OSError as problem:
            if asked:
                self._broken(connection, asked, type(problem).__name__)
            return
        if not count:
            self._broken(connection, asked, "ended early")
            return
        connection.left -= count
        if not connection.left:
            self._complete(connection, asked)

    def _read_head(self, connection: Connection, asked: Request, count: int) -> None:
        """Read the head, which one read has whole: the servers write it in one piece."""
        if not count:
            self._broken(connection, asked, "no answer")
            return
        head, _end, body = bytes(memoryview(self._head)[:count]).partition(b"\r\n\r\n")
        if head[9:12] not in STATUSES[asked.kind]:
            self.counts.errors[f"{asked.kind} {head[9:12].decode()}"] += 1
        length = LENGTH.search(head)
        connection.left = (int(length[1]) if length else 0) - len(body)
        connection.is_kept, connection.closes = True, CLOSES.search(head) is not None
        if not connection.left:
            self._complete(connection, asked)

    def _complete(self, connection: Connection, asked: Request) -> None:
        player, connection.asked = connection.player, None
        if connection.closes:
            self._hang_up(connection)
        else:
            player.idle.append(connection)
        if asked.kind == SEGMENT:
            wait = time.monotonic() - asked.due
            self.counts.waits.append(wait)
            self.counts.late += wait > SEGMENT_SECONDS
        self._answered(player, asked)

    def _answered(self, player: Player, asked: Request) -> None:
        if asked.kind == REPORT:
            self.counts.reports += 1
        else:
            self._ask_next(player)

    def _broken(self, connection: Connection, asked: Request, reason: str) -> None:
        """Ask again if the server has closed a kept connection meanwhile, as browsers do; else the request failed."""
        self._hang_up(connection)
        if connection.is_kept and connection.left < 0:
            self._ask(connection.player, asked)
        else:
            self.counts.errors[f"{asked.kind} {reason}"] += 1
            self._answered(connection.player, asked)

    def _hang_up(self, connection: Connection) -> None:
        del self._connections[connection.socket.fileno()]
        connection.socket.close()
