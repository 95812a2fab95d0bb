"""site_config as an app: it registers the system checks and makes the directories the site writes to."""

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings

from site_config import checks  # noqa: F401


class SiteConfig(AppConfig):
    """Settings, checks, headers and addresses; no models."""

    name = "site_config"

    def ready(self):
        """Make the data directories, the protected ones closed to other users of the machine."""
        for directory, mode in (
            (settings.MEDIA_ROOT, 0o755),
            (settings.STATIC_ROOT, 0o755),
            (settings.PROTECTED_ROOT, 0o750),
            (settings.FILE_UPLOAD_TEMP_DIR, 0o750),
        ):
            Path(directory).mkdir(mode=mode, parents=True, exist_ok=True)
