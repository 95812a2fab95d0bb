"""Settings of the tests: fast hashes, plain static files, everything in a temporary directory.

One directory for each run, one inside it for each pytest-xdist worker: threads share the SQLite file,
runs and workers share nothing. Processes that a test starts inherit the directory from the environment.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "TEST_RUN_DIR" not in os.environ:
    os.environ["TEST_RUN_DIR"] = tempfile.mkdtemp(prefix="screening-room-tests-")
    atexit.register(shutil.rmtree, os.environ["TEST_RUN_DIR"], ignore_errors=True)

_data_dir = Path(os.environ["TEST_RUN_DIR"]) / os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["ENV_FILE"] = "-"
os.environ["DATA_DIR"] = str(_data_dir)

from site_config.environment import engines, env  # noqa: E402

os.environ["DATABASE_URL"] = env.read(os.environ).TEST_DATABASE_URL

from site_config.settings.base import *  # noqa: E402, F403
from site_config.settings.base import BASE_DIR, DATABASES  # noqa: E402

SECRET_KEY = "for-tests-only-" + "x" * 50
ALLOWED_HOSTS = ["*"]
STORAGES = engines.storages(manifest=False)
# The bundles are made from the sources under test, by the fixture `bundled`.
(_data_dir / "bundles").mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [("vendor", BASE_DIR / "build" / "vendor"), ("bundles", _data_dir / "bundles")]
PASSWORD_HASHERS = ["site_config.hashers.FewRoundsPBKDF2PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
DEBUG = False

if DATABASES["default"]["ENGINE"] == "site_config.sqlite3":
    # No test cuts the power: a database that a power cut would lose need not wait for the disk.
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
if not os.environ["DATABASE_URL"]:
    DATABASES["default"]["TEST"] = {"NAME": str(_data_dir / "test.sqlite3")}
