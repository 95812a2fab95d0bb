"""Statistics from a real streaming replica: paused, stopped; and no verdict is ever read there."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from site_config.environment import engines
from tests.engines import free_port, postgresql
from video_pages.core import replica


@contextlib.contextmanager
def standby(server, basebackup, pg_ctl):
    """Run a streaming replica of `server`; yields (address, command that stops it)."""
    folder = Path(tempfile.mkdtemp(prefix="screening-room-replica-"))
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    if as_postgres:
        shutil.chown(folder, "postgres")
    port, primary = free_port(), server.url.rpartition(":")[2].partition("/")[0]

    def run(*command):
        subprocess.run([*as_postgres, *command], cwd="/", check=True, capture_output=True, timeout=120)

    base = [basebackup, "-h", "127.0.0.1", "-p", primary, "-U", "tester", "-D", f"{folder}/data"]
    run(*base, "-R", "-X", "stream", "--checkpoint=fast", "--no-sync")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200"
    run(pg_ctl, "-D", f"{folder}/data", "-o", options, "-l", f"{folder}/log", "-w", "start")
    stop = [pg_ctl, "-D", f"{folder}/data", "-m", "immediate", "stop"]
    try:
        yield f"postgres://tester:@127.0.0.1:{port}/postgres", [*as_postgres, *stop]
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            run(*stop)
        shutil.rmtree(folder)


def test_only_statistics_can_be_read_from_the_replica():
    """A verdict, a password or a session can't be read there, whatever code runs inside `from_replica`."""
    token = replica._is_reading.set(True)
    try:
        router = replica.Router()
        routed = {m._meta.label_lower for m in apps.get_models() if router.db_for_read(m) == replica.ALIAS}
        assert {router.db_for_write(model) for model in apps.get_models()} == {"default"}
    finally:
        replica._is_reading.reset(token)
    assert routed == {
        *("video_pages.dailystatistics", "video_pages.dailysitestatistics", "video_pages.dailyreach"),
        *("video_pages.rolledday",),
        *("video_pages.videoview", "video_pages.accessevent"),
    }


def test_only_statistics_ask_for_the_replica():
    """`core.prepared` reads pages and access rows on the primary; no other module may ask for another connection."""
    users = {
        str(path.relative_to(settings.BASE_DIR))
        for name in ("video_pages", "home")
        for path in (settings.BASE_DIR / name).rglob("*.py")
        if "replica" in path.read_text(encoding="utf-8") and "migrations" not in path.parts
    }
    users = {name for name in users if not name.startswith("video_pages/core/")}
    names = ("statistics", "most_viewed", "ranking")
    assert users == {f"video_pages/analytics/{name}.py" for name in names}


@pytest.mark.soak
def test_statistics_come_from_the_replica_and_access_never_does(require, tmp_path):
    basebackup, pg_ctl = require("pg_basebackup"), require("pg_ctl")
    with postgresql(require("initdb"), pg_ctl) as primary, standby(primary, basebackup, pg_ctl) as (url, stop):
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TEST_"))},
            "DJANGO_SETTINGS_MODULE": "site_config.settings.dev",
            "ENV_FILE": "-",
            "DATA_DIR": str(tmp_path),
            "ALLOWED_HOSTS": "testserver",
            "DATABASE_URL": primary.url,
            "DATABASE_REPLICA_URL": url,
        }
        command = [sys.executable, "-m", "tests.analytics.replica_run", *stop]
        done = subprocess.run(
            command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=300
        )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "all checked" in done.stdout


def test_replica_without_postgresql_is_refused(tmp_path):
    for url, replica_url in (("", "postgres://u@h/n"), ("postgres://u@h/n", "sqlite:////tmp/x")):
        with pytest.raises(ImproperlyConfigured, match="DATABASE_REPLICA_URL"):
            engines.databases(url, tmp_path, replica_url=replica_url)
