"""Settings that are loaded in a process of their own."""

import os
import subprocess
import sys

from site_config.environment import env


def load(module, data_dir, *, shown="s.DEBUG, s.SECRET_KEY", **variables):
    """Load a settings module `s` in a process of its own, and print what `shown` names; return the process."""
    return subprocess.run(
        [
            sys.executable,
            "-c",
            f"from site_config.settings import {module} as s; print({shown})",
        ],
        cwd=env.PROJECT_ROOT,
        env={"PATH": os.environ["PATH"], "ENV_FILE": "-", "DATA_DIR": str(data_dir), **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )
