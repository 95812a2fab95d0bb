"""Programs that a test may need and a machine may lack: where they are found."""

import glob
import shutil
import sys

# Where else than on PATH they are found.
PLACES = {
    # The first is Chromium without windows: the same pages for a third of the processor time.
    "chromium": ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"],
    "nginx": ["nginx", "/usr/sbin/nginx"],
    "pg_ctl": ["pg_ctl", "/usr/lib/postgresql/*/bin/pg_ctl"],
    "pg_basebackup": ["pg_basebackup", "/usr/lib/postgresql/*/bin/pg_basebackup"],
    "initdb": ["initdb", "/usr/lib/postgresql/*/bin/initdb"],
    # Python packages of requirements-dev.txt.
    "moto_server": [f"{sys.prefix}/bin/moto_server"],
    "juicefs": [f"{sys.prefix}/bin/juicefs"],
    "hadolint": ["hadolint", f"{sys.prefix}/bin/hadolint"],
    "litestream": ["litestream", f"{sys.prefix}/bin/litestream"],
    "redis-server": ["redis-server", "/usr/sbin/redis-server"],
    # The one in .venv is there where the system has none (deploy/requirements-npm.txt).
    "node": ["node", f"{sys.prefix}/bin/node"],
}


def find(tool):
    """Return the path of `tool`, or None if this machine lacks it."""
    for place in PLACES.get(tool, [tool]):
        found = sorted(glob.glob(place))[-1:] if "/" in place else [shutil.which(place)]
        if found and found[0]:
            return found[0]
    return None
