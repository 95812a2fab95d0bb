"""The programs of `make scale` that are not Python packages: where they are, or what to install."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.problems import Problem

# A user's PATH often lacks the directories of servers.
MORE_PLACES = "/usr/local/sbin:/usr/sbin:/sbin"
POSTGRESQL_VERSIONS = Path("/usr/lib/postgresql")
# {program: its package in Debian and Ubuntu}
PACKAGES = {
    "nginx": "nginx-light",
    "postgres": "postgresql",
    "redis-server": "redis-server",
    "openssl": "openssl",
}


@dataclass(frozen=True)
class Servers:
    """The paths of the programs; `postgresql` is the directory of `initdb` and `postgres`."""

    nginx: Path
    postgresql: Path
    redis: Path
    openssl: Path


def which(program: str) -> str | None:
    """Return the path of `program`, or None."""
    return shutil.which(program) or shutil.which(program, path=MORE_PLACES)


def find_servers(
    cluster_version: str = "", find: Callable[[str], str | None] = which, versions: Path = POSTGRESQL_VERSIONS
) -> Servers:
    """Return the programs. Raises Problem with the packages of those that are missing.

    `cluster_version` is the major version of an existing database cluster, which no other version can use; "" for none.
    `versions` is the directory in which Debian keeps the versions of PostgreSQL.
    """
    found = {program: find(program) for program in PACKAGES if program != "postgres"}
    postgresql = _postgresql(cluster_version, find, versions)
    missing = [program for program, path in found.items() if path is None]
    if postgresql is None:
        missing.append("postgres")
    if missing:
        packages = " ".join(PACKAGES[program] for program in missing)
        if missing == ["postgres"] and cluster_version:
            packages = f"postgresql-{cluster_version}"
        raise Problem(
            f"make scale starts nginx, PostgreSQL and Redis, and {', '.join(missing)} is missing here: install "
            f"{packages} (on Debian and Ubuntu: apt install --no-install-recommends {packages}) and start again."
        )
    return Servers(
        nginx=Path(str(found["nginx"])),
        postgresql=Path(str(postgresql)),
        redis=Path(str(found["redis-server"])),
        openssl=Path(str(found["openssl"])),
    )


def _postgresql(version: str, find: Callable[[str], str | None], versions: Path) -> Path | None:
    """Return the directory of `version`'s programs, or of the newest version's if it is ""; None without one."""
    numbers = sorted((path.parent.parent.name for path in versions.glob("*/bin/postgres")), key=_number)
    if version:
        return versions / version / "bin" if version in numbers else None
    if numbers:
        return versions / numbers[-1] / "bin"
    path = find("postgres")
    return Path(path).resolve().parent if path else None


def _number(version: str) -> float:
    try:
        return float(version)
    except ValueError:
        return 0
