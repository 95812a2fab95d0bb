"""The modes of files: other users of the machine can't read the database, its backups or the output of processes."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from site_config.environment import env
from site_config.security import modes

ROOT = env.PROJECT_ROOT


@pytest.fixture
def open_umask():
    """The umask that most systems give: group and others may read."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("entry", ["import site_config.wsgi", "import django; django.setup()"])
def test_database_of_a_new_site_is_its_users_alone(tmp_path, open_umask, entry):
    """Web server and commands, however they are started."""
    write = "from django.db import connection; connection.cursor().execute('CREATE TABLE t (x)')"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "site_config.settings.dev",
        "ENV_FILE": "-",
        "DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": "",
    }
    subprocess.run([sys.executable, "-c", f"{entry}; {write}"], cwd=ROOT, env=environment, check=True)
    made = [path for path in (tmp_path / "data").rglob("*") if path.name != "data"]
    assert tmp_path / "data" / "db.sqlite3" in made
    assert [path for path in made if mode(path) & modes.GROUP_OR_OTHERS] == []


def test_start_closes_what_it_writes_before_it_imports_anything(open_umask):
    script = "import deploy.start, os; print(os.umask(0))"
    printed = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    assert int(printed.stdout) == modes.UMASK


def test_documented_backup_is_its_users_alone(tmp_path, open_umask):
    text = (ROOT / "docs" / "operators.md").read_text().partition("### Backup")[2]
    lines = re.findall(r"^    (.*)$", text.partition("rsync")[0], re.MULTILINE)
    assert any("VACUUM INTO" in line for line in lines)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    create = "import sqlite3; sqlite3.connect('db.sqlite3').execute('CREATE TABLE t (x)')"
    subprocess.run([sys.executable, "-c", create], cwd=tmp_path, check=True)
    subprocess.run("\n".join(lines), shell=True, cwd=tmp_path, check=True)  # noqa: S602
    assert mode(tmp_path / "backup.sqlite3") == 0o600


@pytest.fixture
def watched(tmp_path, settings, monkeypatch):
    """One of each kind of file that is watched, closed."""
    settings.DATA_DIR = settings.BASE_DIR = tmp_path
    settings.PROTECTED_ROOT = tmp_path / "protected"
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "db.sqlite3")}
    monkeypatch.setitem(settings.DATABASES, "other", database)
    settings.PROTECTED_ROOT.mkdir(mode=0o700)
    names = ("db.sqlite3", "db.sqlite3-wal", ".secret-key", ".env")
    for name in names:
        (tmp_path / name).touch(mode=0o600)
    return tmp_path


def test_closed_files_are_no_matter(watched):
    assert modes.files_are_closed_to_others(None) == []
    (watched / "protected").chmod(0o750)
    assert modes.files_are_closed_to_others(None) == []


@pytest.mark.parametrize(
    ("name", "loose"),
    [
        ("db.sqlite3", 0o644),
        ("db.sqlite3", 0o640),
        ("db.sqlite3-wal", 0o644),
        (".secret-key", 0o604),
        (".env", 0o644),
        ("protected", 0o755),
    ],
)
def test_file_that_others_may_read_is_warned_about(watched, name, loose):
    (watched / name).chmod(loose)
    (warning,) = modes.files_are_closed_to_others(None)
    assert warning.id == "video_pages.W012"
    assert f"{watched / name} can be read by other users of this machine (mode {loose:04o})" in warning.msg
    subprocess.run(warning.hint.split(), check=True)  # it is a command that mends it
    assert modes.files_are_closed_to_others(None) == []


def test_warning_is_shown_at_a_start(watched, capsys):
    Path(watched / "db.sqlite3").chmod(0o644)
    call_command("check", "site_config")
    assert "video_pages.W012" in capsys.readouterr().err
