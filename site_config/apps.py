"""The app `site_config`: it registers the system checks, sets the umask and makes the data directories."""

import gc
import os
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings

from site_config import USUAL_THRESHOLD
from site_config.checks import cdn_checks, settings_checks, storage_checks  # noqa: F401
from site_config.monitoring import logs, sentry
from site_config.monitoring.metrics import checks as metrics_checks  # noqa: F401
from site_config.security import modes


class SiteConfig(AppConfig):
    """Settings, checks, headers and addresses; no models."""

    name = "site_config"

    def ready(self) -> None:
        """Set the umask so that other users of the machine can't read new files, and make the data directories.

        Web server, worker and all commands load this app before they open a file of the site. The database contains
        password hashes and sessions, and SQLite creates its files with the mode that the umask leaves.
        """
        from site_config.checks import database_checks, task_checks  # noqa: F401  models are loaded only now

        os.umask(modes.UMASK)
        for directory in (
            settings.MEDIA_ROOT,
            settings.STATIC_ROOT,
            settings.PROTECTED_ROOT,
            settings.FILE_UPLOAD_TEMP_DIR,
        ):
            Path(directory).mkdir(parents=True, exist_ok=True)
        if settings.ENV.SENTRY_DSN:
            sentry.start(settings.ENV.SENTRY_DSN, secrets=logs.secrets_of(settings.ENV))
        # The objects that are loaded now stay: no collection has to walk through them.
        gc.freeze()
        gc.set_threshold(*USUAL_THRESHOLD)
