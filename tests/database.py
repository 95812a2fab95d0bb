"""The test database on SQLite: migrated once for each state of the migrations, then copied for each run and process.

Migrating takes longer than most test files. The copy is made of `build/test-databases/`, which `make clean` removes.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from django.core.files import locks

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "build" / "test-databases"
KEPT_SECONDS = 7 * 24 * 3600


def copy_migrated(target):
    """Put a migrated, otherwise empty database at `target` (Path)."""
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    template = TEMPLATES / f"{_digest()}.sqlite3"
    with open(TEMPLATES / "lock", "w") as lock:
        locks.lock(lock, locks.LOCK_EX)  # several test processes start at once: one migrates, the others wait
        if not template.exists():
            _migrate(template)
        os.utime(template)
        _remove_unused()
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(template, target)


def _digest():
    """A name for what the migrations make: it changes with any of them, and with the versions of the packages."""
    files = [ROOT / "requirements.txt", ROOT / "site_config" / "settings" / "base.py"]
    for app in ("home", "video_pages"):
        files += sorted((ROOT / app / "migrations").glob("*.py"))
    content = hashlib.sha256()
    for path in files:
        content.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return content.hexdigest()[:20]


def _migrate(template):
    unfinished = template.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TEST_RUN"))}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "site_config.settings.test",
        "TEST_DATABASE_URL": f"sqlite:///{unfinished}",
    }
    subprocess.run(
        [sys.executable, ROOT / "manage.py", "migrate", "--verbosity=0"], env=environment, cwd=ROOT, check=True
    )
    unfinished.replace(template)


def _remove_unused():
    for path in TEMPLATES.glob("*.sqlite3"):
        if path.stat().st_mtime < time.time() - KEPT_SECONDS:
            path.unlink()
