"""Files and ports of the set-up: everything lies in DATA_DIR, except a database cluster that root cannot keep there."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.problems import Problem, check_port

ROOT = Path(__file__).resolve().parents[2]
# Not the directory of `make run`, whose library belongs to another database.
DEFAULT_DATA_DIR = ROOT / ".scale"
LOOPBACK = "127.0.0.1"
WEB_SERVERS = 2
WORKERS = 2


@dataclass(frozen=True)
class Places:
    """Paths below the data directory."""

    data_dir: Path

    @property
    def own(self) -> Path:
        """The directory of the servers: configurations, secrets, logs, cluster."""
        return self.data_dir / "scale"

    @property
    def report(self) -> Path:
        """The file with the process ids and addresses."""
        return self.data_dir / "scale.json"

    @property
    def environment(self) -> Path:
        """The file with the site's variables, for commands: ENV_FILE=… manage.py …"""
        return self.own / "site.env"

    def log(self, name: str) -> Path:
        """The log of the program `name`."""
        return self.own / "logs" / f"{name.replace(' ', '-')}.log"

    def make(self) -> None:
        """Make the directories. Raises OSError."""
        for folder in (self.own / "logs", self.own / "nginx", self.own / "redis"):
            folder.mkdir(parents=True, exist_ok=True)


@dataclass(frozen=True)
class Ports:
    """Loopback ports: HTTPS and HTTP of nginx, the web servers, PostgreSQL, Redis, the S3 server and its HTTPS."""

    https: int
    http: int
    web: tuple[int, ...]
    postgresql: int
    redis: int
    s3: int
    s3_https: int


def places_for(variables: Mapping[str, str]) -> Places:
    """Return the places for the variables of the environment. Raises Problem for the directory of an SQLite site."""
    given = variables.get("DATA_DIR", "").strip()
    data_dir = (ROOT / Path(given).expanduser()).resolve() if given else DEFAULT_DATA_DIR
    if (data_dir / "db.sqlite3").exists():
        raise Problem(
            f"{data_dir} has a site on SQLite, which make scale does not use: choose another directory, "
            "as in DATA_DIR=/srv/scale make scale (docs/scaling.md says how to move a site)."
        )
    return Places(data_dir)


def choose_ports(https: int | None) -> Ports:
    """Return free ports of the loopback address; `https` is the wanted port of nginx, or None. Raises Problem."""
    if https is not None:
        check_port(LOOPBACK, https)
    # All are held at once, so that they differ.
    held = [socket.socket() for _port in range(6 + WEB_SERVERS)]
    try:
        for listener in held:
            listener.bind((LOOPBACK, 0))
        numbers = [listener.getsockname()[1] for listener in held]
    finally:
        for listener in held:
            listener.close()
    free, http, postgresql, redis, s3, s3_https, *web = numbers
    return Ports(https or free, http, tuple(web), postgresql, redis, s3, s3_https)
