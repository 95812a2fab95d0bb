"""The WSGI application that servers load."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings.dev")
django.setup(set_prefix=False)

from site_config.security.request import SiteHandler  # noqa: E402  the settings are read first

application = SiteHandler()
