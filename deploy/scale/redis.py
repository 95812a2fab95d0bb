"""Redis of the set-up: a cache and a broker with a password that keeps nothing on the disk."""

import os
from pathlib import Path

from deploy.scale.places import LOOPBACK, Places
from deploy.scale.secrets import kept_secret

MEMORY = "256mb"


def password_of(places: Places) -> str:
    """Return the password of Redis; make one if there is none. Raises OSError."""
    return kept_secret(places.own / "redis-password")


def write_configuration(places: Places, port: int) -> None:
    """Write redis.conf, readable by its owner, with the password: all users can read arguments. Raises OSError."""
    lines = [
        f"bind {LOOPBACK}",
        f"port {port}",
        f"requirepass {password_of(places)}",
        f"dir {places.own / 'redis'}",
        'save ""',
        "appendonly no",
        f"maxmemory {MEMORY}",
        "maxmemory-policy volatile-lru",  # messages for workers have no end, and stay
    ]
    path = places.own / "redis" / "redis.conf"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join([*lines, ""]))


def url(password: str, port: int, *, database: int = 0) -> str:
    """Return the address of a database of Redis, as CACHE_URL has it."""
    return f"redis://:{password}@{LOOPBACK}:{port}/{database}"


def command(program: Path, places: Places) -> list[str]:
    """Return the command that runs Redis in the foreground."""
    return [str(program), str(places.own / "redis" / "redis.conf")]
