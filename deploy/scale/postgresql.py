"""The database cluster: made once, with a password, on a loopback address.

PostgreSQL refuses to run as root. There it runs as the user `postgres` of Debian's package, and its cluster lies in
/var/tmp if that user cannot reach DATA_DIR. The file `postgresql-place` names the directory.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from deploy.problems import Problem, last_line
from deploy.scale.places import LOOPBACK, Places
from deploy.scale.secrets import kept_secret

USER, DATABASE, SERVICE_USER = "screening", "postgres", "postgres"
CONNECTIONS = 200


def service_user() -> str | None:
    """Return the user that runs PostgreSQL if this one is root, else None. Raises Problem if there is none."""
    if os.getuid() != 0:
        return None
    try:
        pwd.getpwnam(SERVICE_USER)
    except KeyError:
        raise Problem(f"PostgreSQL does not run as root, and there is no user {SERVICE_USER}: make one.") from None
    return SERVICE_USER


def cluster_of(places: Places) -> Path:
    """Return the directory of the cluster; it need not exist."""
    try:
        return Path((places.own / "postgresql-place").read_text("utf-8").strip())
    except FileNotFoundError:
        return places.own / "postgresql"


def version_of(cluster: Path) -> str:
    """Return the major version of PostgreSQL that made `cluster`, or "" if there is none."""
    try:
        return (cluster / "PG_VERSION").read_text("ascii").strip()
    except FileNotFoundError:
        return ""


def password_of(places: Places) -> str:
    """Return the password of the database's user; make one if there is none. Raises OSError."""
    return kept_secret(places.own / "postgresql-password")


def make_cluster(places: Places, programs: Path) -> Path:
    """Return the directory of the cluster; make it with the `initdb` in `programs` if there is none. Raises Problem."""
    cluster, user = cluster_of(places), service_user()
    if version_of(cluster):
        return cluster
    if cluster.exists():  # an interrupted first start
        shutil.rmtree(cluster)
    cluster = _choose_place(places, user)
    command = [str(programs / "initdb"), "-D", str(cluster), "--username", USER, "--encoding=UTF8", "--locale=C.UTF-8"]
    command += ["--auth-host=scram-sha-256", "--auth-local=reject"]
    with tempfile.NamedTemporaryFile("w", encoding="ascii") as file:
        file.write(password_of(places))
        file.flush()
        if user:
            shutil.chown(file.name, user, user)
        made = subprocess.run(
            [*command, f"--pwfile={file.name}"],
            text=True,
            capture_output=True,
            cwd="/",
            user=user,
            group=user,
            extra_groups=[] if user else None,
        )
    if made.returncode != 0:
        raise Problem(f"The database could not be made: {last_line(made.stderr)}")
    return cluster


def _choose_place(places: Places, user: str | None) -> Path:
    """Make an empty directory for the cluster, write its name, and return it."""
    cluster = places.own / "postgresql"
    cluster.mkdir(mode=0o700)
    if user:
        shutil.chown(cluster, user, user)
        test = ["test", "-w", str(cluster)]
        if subprocess.run(test, user=user, group=user, extra_groups=[], cwd="/").returncode != 0:
            cluster.rmdir()
            cluster = Path(tempfile.mkdtemp(prefix="screening-room-postgresql-", dir="/var/tmp"))
            shutil.chown(cluster, user, user)
    (places.own / "postgresql-place").write_text(f"{cluster}\n", "utf-8")
    return cluster


def command(programs: Path, cluster: Path, port: int) -> list[str]:
    """Return the command that runs the server on `port` of the loopback address, without a socket file."""
    options = {
        "port": port,
        "listen_addresses": LOOPBACK,
        "unix_socket_directories": "",
        "max_connections": CONNECTIONS,
    }
    return [str(programs / "postgres"), "-D", str(cluster), *(f"--{name}={value}" for name, value in options.items())]


def url(password: str, port: int) -> str:
    """Return the address of the database, as DATABASE_URL has it."""
    return f"postgres://{USER}:{password}@{LOOPBACK}:{port}/{DATABASE}"
