"""site_config as an app: it registers the system checks, closes what the site writes, and makes its directories."""

import os
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings

from site_config import checks  # noqa: F401
from site_config.security import modes


class SiteConfig(AppConfig):
    """Settings, checks, headers and addresses; no models."""

    name = "site_config"

    def ready(self):
        """Close what this process writes to other users of the machine, and make the data directories.

        Web server, worker and every command load this app before they open a file of the site: the database holds
        password hashes and sessions, and SQLite gives a new file the mode that the umask leaves.
        """
        from site_config import database_checks  # noqa: F401  models are not loaded before

        os.umask(modes.UMASK)
        for directory in (
            settings.MEDIA_ROOT,
            settings.STATIC_ROOT,
            settings.PROTECTED_ROOT,
            settings.FILE_UPLOAD_TEMP_DIR,
        ):
            Path(directory).mkdir(parents=True, exist_ok=True)
