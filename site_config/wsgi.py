"""The WSGI application that servers load."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings.dev")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402  the settings are read first
from django.db import connection  # noqa: E402

from site_config.monitoring import request_id  # noqa: E402
from site_config.monitoring.metrics.endpoint import MetricsEndpoint  # noqa: E402
from site_config.monitoring.metrics.handler import MeteredHandler  # noqa: E402
from site_config.own_language import OwnLanguage  # noqa: E402
from site_config.security.request import SiteHandler  # noqa: E402
from video_pages.delivery.front import StreamFront  # noqa: E402
from video_pages.delivery.gate_front import GateFront  # noqa: E402

if connection.vendor == "postgresql":
    from site_config.postgresql.bounded import bound

    bound(settings.ENV.DATABASE_TIMEOUT)
has_metrics = bool(settings.METRICS_PORT or settings.METRICS_TOKEN)
handler = MeteredHandler() if has_metrics else SiteHandler()
stream_front = StreamFront(handler, request_id.begin, request_id.end, request_id.HEADER)
site = GateFront(stream_front, handler)
port, token = settings.METRICS_PORT, settings.METRICS_TOKEN
application = OwnLanguage(MetricsEndpoint(site, port=port, token=token) if has_metrics else site)
