"""The site's settings of `make run`, for requests within one process: no static files have to be collected."""

from site_config.settings.dev import *  # noqa: F403
from site_config.settings.dev import STORAGES

ALLOWED_HOSTS = ["testserver"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
